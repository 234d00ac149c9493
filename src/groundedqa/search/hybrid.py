"""Hybrid search: candidates of the dense and the lexical index, filtered, judged by every signal, fused and ranked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Kind, Passage
from groundedqa.index.reading import Index
from groundedqa.search.fusion import WEIGHTS, MinMax, Weights
from groundedqa.search.rerank import RERANKED, RERANKER_WEIGHT, Reranker
from groundedqa.search.signals import SIGNALS, Query, Rows, Scores, Signal

CANDIDATES = 100
"""Candidates taken from each retriever before fusion."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which passages may be found at all; applied before the cut, never after it.

    With `min_evidence` only claims of that level or a better one pass: other passages and
    claims that state no level carry no evidence that could meet it.
    """

    min_evidence: Evidence | None = None
    concept: str | None = None  # a slug
    kinds: frozenset[Kind] | None = None

    def __bool__(self) -> bool:
        """Whether anything is filtered."""
        return not (self.min_evidence is None and self.concept is None and self.kinds is None)

    def passes(self, passage: Passage) -> bool:
        """Whether a passage may be found."""
        if self.min_evidence is not None and (
            passage.evidence is None or not passage.evidence.at_least(self.min_evidence)
        ):
            return False
        if self.kinds is not None and passage.kind not in self.kinds:
            return False
        return self.concept is None or passage.concept == self.concept


@dataclass(frozen=True, slots=True)
class SignalScore:
    """What one signal says of a hit.

    `score` is its own (a cosine, a BM25 score, a mean closeness of tokens), `contribution` what that adds to
    the fused score once `normalized`, `rank` its place among those that it judged from 1, None where it is
    none of them.
    """

    score: float
    contribution: float
    rank: int | None
    normalized: MinMax


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. `score` is the sum of what its signals contribute; ranks start at 1.

    `reranked` is what a reranker says of it, None where there is none or it did not judge this one.
    """

    passage: Passage
    row: int
    rank: int
    score: float
    signals: Mapping[Signal, SignalScore]
    reranked: SignalScore | None = None

    def __getitem__(self, signal: Signal) -> SignalScore:
        """What one signal says."""
        return self.signals[signal]

    @property
    def parts(self) -> dict[str, SignalScore]:
        """Everything that the score is the sum of, by name."""
        parts = {signal.name: found for signal, found in self.signals.items()}
        return parts | ({} if self.reranked is None else {"reranker": self.reranked})


def search(
    index: Index,
    query: str,
    top_k: int = 10,
    filters: Filters = Filters(),
    also: Collection[int] = (),
    weights: Weights = WEIGHTS,
    reranker: Reranker | None = None,
) -> list[Hit]:
    """The passages that match a query best, best first, at most `top_k`.

    Two kinds of row are judged with the rest however far down they would be, and kept beyond
    `top_k`, as long as the filters let them through: those in `also`, and the claims that contest
    one that was found, since no answer is to show one side of a dispute alone.

    Args:
        reranker: judges the best candidates once more, and then has `RERANKER_WEIGHT` of the score.
    """
    asked = Query(index, query)
    allowed = _allowed(index, filters)
    brought = {signal: signal.candidates(asked, allowed, CANDIDATES) for signal in SIGNALS}
    candidates = {*also, *(int(row) for rows in brought.values() if rows is not None for row in rows)}
    judged = candidates | _other_sides(index, candidates)
    pool = np.asarray(sorted(row for row in judged if filters.passes(index.passages[row])), dtype=np.int64)
    if not len(pool):
        return []
    applied = {signal: weights.get(signal, 0.0) for signal in SIGNALS if signal.applies(index)}
    left = (1.0 if reranker is None else 1 - RERANKER_WEIGHT) / (sum(applied.values()) or 1.0)
    parts: dict[Signal, tuple[Scores, Scores, dict[int, int], MinMax]] = {}
    for signal in SIGNALS:
        scores, best_first = signal.scores(asked, pool), brought[signal]
        if best_first is None:
            best_first = pool[np.argsort(-scores, kind="stable")]
        normalized = MinMax.over(scores, left * applied.get(signal, 0.0))
        parts[signal] = scores, normalized(scores), _ranks(best_first) if signal.ranks else {}, normalized
    fused = np.sum([contributions for _, contributions, _, _ in parts.values()], axis=0)
    reranked = {} if reranker is None else _reranked(index, query, pool[np.argsort(-fused, kind="stable")], reranker)
    fused = fused + [reranked[row].contribution if row in reranked else 0.0 for row in pool.tolist()]
    order = sorted(range(len(pool)), key=lambda i: (-fused[i], index.passages[pool[i]].id))
    found = {int(pool[i]) for i in order[:top_k]} | set(also)
    kept = found | _other_sides(index, found)

    def hit(rank: int, i: int, row: int) -> Hit:
        signals = {
            signal: SignalScore(float(scores[i]), float(contributions[i]), ranks.get(row), normalized)
            for signal, (scores, contributions, ranks, normalized) in parts.items()
        }
        return Hit(index.passages[row], row, rank, float(fused[i]), signals, reranked.get(row))

    return [hit(rank, i, row) for rank, i in enumerate(order, 1) if (row := int(pool[i])) in kept]


def _reranked(index: Index, query: str, best: Rows, reranker: Reranker) -> dict[int, SignalScore]:
    """What a reranker says of the best passages, by row."""
    rows = best[:RERANKED]
    scores = reranker.scores(query, [index.passages[row].text for row in rows])
    ranks, normalized = _ranks(rows[np.argsort(-scores, kind="stable")]), MinMax.over(scores, RERANKER_WEIGHT)
    return {
        int(row): SignalScore(float(score), float(contribution), ranks[int(row)], normalized)
        for row, score, contribution in zip(rows, scores, normalized(scores), strict=True)
    }


def _ranks(rows: Rows) -> dict[int, int]:
    return {int(row): rank for rank, row in enumerate(rows, 1)}


def _other_sides(index: Index, rows: Collection[int]) -> set[int]:
    """The rows of the claims that contest one of these rows."""
    return {index.rows[other] for row in rows for other in index.passages[row].contests}


def _allowed(index: Index, filters: Filters) -> Rows | None:
    """The rows that may be found; None for all of them."""
    if not filters:
        return None
    return np.asarray([row for row, p in enumerate(index.passages) if filters.passes(p)], dtype=np.int64)
