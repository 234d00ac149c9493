"""From a question to ranked hits and how sure it is that they answer, before anything is quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundedqa.answer.answers import Form, Question, Turn
from groundedqa.answer.confidence import Confidence, confidence
from groundedqa.answer.conversation import understand
from groundedqa.answer.questions import bare_name, has_letters, has_words, informative
from groundedqa.answer.variants import search_variants
from groundedqa.base.models import Kind
from groundedqa.index.reading import Index
from groundedqa.search.hybrid import Filters, Hit
from groundedqa.search.rerank import Reranker
from groundedqa.text.words import terms

_POOL = 40
_LOOKED_AT = 10
"""Hits that are searched for a bare name."""
_FALL = 0.93
"""A quote's score is at least this share of the best one's; figures in docs/labbook.md."""
_FALL_OF_DEFINITION = 0.8
"""The same where a definition is asked for, which a page gives in several passages."""
_FACT = {Kind.CLAIM: 0.0, Kind.SECTION: 0.0, Kind.RELATION: 0.12}
_HANDICAP = {
    **dict.fromkeys(Form, _FACT),
    Form.UNKNOWN: {Kind.OPEN_QUESTION: 0.0, Kind.CLAIM: 0.1, Kind.SECTION: 0.1},
    Form.STRENGTH: {Kind.CLAIM: 0.0, Kind.SECTION: 0.1, Kind.OPEN_QUESTION: 0.1},
}
"""Taken off the score of what may answer a form of question, for the order of the quotes; a kind that is
not named never answers it. Open questions answer only what asks for the unknown or for the evidence.
Figures in docs/labbook.md."""
_OWN_TEXT = 0.1
"""Added to the text of the page whose subject is to be defined, as above."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What a question found, before it is decided whether that answers it.

    `fitting` are the hits that may answer this form of question, in the order in which they would be quoted, `worth`
    says how many of them, from the first, match well enough to be; `hits` are all, for what comes nearest. `defined`
    says that the page's own definition is asked for and there, `asked` holds the terms of the question that name
    something, and `held` the rows that hold a bare name which is all that was asked.
    """

    question: Question
    hits: tuple[Hit, ...]
    fitting: tuple[Hit, ...]
    worth: int
    asked: tuple[str, ...]
    sure: Confidence
    defined: bool
    held: frozenset[int] = frozenset()

    @property
    def probability(self) -> float:
        """How sure it is that the base answers; certain where claims just quoted or a definition are asked for.

        A name that stands in the base is never met with silence.
        """
        if self.fitting and (self.question.carried or self.defined):
            return 1.0
        return max(self.sure.probability, self.sure.possible) if self.held else self.sure.probability


def retrieve(
    index: Index,
    text: str,
    history: Sequence[Turn] = (),
    filters: Filters = Filters(),
    reranker: Reranker | None = None,
) -> Retrieved:
    """Understand a question, search for it, and judge what was found; no quote is made yet."""
    question = understand(index, text, history)
    asked = informative(question.query, question.form)
    if not question.carried and not (has_words(question.query) and has_letters(text)):
        return Retrieved(question, (), (), 0, (), confidence(index, question, (), ()), False)
    leads = _leads(index, question)
    hits = search_variants(index, question, _POOL, filters, also=leads, reranker=reranker)
    ranked = _ranked(question, hits, leads)
    held = _held(index, question, ranked)
    ranked.sort(key=lambda pair: pair[1].row not in leads and bool(held) and pair[1].row not in held)
    fitting = tuple(hit for _, hit in ranked)
    best = max((value for value, _ in ranked), default=0.0)
    fall = _FALL_OF_DEFINITION if question.form is Form.DEFINITION else _FALL
    worth = sum(hit.row in leads or value >= fall * best for value, hit in ranked)
    sure = confidence(index, question, asked, fitting)
    defined = question.form is Form.DEFINITION and any(hit.row in leads for hit in fitting)
    return Retrieved(question, tuple(hits), fitting, worth, tuple(asked), sure, defined, held)


def _ranked(question: Question, hits: Sequence[Hit], leads: Sequence[int]) -> list[tuple[float, Hit]]:
    """The hits that may answer this form of question, in the order in which they would be quoted, with their value."""
    if question.carried:
        return [(hit.score, hit) for hit in hits if hit.row in leads]
    handicap = _HANDICAP[question.form]
    defines = question.about[:1] if question.form is Form.DEFINITION else ()

    def value(hit: Hit) -> float:
        own = hit.passage.kind is Kind.SECTION and hit.passage.concept in defines
        return hit.score - handicap[hit.passage.kind] + own * _OWN_TEXT

    return sorted(
        ((value(hit), hit) for hit in hits if hit.passage.kind in handicap),
        key=lambda pair: (pair[1].row not in leads, -pair[0], pair[1].passage.id),
    )


def _held(index: Index, question: Question, ranked: Sequence[tuple[float, Hit]]) -> frozenset[int]:
    """The rows of the best hits that hold every term of a bare name, where nothing more is asked."""
    name = set() if question.variants else set(bare_name(question.query))
    titles = index.concepts
    return frozenset(
        hit.row
        for _, hit in ranked[:_LOOKED_AT]
        if name and name <= set(terms(f"{titles[hit.passage.concept].title} {hit.passage.text}"))
    )


def _leads(index: Index, question: Question) -> list[int]:
    """Rows that come first for this form of question, whatever their score."""
    if question.carried:
        return [index.rows[identifier] for identifier in question.carried if identifier in index.rows]
    if question.form is Form.DEFINITION and (definition := index.concepts[question.about[0]].definition):
        return [index.rows[definition]]
    if question.form is Form.RELATION:
        pair = set(question.about[:2])
        return [
            row
            for row in index.rows_of(Kind.RELATION)
            if {index.passages[row].concept, index.passages[row].target} == pair
        ]
    return []
