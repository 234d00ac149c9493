"""How far the judging of answers in a learner's own words agrees with people who graded such answers.

Read is jsonl of question, reference, answer and either `score` (0 to 5; with `score_me` and `score_other`
where two people graded, as in Mohler, Bunescu and Mihalcea 2011) or `label` (as in SemEval-2013 task 7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from groundedqa.errors import GoldError
from groundedqa.evaluate.collections import read_lines
from groundedqa.evaluate.measures import Estimate, Floats, by_group
from groundedqa.quiz import Stock
from groundedqa.quiz.judging import Judged, judge

FULL = 5.0
"""The grade of a perfect answer."""
_WRONG, _PARTLY, _RIGHT, _UNTOLD = 0, 1, 2, 3
_LABELS = {
    "correct": _RIGHT,
    "partially_correct_incomplete": _PARTLY,
    "contradictory": _WRONG,
    "irrelevant": _WRONG,
    "non_domain": _WRONG,
    "incorrect": _WRONG,
}
_POOR, _GOOD = 2.5, 4.0
"""Grades below which an answer counts as poor, and from which on as good."""

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Graded:
    """An answer with what people made of it: a grade from 0 to 5, by two of them where known, or a label."""

    question: str
    reference: str
    answer: str
    score: float | None
    pair: tuple[float, float] | None
    label: str | None


def read_short_answers(file: Path) -> tuple[Graded, ...]:
    """Read graded answers, all with a score or all with a label.

    Raises:
        GoldError: the file is missing, or a line cannot be read or is of another sort than the first.
    """
    answers: list[Graded] = []
    for number, entry in enumerate(read_lines(file, "question", "reference", "answer"), 1):
        score, label = entry.get("score"), entry.get("label")
        if (score is None) == (label is None) or (answers and (answers[0].label is None) != (label is None)):
            raise GoldError(f"{file}: answer {number} needs a score from 0 to 5 or a label, as the others have")
        if label is not None and label not in _LABELS:
            raise GoldError(f"{file}: answer {number} has the label {label!r}, which is none of {', '.join(_LABELS)}")
        if score is not None and not (isinstance(score, int | float) and 0 <= score <= FULL):
            raise GoldError(f"{file}: answer {number} has the score {score!r}; scores go from 0 to 5")
        pair = (entry["score_me"], entry["score_other"]) if {"score_me", "score_other"} <= entry.keys() else None
        answers.append(Graded(entry["question"], entry["reference"], entry["answer"], score, pair, label))
    if not answers:
        raise GoldError(f"{file}: there is no answer in it")
    return tuple(answers)


def judge_all(stock: Stock, answers: Iterable[Graded], step: Callable[[], None] = lambda: None) -> list[Judged]:
    """What the product makes of each answer."""
    judged = []
    for given in answers:
        judged.append(judge(stock, given.question, given.reference, given.answer))
        step()
    return judged


def measure(answers: Sequence[Graded], judged: Sequence[Judged]) -> dict[str, Estimate]:
    """The agreement, with intervals from resampling whole questions, since answers to one are alike."""
    told = np.array([one.score is not None for one in judged])
    groups = [f"{given.question}\n{given.reference}" for given in answers]
    measures = {"cannot tell": by_group(groups, lambda rows: float((~told[rows]).mean()))}
    of_sort = _of_labels if answers[0].label is not None else _of_scores
    return measures | of_sort(answers, judged, told, groups)


def _of_scores(
    answers: Sequence[Graded], judged: Sequence[Judged], told: NDArray[np.bool_], groups: Sequence[str]
) -> dict[str, Estimate]:
    grades = np.array([given.score for given in answers], dtype=np.float64)
    given = np.array([FULL * one.grade for one in judged])
    scores = np.array([FULL * (one.score or 0.0) for one in judged])
    right, wrong = told & (scores >= FULL), told & (scores <= 0)
    measures = {}
    for name, ours, rows in (
        ("grade", given, np.ones_like(told)),
        ("grade where it can tell", given, told),
        ("score where it can tell", scores, told),
    ):
        measures[f"{name}, Pearson r"] = by_group(groups, _within(rows, _pearson, ours, grades))
        measures[f"{name}, RMSE"] = by_group(groups, _within(rows, _rmse, ours, grades))
    measures["called right, graded below 2.5"] = by_group(groups, _within(right, _share, grades < _POOR))
    measures["called wrong, graded 4 or more"] = by_group(groups, _within(wrong, _share, grades >= _GOOD))
    if all(answer.pair for answer in answers):
        one, other = np.array([answer.pair for answer in answers], dtype=np.float64).T
        measures["between the two graders, Pearson r"] = by_group(groups, lambda rows: _pearson(one[rows], other[rows]))
        measures["between the two graders, RMSE"] = by_group(groups, lambda rows: _rmse(one[rows], other[rows]))
    return measures


def _of_labels(
    answers: Sequence[Graded], judged: Sequence[Judged], told: NDArray[np.bool_], groups: Sequence[str]
) -> dict[str, Estimate]:
    truth = np.array([_LABELS[given.label or ""] for given in answers])
    ours = np.array([_verdict(one) for one in judged])
    forced = np.where(told, ours, _PARTLY)
    right, wrong = truth == _RIGHT, truth == _WRONG
    # SemEval's three labels: correct, contradictory, and incorrect for all the rest.
    contradicts = np.array([given.label == "contradictory" for given in answers])
    official = np.where(right, _RIGHT, np.where(contradicts, _PARTLY, _WRONG))
    errs = np.array([bool(one.wrong) for one in judged])
    official_ours = np.where(ours == _RIGHT, _RIGHT, np.where(errs, _PARTLY, _WRONG))
    return {
        "macro-F1 where it can tell": by_group(groups, _within(told, _macro_f1, truth, ours)),
        "accuracy where it can tell": by_group(groups, _within(told, _share, truth == ours)),
        "macro-F1, what it cannot tell as partly": by_group(groups, lambda rows: _macro_f1(truth[rows], forced[rows])),
        "accuracy, what it cannot tell as partly": by_group(groups, lambda rows: _share((truth == forced)[rows])),
        "macro-F1 of SemEval's three labels": by_group(
            groups, lambda rows: _macro_f1(official[rows], official_ours[rows])
        ),
        "wrong answers called right": by_group(groups, _within(wrong, _share, ours == _RIGHT)),
        "right answers called wrong": by_group(groups, _within(right, _share, ours == _WRONG)),
    }


def _verdict(judged: Judged) -> int:
    if judged.score is None:
        return _UNTOLD
    return _RIGHT if judged.score >= 1 else _PARTLY if judged.score > 0 else _WRONG


def _within(
    kept: NDArray[np.bool_], statistic: Callable[..., float], *arrays: NDArray[np.generic]
) -> Callable[[Places], float]:
    """A statistic of those resampled rows that are kept."""

    def value(rows: Places) -> float:
        chosen = rows[kept[rows]]
        return statistic(*(array[chosen] for array in arrays)) if len(chosen) else float("nan")

    return value


def _pearson(one: Floats, other: Floats) -> float:
    return float(np.corrcoef(one, other)[0, 1]) if one.std() and other.std() else float("nan")


def _rmse(one: Floats, other: Floats) -> float:
    return float(np.sqrt(np.mean((one - other) ** 2)))


def _share(which: NDArray[np.bool_]) -> float:
    return float(which.mean())


def _macro_f1(truth: NDArray[np.int_], ours: NDArray[np.int_]) -> float:
    """The mean F1 of the three classes; one that neither side uses counts 0."""
    scores = []
    for label in (_WRONG, _PARTLY, _RIGHT):
        both = int(((truth == label) & (ours == label)).sum())
        scores.append(2 * both / max(1, int((truth == label).sum() + (ours == label).sum())))
    return sum(scores) / len(scores)
