"""Merging what the signals say of a candidate into one score that is the sum of what each contributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from groundedqa.search.signals import SIGNALS, Scores, Signal

Weights = Mapping[Signal, float]
"""The part of each signal in a score, beside the others that apply to the base; one that is not named has none."""

WEIGHTS: Weights = {signal: signal.weight for signal in SIGNALS}
"""As it ships. Figures for others are in docs/labbook.md."""


@dataclass(frozen=True, slots=True)
class MinMax:
    """How scores are normalized and weighted: `scale * (score - floor)`, from 0 to the signal's weight."""

    scale: float
    floor: float  # the lowest score of the pool

    @classmethod
    def over(cls, scores: Scores, weight: float) -> MinMax:
        """The normalization of a pool's scores of one signal; where they are all equal they contribute nothing.

        The sum of the contributions is a convex combination of min-max normalized scores (Bruch, Gai &
        Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval", arXiv:2210.11934), over the pool
        of candidates of all retrievers.
        """
        if not len(scores):
            return cls(0.0, 0.0)
        low, high = float(scores.min()), float(scores.max())
        return cls(weight / (high - low) if high > low else 0.0, low)

    def __call__(self, scores: Scores) -> Scores:
        """What a signal contributes to the fused score of each candidate."""
        return np.asarray(self.scale * (scores - self.floor), dtype=np.float32)
