"""Which source says so? A claim, and four sources of which one is cited for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from groundedqa.base import Evidence, Passage, Source
from groundedqa.index.words import terms
from groundedqa.quiz.items import Cited, Item, ItemKind, Option
from groundedqa.quiz.kinds.maker import Free, choose, draws, places
from groundedqa.quiz.stock import Stock
from groundedqa.quiz.wording import short_claim

_WRONG = 3


def items(stock: Stock, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`."""
    place = places(ItemKind.SOURCE, _WRONG + 1, seed)
    for claim in claims:
        # The sources of a contested claim are those of both sides.
        if claim.evidence is Evidence.CONTESTED or not free(claim) or (cited := stock.cite(claim)) is None:
            continue
        rng = draws(claim, ItemKind.SOURCE, seed)
        words = short_claim(claim.text) or stock.plain[claim.id]
        for right in rng.sample(cited.sources, len(cited.sources)):
            if _named(right, words):
                continue
            wrong = _wrong(stock, cited, right)
            # The right title must not be the one that has most of the claim's words.
            if len(wrong) == _WRONG and _shared(right, words) <= max(_shared(source, words) for source, _ in wrong):
                rng.shuffle(wrong)
                options = [Option(source.citation, origin) for source, origin in wrong]
                prompt = f"Which source says so? “{words}”"
                yield Item(ItemKind.SOURCE, prompt, choose(right.citation, options, next(place)), (cited,))
                break


def _wrong(stock: Stock, cited: Cited, right: Source) -> list[tuple[Source, Cited]]:
    """Sources of other claims, with one that cites each: those with most of the claim's words in their titles."""
    claim = cited.passage
    words = short_claim(claim.text) or stock.plain[claim.id]
    near = stock.distance(claim)
    taken = set(claim.sources)
    others = []
    for other in stock.claims:
        if other.id == claim.id or other.concept not in near:
            continue
        if stock.same_matter(claim, other) or other.id in claim.contests:
            taken |= set(other.sources)
        else:
            others.append(other)
    found: dict[str, tuple[Source, Passage]] = {}
    for other in others:
        for key in other.sources:
            source = stock.index.sources.get(key)
            if key not in taken and source is not None and not _named(source, words) and _comparable(source, right):
                found.setdefault(key, (source, other))
    ranked = sorted(found.values(), key=lambda pair: (-_shared(pair[0], words), near[pair[1].concept], pair[0].id))
    wrong: list[tuple[Source, Cited]] = []
    for source, other in ranked:
        fits = all(_comparable(source, earlier) for earlier, _ in wrong)
        if len(wrong) < _WRONG and fits and (origin := stock.cite(other)) is not None:
            wrong.append((source, origin))
    return wrong


def _named(source: Source, words: str) -> bool:
    """Whether a text names a source: an author, the year, or where it appeared."""
    names = [*(re.split(r"\s+", author)[-1] for author in source.authors), *([source.container or ""])]
    names += [str(source.year)] if source.year else []
    return any(len(name) > 2 and re.search(rf"\b{re.escape(name)}\b", words, re.IGNORECASE) for name in names)


def _comparable(one: Source, other: Source) -> bool:
    """Whether two sources can stand side by side: told apart by more than a letter, and alike in length."""
    lengths = sorted((len(one.citation), len(other.citation)))
    apart = one.authors[:1] != other.authors[:1] or one.year != other.year
    return apart and one.title != other.title and lengths[1] <= 2.2 * lengths[0]


def _shared(source: Source, words: str) -> int:
    """How many informative words a source's title has in common with a text."""
    return len(set(terms(source.title)) & set(terms(words)))
