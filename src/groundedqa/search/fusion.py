"""Merging what the retrievers say into one score."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DENSE_WEIGHT = 0.5
"""Share of the dense side among the two retrievers; figures for other weights are in docs/evaluation.md."""

LATE_WEIGHT = 0.6
"""Share of late interaction in the score, the two retrievers having the rest; figures as above."""

Scores = NDArray[np.float32]


def min_max(scores: Scores) -> Scores:
    """Scores of a pool stretched to 0..1; all zeros where they are all equal."""
    if not len(scores):
        return scores
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


def convex(dense: Scores, lexical: Scores) -> tuple[Scores, Scores]:
    """The share of each retriever in the fused score; their sum is the score, between 0 and 1.

    A convex combination of min-max normalised scores (Bruch, Gai & Ingber 2023, "An Analysis of
    Fusion Functions for Hybrid Retrieval", arXiv:2210.11934), over the pool of candidates of both.
    """
    return DENSE_WEIGHT * min_max(dense), (1 - DENSE_WEIGHT) * min_max(lexical)
