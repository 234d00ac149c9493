"""What another wording of a claim would change: its place for every question that should find it, or does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from groundedqa.answer.conversation import understand
from groundedqa.authoring.asking import Origin
from groundedqa.authoring.log import Event, Happened
from groundedqa.base.models import Passage
from groundedqa.base.references import references
from groundedqa.evaluate.gold import Case
from groundedqa.index.reading import Index
from groundedqa.search.hybrid import search
from groundedqa.search.rerank import Reranker

_MOST = 30
"""Questions that are tried; gold cases come first, then the newest that people asked."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A question, the place that a claim has for it (from 1), and the one that it would have."""

    question: str
    origin: Origin
    before: int
    after: int


def concerned(
    index: Index, passage: Passage, gold: Iterable[Case], events: Iterable[Event]
) -> Iterator[tuple[str, Origin]]:
    """The questions that a passage has to do with, each once: gold cases that name it, and what it answered."""
    names = {name for name, named in references(index.concepts, index.passages).items() if named.id == passage.id}
    asked: dict[str, Origin] = {}
    for case in gold:
        if not case.after and names.intersection((*case.answers, *case.partial)):
            asked.setdefault(case.question, Origin.GOLD)
    for event in reversed(list(events)):
        if event.what is Happened.ANSWERED and not event.after and passage.id in event.passages:
            asked.setdefault(event.question, Origin.LOG)
    yield from list(asked.items())[:_MOST]


def trials(
    index: Index,
    changed: Index,
    passage: Passage,
    asked: Iterable[tuple[str, Origin]],
    reranker: Reranker | None = None,
) -> list[Trial]:
    """The place of a passage before and after, for each question; what falls furthest comes first.

    Args:
        changed: the index with the other wording (see `reworded`).
    """
    row = index.rows[passage.id]
    found = []
    for question, origin in asked:
        ranks = []
        for one in (index, changed):
            hits = search(one, understand(one, question).query, top_k=1, also=[row], reranker=reranker)
            ranks.append(next(hit.rank for hit in hits if hit.row == row))
        found.append(Trial(question, origin, *ranks))
    return sorted(found, key=lambda trial: (trial.before - trial.after, trial.question))
