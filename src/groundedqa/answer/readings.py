"""Searching a follow-up in each of its readings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from groundedqa.answer.models import Question
from groundedqa.index.opened import Index
from groundedqa.search import Filters, Hit, Weights, search

_DEEP = 100
"""Hits of each reading that count."""


def search_readings(
    index: Index,
    question: Question,
    top_k: int = 10,
    filters: Filters = Filters(),
    also: Collection[int] = (),
    weights: Weights = Weights(),
) -> list[Hit]:
    """The passages that match a question best over all its readings; arguments and cut as in `search`.

    Each share of a hit's score is the mean of what the readings give it, 0 where one does not find it
    (the mean of normalized scores, CombSUM: Fox and Shaw 1994). All else that a hit tells, such as its
    cosine, is of `question.query`, which the base has to answer.
    """
    count = Counter(question.readings)
    others = [reading for reading in count if reading != question.query]
    if not others:
        return search(index, question.query, top_k, filters, also, weights)
    runs = {reading: search(index, reading, _DEEP, filters, also, weights) for reading in others}
    everywhere = {*also, *(hit.row for run in runs.values() for hit in run)}
    runs[question.query] = found = search(index, question.query, _DEEP, filters, everywhere, weights)
    shares = {hit.row: np.zeros(len(hit.parts)) for hit in found}
    for reading, run in runs.items():
        for hit in run:
            shares[hit.row] += [count[reading] * part.share / count.total() for part in hit.parts]
    ranked = sorted((_scored(hit, shares[hit.row]) for hit in found), key=lambda hit: (-hit.score, hit.passage.id))
    kept = {hit.row for hit in ranked[:top_k]} | set(also)
    # As in `search`, the other side of a dispute comes along.
    kept |= {index.rows[other] for row in kept for other in index.passages[row].contests}
    return [replace(hit, rank=rank) for rank, hit in enumerate(ranked, 1) if hit.row in kept]


def _scored(hit: Hit, shares: NDArray[np.float64]) -> Hit:
    dense, lexical, page, late, cross = (
        replace(part, share=float(share)) for part, share in zip(hit.parts, shares, strict=True)
    )
    return replace(hit, score=float(shares.sum()), dense=dense, lexical=lexical, page=page, late=late, cross=cross)
