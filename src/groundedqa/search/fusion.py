"""Merging what is known of a candidate into one score that is the sum of its parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """The share of each signal in a score. Figures for others are in docs/evaluation.md.

    The first four add up to 1. Where a cross-encoder judges as well, it has the share `cross`, and the
    others what is left.
    """

    dense: float = 0.25
    lexical: float = 0.2
    page: float = 0.15
    late: float = 0.4
    cross: float = 0.5


def min_max(scores: Scores) -> Scores:
    """Scores of a pool stretched to 0..1; all zeros where they are all equal."""
    if not len(scores):
        return scores
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


def share(weight: float, scores: Scores) -> Scores:
    """What a signal adds to the fused score of each candidate, from 0 to `weight`.

    The sum over the signals is a convex combination of min-max normalized scores (Bruch, Gai &
    Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval", arXiv:2210.11934), over the
    pool of candidates of all retrievers.
    """
    return np.asarray(weight * min_max(scores), dtype=np.float32)
