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
from groundedqa.evaluate.datasets import read_lines
from groundedqa.evaluate.measures import Estimate, Floats, by_group
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.shortanswer import ShortAnswerGrade, assess

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


def judge_all(
    bank: ClaimBank, answers: Iterable[Graded], step: Callable[[], None] = lambda: None
) -> list[ShortAnswerGrade]:
    """What the product makes of each answer."""
    judged = []
    for given in answers:
        judged.append(assess(bank, given.question, given.reference, given.answer))
        step()
    return judged


def measure(answers: Sequence[Graded], judged: Sequence[ShortAnswerGrade]) -> dict[str, Estimate]:
    """The agreement, with intervals from resampling whole questions, since answers to one are alike."""
    groups = [f"{given.question}\n{given.reference}" for given in answers]
    of_sort = _of_labels if answers[0].label is not None else _of_scores
    return {name: by_group(groups, kept, statistic) for name, (kept, statistic) in of_sort(answers, judged).items()}


Measured = dict[str, tuple[NDArray[np.bool_], Callable[[Places], float]]]
"""By its name, which answers a measure counts, and the measure."""


def _of_scores(answers: Sequence[Graded], judged: Sequence[ShortAnswerGrade]) -> Measured:
    people = np.array([given.score for given in answers], dtype=np.float64)
    grade = np.array([FULL * one.grade for one in judged])
    score = np.array([FULL * (one.score or 0.0) for one in judged])
    told = np.array([one.score is not None for one in judged])
    every = np.ones_like(told)
    found: Measured = {
        "cannot tell": (every, _share(~told)),
        "grade, Pearson r": (every, _pearson(grade, people)),
        "grade, RMSE": (every, _rmse(grade, people)),
        "grade where it can tell, Pearson r": (told, _pearson(grade, people)),
        "grade where it can tell, RMSE": (told, _rmse(grade, people)),
        "score where it can tell, Pearson r": (told, _pearson(score, people)),
        "score where it can tell, RMSE": (told, _rmse(score, people)),
        "called right, graded below 2.5": (told & (score >= FULL), _share(people < _POOR)),
        "called wrong, graded 4 or more": (told & (score <= 0), _share(people >= _GOOD)),
    }
    if all(answer.pair for answer in answers):
        one, other = np.array([answer.pair for answer in answers], dtype=np.float64).T
        found["between the two graders, Pearson r"] = (every, _pearson(one, other))
        found["between the two graders, RMSE"] = (every, _rmse(one, other))
    return found


def _of_labels(answers: Sequence[Graded], judged: Sequence[ShortAnswerGrade]) -> Measured:
    truth = np.array([_LABELS[given.label or ""] for given in answers])
    ours = np.array([_verdict(one) for one in judged])
    told = ours != _UNTOLD
    every = np.ones_like(told)
    forced = np.where(told, ours, _PARTLY)
    # SemEval's three labels: correct, contradictory, and incorrect for all the rest.
    contradicts = np.array([given.label == "contradictory" for given in answers])
    errs = np.array([bool(one.wrong) for one in judged])
    official, official_ours = (
        np.where(right, _RIGHT, np.where(against, _PARTLY, _WRONG))
        for right, against in ((truth == _RIGHT, contradicts), (ours == _RIGHT, errs))
    )
    return {
        "cannot tell": (every, _share(~told)),
        "macro-F1 where it can tell": (told, _macro_f1(truth, ours)),
        "accuracy where it can tell": (told, _share(truth == ours)),
        "macro-F1, what it cannot tell as partly": (every, _macro_f1(truth, forced)),
        "accuracy, what it cannot tell as partly": (every, _share(truth == forced)),
        "macro-F1 of SemEval's three labels": (every, _macro_f1(official, official_ours)),
        "wrong answers called right": (truth == _WRONG, _share(ours == _RIGHT)),
        "right answers called wrong": (truth == _RIGHT, _share(ours == _WRONG)),
    }


def _verdict(judged: ShortAnswerGrade) -> int:
    if judged.score is None:
        return _UNTOLD
    return _RIGHT if judged.score >= 1 else _PARTLY if judged.score > 0 else _WRONG


def _pearson(one: Floats, other: Floats) -> Callable[[Places], float]:
    def value(rows: Places) -> float:
        first, second = one[rows], other[rows]
        return float(np.corrcoef(first, second)[0, 1]) if first.std() and second.std() else float("nan")

    return value


def _rmse(one: Floats, other: Floats) -> Callable[[Places], float]:
    return lambda rows: float(np.sqrt(np.mean((one[rows] - other[rows]) ** 2)))


def _share(which: NDArray[np.bool_]) -> Callable[[Places], float]:
    return lambda rows: float(which[rows].mean())


def _macro_f1(truth: NDArray[np.int_], ours: NDArray[np.int_]) -> Callable[[Places], float]:
    """The mean F1 of the three classes; one that neither side uses counts 0."""

    def value(rows: Places) -> float:
        true, said = truth[rows], ours[rows]
        both = [int(((true == label) & (said == label)).sum()) for label in (_WRONG, _PARTLY, _RIGHT)]
        either = [int((true == label).sum() + (said == label).sum()) for label in (_WRONG, _PARTLY, _RIGHT)]
        return sum(2 * b / max(1, e) for b, e in zip(both, either, strict=True)) / 3

    return value
