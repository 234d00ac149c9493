"""What each step of search is worth: the same questions, ranked with one signal more each time."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from groundedqa.answer.retrieval import retrieve
from groundedqa.answer.variants import search_variants
from groundedqa.evaluate.datasets import Dataset, run_queries, understood
from groundedqa.evaluate.gold import Case
from groundedqa.evaluate.measures import Ranking, Scores, rank_scores
from groundedqa.evaluate.run import DEPTH, converse, order_of_quoting
from groundedqa.index.reading import Index
from groundedqa.search.fusion import WEIGHTS, Weights
from groundedqa.search.signals import DENSE, LEXICAL, PAGE

STEPS: dict[str, Weights] = {
    "dense alone": {DENSE: 1},
    "lexical alone": {LEXICAL: 1},
    "both, half and half": {DENSE: 0.5, LEXICAL: 0.5},
    "... and the page": {DENSE: 0.4, LEXICAL: 0.4, PAGE: 0.2},
    "... and late interaction, as it ships": WEIGHTS,
}
AS_QUOTED = "... in the order of quoting"


@dataclass(frozen=True, slots=True)
class Row:
    """The means of one step over all questions."""

    step: str
    ndcg: float
    rr: float
    recall: float


def ablate_dataset(index: Index, collection: Dataset, step: Callable[[], None]) -> Iterator[Row]:
    """A row for each step of search on a data set by others; `step` is called after each question,
    once when it is understood and once for each step."""
    qrels = {query: collection.qrels[query] for query in collection.queries}
    questions = understood(index, collection, step)
    for name, weights in STEPS.items():
        yield _row(name, rank_scores(qrels, run_queries(index, collection, questions, step, weights)))


def ablate_gold(
    index: Index, cases: Iterable[Case], qrels: Mapping[str, Mapping[str, int]], step: Callable[[], None]
) -> Iterator[Row]:
    """A row for each step of search on gold cases that have an answer, and one for the order of quoting.

    All steps search what the question was understood as, so that they differ in nothing else.
    """
    found = {case.id: retrieve(index, case.question, converse(index, case.after)) for case in cases}
    asked = {key: qrels[key] for key in found}
    for name, weights in STEPS.items():
        run: dict[str, Ranking] = {}
        for key, retrieved in found.items():
            hits = search_variants(index, retrieved.question, DEPTH, weights=weights)
            run[key] = [(hit.passage.id, hit.score) for hit in hits if hit.rank <= DEPTH]
            step()
        yield _row(name, rank_scores(asked, run))
    yield _row(AS_QUOTED, rank_scores(asked, {key: order_of_quoting(retrieved) for key, retrieved in found.items()}))


def _row(name: str, scores: Mapping[str, Scores]) -> Row:
    values = list(scores.values())
    return Row(name, *(statistics.fmean(getattr(one, field) for one in values) for field in ("ndcg", "rr", "recall")))


def table(rows: Iterable[Row]) -> list[str]:
    """The rows as a Markdown table."""
    head = ["| step | nDCG@10 | RR@10 | Recall@5 |", "|---|---|---|---|"]
    return [*head, *(f"| {row.step} | {row.ndcg:.3f} | {row.rr:.3f} | {row.recall:.3f} |" for row in rows)]
