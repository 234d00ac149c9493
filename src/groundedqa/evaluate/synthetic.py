"""Questions made from a base without a language model, to calibrate on where there are no gold cases.

A question is the title of the page and a few of the informative words of one passage, rare ones rather
than common ones, as people type into a search box. It is asked of the whole base, which answers it; with
the passage withheld, and all that say nearly the same, so that the rest of the page is a near miss; and
with the whole page withheld, so that only other concepts are left.

Limits: the words of a made question are the base's own, where people use others, so it is met more
literally than theirs; none asks for a number that is missing; and another passage that says it in other
words counts as no answer here although it may be one. So only two numbers are fitted on these
questions, never the weights (`calibrate.rescale`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from groundedqa.base.models import Kind, Passage
from groundedqa.index.reading import Index
from groundedqa.search.hybrid import Filters
from groundedqa.text.words import STOPWORDS, stem, terms, words_in

_PASSAGES = 200
"""Passages that questions are made from, at most."""
_SHORTEST = 6
"""Informative words that a passage needs, for some to be left when others are dropped."""
_KEPT = (2, 6)
"""Informative words of a passage that a question keeps, from and to."""
_SAME = 0.8
"""Cosine from which on two passages may answer the same question."""


@dataclass(frozen=True, slots=True)
class Withheld(Filters):
    """Filters that keep some passages, by id, from being found."""

    ids: frozenset[str] = field(default=frozenset())

    def __bool__(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.ids)

    def passes(self, passage: Passage) -> bool:
        """Whether a passage may be found."""
        return passage.id not in self.ids


@dataclass(frozen=True, slots=True)
class SyntheticQuestion:
    """A question, what may not be found when it is asked, and whether what is left answers it."""

    question: str
    filters: Filters
    answerable: bool
    sort: str
    held_out: bool


def synthetic_questions(index: Index, seed: int = 0) -> list[SyntheticQuestion]:
    """Questions from passages drawn by chance, claims where the base marks enough of them; the same for each seed."""
    drawn = np.random.default_rng(seed)
    rows = [row for row in _tellers(index) if len(set(terms(index.passages[row].text))) >= _SHORTEST]
    chosen = drawn.permutation(rows)[:_PASSAGES].tolist()
    return [made for place, row in enumerate(chosen) for made in _asked(index, row, place % 2 == 1, drawn)]


def _tellers(index: Index) -> list[int]:
    claims = index.rows_of(Kind.CLAIM)
    return claims if len(claims) >= _PASSAGES // 2 else [*claims, *index.rows_of(Kind.SECTION)]


def _asked(index: Index, row: int, held_out: bool, drawn: np.random.Generator) -> Iterator[SyntheticQuestion]:
    passage = index.passages[row]
    question = _question(index, passage, drawn)
    alike = np.flatnonzero(index.vectors @ index.vectors[row] >= _SAME)
    same = frozenset({passage.id, *(index.passages[other].id for other in alike)})
    page = frozenset(other.id for other in index.passages if other.concept == passage.concept)
    # Two that are answered: as many answerable questions as unanswerable ones.
    yield SyntheticQuestion(question, Filters(), True, "answerable", held_out)
    yield SyntheticQuestion(_question(index, passage, drawn), Filters(), True, "answerable", held_out)
    yield SyntheticQuestion(question, Withheld(ids=same), False, "passage withheld", held_out)
    yield SyntheticQuestion(question, Withheld(ids=page | same), False, "page withheld", held_out)


def _question(index: Index, passage: Passage, drawn: np.random.Generator) -> str:
    """The page's title, where it is made of words, and some of the passage's informative words, in their order."""
    title = index.concepts[passage.concept].title
    named = set(terms(title))
    words = {stem(word): word for _, _, word in words_in(passage.text) if word not in STOPWORDS}
    left = [(term, word) for term, word in words.items() if term not in named]
    if not left:
        return title
    rarity = np.array([index.rarity(term) for term, _ in left])
    size = min(len(left), int(drawn.integers(*_KEPT, endpoint=True)))
    places = sorted(drawn.choice(len(left), size, replace=False, p=rarity / rarity.sum()).tolist())
    kept = [left[place][1] for place in places]
    return " ".join([title, *kept] if any(word.isalpha() for _, _, word in words_in(title)) else kept)
