"""How sure it is that the base answers: features of what was found that can be explained, and a probability."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groundedqa.answer.answers import Question
from groundedqa.answer.calibration import FEATURES, calibration_of
from groundedqa.answer.details import lacks_detail
from groundedqa.index.model import Encoded
from groundedqa.index.reading import Index
from groundedqa.search.hybrid import Hit
from groundedqa.search.signals import ASKED, DENSE, LATE
from groundedqa.text.words import STOPWORDS, stem, words_in

_NEAREST = 5
_SHORT, _LONG = 1.8, 2.2
"""Bounds of the length, those of five and eight words: beyond, a preamble would pass for a well-met question."""
_LOOKED_AT = 10
"""Hits whose tokens are compared with the question's rarest word."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """The probability that the base answers, and what it rests on.

    From `threshold` on it does; from `possible` on it may.
    """

    features: tuple[float, ...]  # in the order of `FEATURES`
    probability: float
    threshold: float
    possible: float
    unseen: tuple[str, ...]  # terms of the question that no passage holds


def confidence(index: Index, question: Question, asked: Sequence[str], hits: Sequence[Hit]) -> Confidence:
    """Judge the hits, best first, for a question of which the terms `asked` name something.

    Raises:
        CalibrationError: the store's calibration is damaged.
    """
    found = features(index, question, hits)
    calibration = calibration_of(index)
    values = tuple(found[name] for name in FEATURES)
    unseen = tuple(term for term in asked if term not in index.lexical)
    return Confidence(values, calibration.probability(values), calibration.threshold, calibration.possible, unseen)


def features(index: Index, question: Question, hits: Sequence[Hit]) -> dict[str, float]:
    """What the probability rests on, by name; none of it depends on how large the base is.

    near: cosine of the question to the nearest passage; a mean over several would be low in a small base.
    margin: by how much the nearest passage is nearer than its page as a whole, so that a page which
        is merely about the same subject does not count as an answer.
    rarest: how near the five passages that meet it best come to the question's rarest word.
    weakest: how near any passage comes to the quarter of the question's tokens that it meets worst.
    lacks: 1 where a number, a sum or a date is asked for and the best passage states none, else 0.
    length: logarithm of the number of words, within bounds; a long question is never met as well as a short one.
    asked: by how much the nearest listed question is nearer than the nearest passage, at least 0.
    unlisted: 1 where the base lists no questions at all, else 0.
    """
    length = min(max(math.log1p(len(words_in(question.query))), _SHORT), _LONG)
    unlisted = float(not ASKED.applies(index))
    if not hits:
        return {
            "near": 0.0,
            "margin": 0.0,
            "rarest": 0.0,
            "weakest": 0.0,
            "lacks": 0.0,
            "length": length,
            "asked": 0.0,
            "unlisted": unlisted,
        }
    cosines = sorted((hit[DENSE].score for hit in hits), reverse=True)
    encoded = index.encode(question.query)
    pages = max(float(index.centers[hit.passage.concept] @ encoded.vector) for hit in hits[:_NEAREST])
    best = max(hits[:_LOOKED_AT], key=lambda hit: (hit[LATE].score, hit.passage.id))
    return {
        "near": cosines[0],
        "margin": cosines[0] - pages,
        "rarest": _rarest(index, question.query, encoded, hits[:_LOOKED_AT]),
        "weakest": _weakest(index, encoded, hits),
        "lacks": float(lacks_detail(question.text, best.passage.text)),
        "length": length,
        "asked": max(hit[ASKED].score for hit in hits) - cosines[0],
        "unlisted": unlisted,
    }


def _rarest(index: Index, query: str, encoded: Encoded, hits: Sequence[Hit]) -> float:
    """How near the passages that meet it best come to the rarest word of a query, the mean over its pieces."""
    pieces = {}
    for start, end, word in words_in(query):
        at = [token for token, (first, last) in enumerate(encoded.spans) if first < end and last > start]
        if at and word not in STOPWORDS:
            pieces[word] = at
    if not pieces:
        return 0.0
    rarest = max(pieces, key=lambda word: index.rarity(stem(word)))
    closeness = index.tokens.closeness(encoded.tokens[pieces[rarest]], [hit.row for hit in hits]).mean(axis=1)
    return float(np.sort(closeness)[::-1][:_NEAREST].mean())


def _weakest(index: Index, encoded: Encoded, hits: Sequence[Hit]) -> float:
    """How near any passage comes to the quarter of a query's tokens that it meets worst, the mean over these."""
    closeness = index.tokens.closeness(encoded.tokens, [hit.row for hit in hits])
    if not closeness.size:
        return 0.0
    quarter = max(1, closeness.shape[1] // 4)
    return float(np.sort(closeness, axis=1)[:, :quarter].mean(axis=1).max())
