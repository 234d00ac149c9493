"""How sure a learner is, against how often right: the Brier score and a reliability diagram's bins."""

from __future__ import annotations

import math
from collections.abc import Sequence

from groundedqa.quiz.grading import brier
from groundedqa.review.records import Sureness, SurenessBin

_BINS = 10


def sureness(answers: Sequence[tuple[float, bool]]) -> Sureness:
    """Sum up one answer or more, each with the probability that was said and whether it was right."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for said, right in answers:
        bins.setdefault(min(int(said * _BINS), _BINS - 1), []).append((said, right))
    score = math.fsum(brier(said, right) for said, right in answers) / len(answers)
    whole = _bin(answers)
    return Sureness(whole.number, score, whole.said, whole.right, tuple(_bin(bins[at]) for at in sorted(bins)))


def _bin(answers: Sequence[tuple[float, bool]]) -> SurenessBin:
    number = len(answers)
    return SurenessBin(
        math.fsum(said for said, _ in answers) / number, sum(right for _, right in answers) / number, number
    )
