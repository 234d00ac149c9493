"""Hybrid search: candidates of the dense and the lexical index, filtered, judged by every signal, fused and ranked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from groundedqa.base import Evidence, Kind, Passage
from groundedqa.index.cross import CrossEncoder
from groundedqa.index.opened import Index
from groundedqa.index.words import terms
from groundedqa.search.fusion import Stretch, Weights, stretch
from groundedqa.search.late import late_interaction

CANDIDATES = 100
"""Candidates taken from each retriever before fusion."""

CROSSED = 20
"""The best of them after fusion, which a cross-encoder judges once more, where there is one."""


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
    """What one signal says of a hit.

    `score` is its own (a cosine, a BM25 score, a mean closeness of tokens), `share` what it adds to
    the fused score, `rank` its place among those that it judged from 1, None where it is not one.
    `stretch` says how the one comes from the other.
    """

    score: float
    share: float
    rank: int | None
    stretch: Stretch


_SILENT = Part(0.0, 0.0, None, Stretch(0.0, 0.0))


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. `score` is the sum of the shares of its parts; ranks start at 1.

    `weakest` says how near the quarter of the query's tokens that is met worst comes to the passage.
    """

    passage: Passage
    row: int
    rank: int
    score: float
    dense: Part  # cosine of the vectors
    lexical: Part  # BM25 of the passage
    page: Part  # BM25 of the whole page that it stands on
    late: Part  # late interaction
    cross: Part  # the cross-encoder; all zero where there is none, or where it did not judge
    weakest: float

    @property
    def parts(self) -> tuple[Part, ...]:
        """Everything that the score is the sum of."""
        return (self.dense, self.lexical, self.page, self.late, self.cross)


def search(
    index: Index,
    query: str,
    top_k: int = 10,
    filters: Filters = Filters(),
    also: Collection[int] = (),
    weights: Weights = Weights(),
) -> list[Hit]:
    """The passages that match a query best, best first, at most `top_k`.

    Two kinds of row are judged with the rest however far down they would be, and kept beyond
    `top_k`, as long as the filters let them through: those in `also`, and the claims that contest
    one that was found, since no answer is to show one side of a dispute alone.
    """
    encoded = index.encode(query)
    asked = terms(query)
    lexical, pages = index.lexical.scores(asked), index.pages.scores(asked)[index.page_of]
    allowed = _allowed(index, filters)
    by_dense, by_lexical = _nearest(index, encoded.vector, allowed), _best(lexical, allowed)
    candidates = {*by_dense.tolist(), *by_lexical.tolist(), *also}
    judged = candidates | _other_sides(index, candidates)
    pool = np.asarray(sorted(row for row in judged if filters.passes(index.passages[row])), dtype=np.int64)
    if not len(pool):
        return []
    late = late_interaction(index, query, encoded, pool.tolist())
    signals = (
        (weights.dense, np.asarray(index.vectors[pool] @ encoded.vector, dtype=np.float32), _ranks(by_dense)),
        (weights.lexical, lexical[pool], _ranks(by_lexical)),
        (weights.page, pages[pool], None),
        (weights.late, late.score, _ranks(pool[np.argsort(-late.score, kind="stable")])),
    )
    own = 1 - weights.cross if index.cross else 1.0
    stretches = [stretch(own * weight, scores) for weight, scores, _ in signals]
    shares = [how.share(scores) for how, (_, scores, _) in zip(stretches, signals, strict=True)]
    fused = np.sum(shares, axis=0)
    crossed: dict[int, Part] = {}
    if index.cross:
        best = pool[np.argsort(-fused, kind="stable")[:CROSSED]]
        crossed = _crossed(index.cross, query, [(int(row), index.passages[row].text) for row in best], weights.cross)
        fused = fused + [crossed.get(row, _SILENT).share for row in pool.tolist()]
    order = sorted(range(len(pool)), key=lambda i: (-fused[i], index.passages[pool[i]].id))
    found = {int(pool[i]) for i in order[:top_k]} | set(also)
    kept = found | _other_sides(index, found)
    hits = []
    for rank, i in enumerate(order, 1):
        row = int(pool[i])
        if row not in kept:
            continue
        dense, lexical_part, page, closeness = (
            Part(float(scores[i]), float(added[i]), ranks.get(row) if ranks else None, how)
            for (_, scores, ranks), added, how in zip(signals, shares, stretches, strict=True)
        )
        weakest = float(late.weakest[i])
        passage = index.passages[row]
        hits.append(
            Hit(
                passage,
                row,
                rank,
                float(fused[i]),
                dense,
                lexical_part,
                page,
                closeness,
                crossed.get(row, _SILENT),
                weakest,
            )
        )
    return hits


def _crossed(cross: CrossEncoder, query: str, texts: Sequence[tuple[int, str]], weight: float) -> dict[int, Part]:
    """What a cross-encoder says of passages, by row."""
    scores = cross.scores(query, [text for _, text in texts])
    rows = np.asarray([row for row, _ in texts], dtype=np.int64)
    ranks = _ranks(rows[np.argsort(-scores, kind="stable")])
    how = stretch(weight, scores)
    added = how.share(scores)
    return {int(row): Part(float(scores[i]), float(added[i]), ranks[int(row)], how) for i, row in enumerate(rows)}


def _ranks(rows: NDArray[np.int64]) -> dict[int, int]:
    return {int(row): rank for rank, row in enumerate(rows, 1)}


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
