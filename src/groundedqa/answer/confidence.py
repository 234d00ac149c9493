"""How sure it is that the base answers: a logistic model of four features that can be explained."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from groundedqa.index.opened import Index
from groundedqa.index.words import terms, words_in
from groundedqa.search import Hit

# Fitted by `benchmarks/abstention.py` on the dev half of corpus/gold.yaml, 2026-11-22. At the threshold
# both errors, silence and a wrong answer, are about as frequent there; figures in docs/evaluation.md.
_INTERCEPT, _COSINE, _COVERAGE, _WEAKEST, _LENGTH = -9.71, 5.12, 2.56, 4.37, 2.24
THRESHOLD = 0.7
_LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Confidence:
    """The features and the probability that they give."""

    cosine: float  # of the nearest passage that may answer
    coverage: float  # largest share of the question's words, weighted by rarity, that one passage holds
    weakest: float  # how near the best passage comes to the quarter of the question's tokens that it meets worst
    words: int  # of the question: a long one is never met as well as a short one
    unseen: tuple[str, ...]  # terms of the question that no passage holds

    @property
    def probability(self) -> float:
        """Between 0 and 1."""
        at = _INTERCEPT + sum(
            weight * value for weight, value in zip((_COSINE, _COVERAGE, _WEAKEST, _LENGTH), self.features, strict=True)
        )
        return 1 / (1 + math.exp(-at))

    @property
    def features(self) -> tuple[float, float, float, float]:
        """What the model weighs: cosine, coverage, weakest, and the logarithm of the length."""
        return (self.cosine, self.coverage, self.weakest, math.log1p(self.words))


def confidence(index: Index, query: str, asked: Sequence[str], hits: Sequence[Hit]) -> Confidence:
    """Judge the hits, best first, for a query of which the terms `asked` name something."""
    cosine = max((hit.dense.score for hit in hits), default=0.0)
    covered = max((_coverage(index, asked, hit) for hit in hits[:_LOOKED_AT]), default=0.0)
    nearest = max(hits, key=lambda hit: (hit.late.score, hit.passage.id), default=None)
    weakest = nearest.weakest if nearest else 0.0
    words = len(words_in(query))
    return Confidence(
        max(0.0, cosine), covered, weakest, words, tuple(term for term in asked if term not in index.lexical)
    )


def _coverage(index: Index, asked: Sequence[str], hit: Hit) -> float:
    """The share of a question's terms, weighted by rarity, that a passage or its concept's names hold."""
    weights = {term: index.rarity(term) for term in asked}
    concept = index.concepts[hit.passage.concept]
    held = set(terms(" ".join((*concept.names, hit.passage.heading, hit.passage.text))))
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 0.0
