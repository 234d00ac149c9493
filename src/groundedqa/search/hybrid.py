"""Hybrid search: candidates of the dense and the lexical index, filtered, fused, re-scored and ranked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from groundedqa.base import Evidence, Kind, Passage
from groundedqa.index.model import Encoded
from groundedqa.index.opened import Index
from groundedqa.index.words import terms
from groundedqa.search.fusion import LATE_WEIGHT, convex, min_max

CANDIDATES = 100
"""Candidates taken from each retriever before fusion."""

RESCORED = 50
"""The best of them, after fusion, that late interaction judges."""


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
class Part:
    """What one retriever, or late interaction, says of a hit.

    `score` is its own (a cosine, BM25, or the mean closeness of the query's tokens), `share` what it
    adds to the score, `rank` its place among those that it judged from 1, None where it is not one.
    """

    score: float
    share: float
    rank: int | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. `score` is the sum of the three shares; ranks start at 1.

    `weakest` says how near the quarter of the query's tokens that is met worst comes to the passage.
    """

    passage: Passage
    row: int
    rank: int
    score: float
    dense: Part
    lexical: Part
    late: Part
    weakest: float


def search(
    index: Index, query: str, top_k: int = 10, filters: Filters = Filters(), also: Collection[int] = ()
) -> list[Hit]:
    """The passages that match a query best, best first, at most `top_k`.

    Two kinds of row are judged with the rest however far down they would be, and kept beyond
    `top_k`, as long as the filters let them through: those in `also`, and the claims that contest
    one that was found, since no answer is to show one side of a dispute alone.
    """
    encoded = index.encoder.encode(query)
    vector = encoded.vector
    lexical = index.lexical.scores(terms(query))
    allowed = _allowed(index, filters)
    by_dense = _nearest(index, vector, allowed)
    by_lexical = _best(lexical, allowed)
    candidates = {*by_dense.tolist(), *by_lexical.tolist(), *also}
    judged = candidates | _other_sides(index, candidates)
    pool = np.asarray(sorted(row for row in judged if filters.passes(index.passages[row])), dtype=np.int64)
    if not len(pool):
        return []
    cosines = np.asarray(index.vectors[pool] @ vector, dtype=np.float32)
    dense_share, lexical_share = convex(cosines, lexical[pool])
    dense_rank = {int(row): rank for rank, row in enumerate(by_dense, 1)}
    lexical_rank = {int(row): rank for rank, row in enumerate(by_lexical, 1)}
    held = {int(pool[i]) for i in np.argsort(-(dense_share + lexical_share), kind="stable")[:RESCORED]} | set(also)
    late, late_share, weakest = _late(index, encoded, pool, held | _other_sides(index, held))
    if late_share.any():
        dense_share, lexical_share = (1 - LATE_WEIGHT) * dense_share, (1 - LATE_WEIGHT) * lexical_share
    late_rank = {int(pool[i]): rank for rank, i in enumerate(np.argsort(-late, kind="stable"), 1) if late[i] > 0}
    scores = dense_share + lexical_share + late_share
    order = sorted(range(len(pool)), key=lambda i: (-scores[i], index.passages[pool[i]].id))
    found = {int(pool[i]) for i in order[:top_k]} | set(also)
    kept = found | _other_sides(index, found)
    hits = []
    for rank, i in enumerate(order, 1):
        row = int(pool[i])
        if row not in kept:
            continue
        hits.append(
            Hit(
                passage=index.passages[row],
                row=row,
                rank=rank,
                score=float(scores[i]),
                dense=Part(float(cosines[i]), float(dense_share[i]), dense_rank.get(row)),
                lexical=Part(float(lexical[row]), float(lexical_share[i]), lexical_rank.get(row)),
                late=Part(float(late[i]), float(late_share[i]), late_rank.get(row)),
                weakest=float(weakest[i]),
            )
        )
    return hits


def _late(
    index: Index, encoded: Encoded, pool: NDArray[np.int64], held: Collection[int]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Late interaction over the rows of the pool that are held: score, share and weakest quarter, 0 for the rest."""
    late, share, weakest = np.zeros((3, len(pool)), dtype=np.float32)
    at = np.flatnonzero(np.isin(pool, list(held)))
    closeness = index.tokens.closeness(encoded.tokens, pool[at].tolist())
    if closeness.size:
        late[at] = closeness.mean(axis=1)
        share[at] = LATE_WEIGHT * min_max(late[at])
        weakest[at] = np.sort(closeness, axis=1)[:, : max(1, closeness.shape[1] // 4)].mean(axis=1)
    return late, share, weakest


def _other_sides(index: Index, rows: Collection[int]) -> set[int]:
    """The rows of the claims that contest one of these rows."""
    return {index.rows[other] for row in rows for other in index.passages[row].contests}


def _allowed(index: Index, filters: Filters) -> NDArray[np.int64] | None:
    """The rows that may be found; None for all of them."""
    if not filters:
        return None
    return np.asarray([row for row, p in enumerate(index.passages) if filters.passes(p)], dtype=np.int64)


def _nearest(index: Index, vector: NDArray[np.float32], allowed: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """The rows of the dense candidates, nearest first.

    With a filter the search is exact over the rows that pass: Chroma slows down when most rows
    satisfy a filter, and cutting first would lose answers.
    """
    if allowed is None:
        return index.dense.nearest(vector, min(CANDIDATES, len(index.passages)))
    cosines = index.vectors[allowed] @ vector
    return allowed[np.argsort(-cosines, kind="stable")[:CANDIDATES]]


def _best(scores: NDArray[np.float32], allowed: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """The rows of the lexical candidates, best first; a row without any shared term is none."""
    rows = np.flatnonzero(scores) if allowed is None else allowed[scores[allowed] > 0]
    if len(rows) > CANDIDATES:
        rows = rows[np.argpartition(-scores[rows], CANDIDATES - 1)[:CANDIDATES]]
    return rows[np.argsort(-scores[rows], kind="stable")].astype(np.int64)
