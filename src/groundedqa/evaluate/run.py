"""Asking gold cases through the code that answers learners, and keeping what came of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from groundedqa.answer.answers import Grounded, Turn
from groundedqa.answer.compose import decide, several
from groundedqa.answer.retrieval import Retrieved, retrieve
from groundedqa.evaluate.gold import Case
from groundedqa.evaluate.measures import Ranking
from groundedqa.index.reading import Index
from groundedqa.search.rerank import Reranker

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


def ask(
    index: Index,
    cases: Iterable[Case],
    progress: Callable[[], None] = lambda: None,
    reranker: Reranker | None = None,
) -> Iterator[Outcome]:
    """Ask each case; one that follows others in a conversation is asked after them."""
    for case in cases:
        yield _ask(index, case, reranker)
        progress()


def _ask(index: Index, case: Case, reranker: Reranker | None) -> Outcome:
    history = converse(index, case.after, reranker)
    found = retrieve(index, case.question, history, reranker=reranker)
    given = several(index, case.question, history, reranker=reranker) or decide(index, found)
    quoted = tuple(quote.passage.id for quote in given.quotes) if isinstance(given, Grounded) else ()
    return Outcome(case, found.question.query, order_of_quoting(found), quoted, found.probability)


def order_of_quoting(found: Retrieved) -> Ranking:
    """The passages in the order in which they would be quoted.

    The order counts, not the score: what leads an answer stands above what merely matches better.
    """
    return [(hit.passage.id, float(DEPTH - place)) for place, hit in enumerate(found.fitting[:DEPTH])]


def converse(index: Index, questions: Sequence[str], reranker: Reranker | None = None) -> list[Turn]:
    """The turns of a conversation, each asked after those before it."""
    history: list[Turn] = []
    for question in questions:
        history.append(decide(index, retrieve(index, question, history, reranker=reranker)).turn)
    return history
