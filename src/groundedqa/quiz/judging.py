"""Judging an answer in a learner's own words against the claim that it should give."""

from __future__ import annotations

from dataclasses import dataclass

from groundedqa.quiz.stock import Stock


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer covers. `score` is between 0 and 1, None where it cannot be told."""

    score: float | None
    covered: tuple[str, ...]  # key facts of the reference, in its own words
    missing: tuple[str, ...]
    wrong: tuple[str, ...]  # what the answer says otherwise, in its own words


def judge(stock: Stock, question: str, reference: str, words: str) -> Judged:
    """Judge an answer."""
    return Judged(None, (), (reference,), ())
