"""How sure it is that the base answers: a logistic model of two features that can be explained."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from groundedqa.index.opened import Index
from groundedqa.index.words import terms
from groundedqa.search import Hit

# Fitted by `benchmarks/abstention.py` on the dev half of corpus/gold.yaml, 2026-11-22. At the threshold
# both errors, silence and a wrong answer, are about as frequent there; figures in docs/evaluation.md.
_INTERCEPT, _COSINE, _COVERAGE = -4.01, 8.41, 1.11
THRESHOLD = 0.7
_LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Confidence:
    """The features, each between 0 and 1, and the probability that they give."""

    cosine: float  # of the nearest passage that may answer
    coverage: float  # largest share of the question's words, weighted by rarity, that one passage holds
    unseen: tuple[str, ...]  # terms of the question that no passage holds

    @property
    def probability(self) -> float:
        """Between 0 and 1."""
        at = _INTERCEPT + _COSINE * self.cosine + _COVERAGE * self.coverage
        return 1 / (1 + math.exp(-at))


def confidence(index: Index, asked: Sequence[str], hits: Sequence[Hit]) -> Confidence:
    """Judge the hits, best first, for a question that is made of the terms `asked`."""
    cosine = max((hit.dense.score for hit in hits), default=0.0)
    covered = max((_coverage(index, asked, hit) for hit in hits[:_LOOKED_AT]), default=0.0)
    return Confidence(max(0.0, cosine), covered, tuple(term for term in asked if term not in index.lexical))


def _coverage(index: Index, asked: Sequence[str], hit: Hit) -> float:
    """The share of a question's terms, weighted by rarity, that a passage or its concept's names hold."""
    weights = {term: index.rarity(term) for term in asked}
    concept = index.concepts[hit.passage.concept]
    held = set(terms(" ".join((*concept.names, hit.passage.heading, hit.passage.text))))
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 0.0
