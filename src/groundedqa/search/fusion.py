"""Merging what is known of a candidate into one score that is the sum of its parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """The share of each signal in a score. Figures for others are in docs/labbook.md.

    The first four add up to 1. Where a cross-encoder judges as well, it has the share `cross`, and the
    others what is left.
    """

    dense: float = 0.25
    lexical: float = 0.2
    page: float = 0.15
    late: float = 0.4
    cross: float = 0.5


@dataclass(frozen=True, slots=True)
class Stretch:
    """How a signal's scores become what they add: `scale * (score - floor)`, from 0 to the signal's weight."""

    scale: float
    floor: float  # the lowest score of the pool

    def share(self, scores: Scores) -> Scores:
        """What a signal adds to the fused score of each candidate."""
        return np.asarray(self.scale * (scores - self.floor), dtype=np.float32)


def stretch(weight: float, scores: Scores) -> Stretch:
    """How a pool's scores of one signal are stretched; where they are all equal they add nothing.

    The sum of the shares is a convex combination of min-max normalized scores (Bruch, Gai & Ingber
    2023, "An Analysis of Fusion Functions for Hybrid Retrieval", arXiv:2210.11934), over the pool of
    candidates of all retrievers.
    """
    if not len(scores):
        return Stretch(0.0, 0.0)
    low, high = float(scores.min()), float(scores.max())
    return Stretch(weight / (high - low) if high > low else 0.0, low)
