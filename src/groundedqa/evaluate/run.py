"""Asking gold cases through the code that answers learners, and keeping what came of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from groundedqa.answer import Answer, Grounded, Retrieved, decide, retrieve
from groundedqa.evaluate.gold import Case
from groundedqa.evaluate.measures import Ranking
from groundedqa.index.opened import Index

DEPTH = 10
"""How far down a ranking is judged."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question gave: the ranking in the order of quoting, what was quoted, how sure it was."""

    case: Case
    query: str
    ranking: Ranking
    quoted: tuple[str, ...]  # nothing where it abstained
    probability: float


def ask(index: Index, cases: Iterable[Case], progress: Callable[[], None] = lambda: None) -> Iterator[Outcome]:
    """Ask each case; one that follows others in a conversation is asked after them."""
    for case in cases:
        yield _ask(index, case)
        progress()


def _ask(index: Index, case: Case) -> Outcome:
    history = converse(index, case.after)
    found = retrieve(index, case.question, history)
    given = decide(index, found)
    quoted = tuple(quote.passage.id for quote in given.quotes) if isinstance(given, Grounded) else ()
    return Outcome(case, found.question.query, order_of_quoting(found), quoted, found.probability)


def order_of_quoting(found: Retrieved) -> Ranking:
    """The passages in the order in which they would be quoted.

    The order counts, not the score: what leads an answer stands above what merely matches better.
    """
    return [(hit.passage.id, float(DEPTH - place)) for place, hit in enumerate(found.fitting[:DEPTH])]


def converse(index: Index, questions: Sequence[str]) -> list[Answer]:
    """The answers to the questions of a conversation, each asked after those before it."""
    history: list[Answer] = []
    for question in questions:
        history.append(decide(index, retrieve(index, question, history)))
    return history
