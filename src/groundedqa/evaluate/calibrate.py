"""Fitting the probability that the base answers, on gold cases or on questions made from the base itself."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from groundedqa.answer.calibration import FEATURES, Calibration
from groundedqa.answer.retrieval import retrieve
from groundedqa.errors import CalibrationError
from groundedqa.evaluate.gold import Case
from groundedqa.evaluate.run import converse
from groundedqa.evaluate.synthetic import SyntheticQuestion
from groundedqa.index.reading import Index

if TYPE_CHECKING:
    from sklearn.model_selection import StratifiedGroupKFold

_FOLDS = 5
_FEWEST = 20
"""Questions of each sort that a fit needs: with fewer the threshold is a matter of luck."""
_PENALTIES = np.logspace(-2, 2, 9)
"""Values of C among which cross-validation chooses."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LabeledQuestion:
    """One question's features, in the order of `FEATURES`, whether the base answers it, and what sort it is."""

    features: tuple[float, ...]
    answerable: bool
    sort: str
    held_out: bool
    question: str = ""  # an id that both views of one question have
    unlisted: bool = False  # whether it was asked of a base as if that listed no questions


def label_cases(index: Index, cases: Iterable[Case], step: Callable[[], None] = lambda: None) -> list[LabeledQuestion]:
    """The features of gold cases; the test half is held out.

    Left out are questions that are answered whatever the probability: for a page's own definition,
    and about the claims just quoted. Where the base lists questions, each case is asked once more as if it did
    not, so that what is fitted serves other bases too.
    """
    views = [index, _unlisted(index)] if len(index.questions) else [index]
    judged = []
    for case in cases:
        for view in views:
            found = retrieve(view, case.question, converse(view, case.after))
            if not (found.defined or found.question.carried):
                held_out, unlisted = case.split == "test", view is not index
                kind = case.kind
                features = found.sure.features
                judged.append(LabeledQuestion(features, kind.answerable, kind, held_out, case.id, unlisted))
        step()
    return judged


def _unlisted(index: Index) -> Index:
    """The same base as if it listed no questions."""
    passages = tuple(passage.model_copy(update={"questions": ()}) for passage in index.passages)
    return replace(index, passages=passages, questions=index.questions[:0])


def label_synthetic(
    index: Index, made: Iterable[SyntheticQuestion], step: Callable[[], None] = lambda: None
) -> list[LabeledQuestion]:
    """The features of questions made from the base; those of every second passage are held out."""
    judged = []
    for asked in made:
        found = retrieve(index, asked.question, filters=asked.filters)
        if not found.defined:
            judged.append(LabeledQuestion(found.sure.features, asked.answerable, asked.sort, asked.held_out))
        step()
    return judged


def fit(index: Index, judged: Sequence[LabeledQuestion], data: str, made: datetime.date) -> Calibration:
    """Fit a logistic model of the features on questions by people, those that are not held out.

    Features are standardised, and C is the one of `_PENALTIES` with the best log loss in cross-validation.

    Raises:
        CalibrationError: there are too few questions of one sort.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    features, answerable = _fitted_on(judged, data)
    kept = [one for one in judged if not one.held_out]
    listed = np.array([not one.unlisted for one in kept], dtype=bool)
    questions = [one.question or str(place) for place, one in enumerate(kept)]
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    penalties = {"logisticregression__C": _PENALTIES}
    model = GridSearchCV(pipeline, penalties, scoring="neg_log_loss", cv=_folds())
    model.fit(features, answerable, groups=questions)
    standard, logistic = model.best_estimator_[0], model.best_estimator_[1]
    weights = logistic.coef_[0] / standard.scale_
    intercept = float(logistic.intercept_[0] - weights @ standard.mean_)
    sure = _cross_validated(model.best_estimator_, features, answerable, questions)
    return _calibration(index, data, made, weights, intercept, sure[listed], answerable[listed])


def rescale(
    index: Index, judged: Sequence[LabeledQuestion], data: str, made: datetime.date, shipped: Calibration
) -> Calibration:
    """Fit two numbers, slope and level, over the shipped model's log-odds, and a threshold (Platt 1999).

    The weights keep their proportions, which come from questions by people: fitted on questions made from
    the base's own words they lose what they know of real ones (figures in docs/labbook.md).

    Raises:
        CalibrationError: there are too few questions of one sort.
    """
    from sklearn.linear_model import LogisticRegression

    features, answerable = _fitted_on(judged, data)
    weights = np.array([shipped.weights[name] for name in FEATURES])
    odds = (features @ weights + shipped.intercept)[:, np.newaxis]
    model = LogisticRegression(C=np.inf).fit(odds, answerable)
    slope, level = float(model.coef_[0][0]), float(model.intercept_[0])
    sure = _cross_validated(model, odds, answerable, range(len(answerable)))
    return _calibration(index, data, made, slope * weights, slope * shipped.intercept + level, sure, answerable)


def _fitted_on(judged: Sequence[LabeledQuestion], data: str) -> tuple[Floats, NDArray[np.bool_]]:
    """The features, shape (questions, features), and answerability of what is not held out."""
    kept = [one for one in judged if not one.held_out]
    features = np.array([one.features for one in kept], dtype=np.float64).reshape(-1, len(FEATURES))
    answerable = np.array([one.answerable for one in kept], dtype=bool)
    yes, no = int(answerable.sum()), int((~answerable).sum())
    if min(yes, no) < _FEWEST:
        raise CalibrationError(
            f"{data}: {yes} answerable and {no} unanswerable questions are too few to fit on; "
            f"{_FEWEST} of each are needed, so the calibration stays as it was"
        )
    return features, answerable


def _folds() -> StratifiedGroupKFold:
    from sklearn.model_selection import StratifiedGroupKFold

    return StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=0)


def _cross_validated(
    model: Any, features: Floats, answerable: NDArray[np.bool_], questions: Sequence[str] | range
) -> Floats:
    """The probability of each row by a model that was fitted without its question."""
    from sklearn.model_selection import cross_val_predict

    found: Floats = cross_val_predict(
        model, features, answerable, groups=list(questions), cv=_folds(), method="predict_proba"
    )[:, 1]
    return found


def _calibration(
    index: Index,
    data: str,
    made: datetime.date,
    weights: Floats,
    intercept: float,
    sure: Floats,
    answerable: NDArray[np.bool_],
) -> Calibration:
    from sklearn.metrics import roc_auc_score

    possible = even_threshold(sure, answerable)
    silent, wrong = errors(sure, answerable, possible)
    return Calibration(
        made=made,
        data=data,
        model=index.manifest.model_key,
        fingerprint=index.manifest.fingerprint,
        questions=len(answerable),
        answerable=int(answerable.sum()),
        weights={name: round(float(weight), 4) for name, weight in zip(FEATURES, weights, strict=True)},
        intercept=round(intercept, 4),
        threshold=sure_threshold(sure, answerable, possible),
        possible=possible,
        auroc=round(float(roc_auc_score(answerable, sure)), 4),
        silent=round(silent, 4),
        wrong=round(wrong, 4),
    )


def even_threshold(sure: Floats, answerable: NDArray[np.bool_]) -> float:
    """The hundredth at which silence and wrong answers are most nearly as frequent; the middle one of several."""
    cuts = np.arange(1, 100) / 100
    gaps = [abs(np.subtract(*errors(sure, answerable, cut))) for cut in cuts]
    best = cuts[np.isclose(gaps, min(gaps))]
    return float(best[len(best) // 2])


def sure_threshold(sure: Floats, answerable: NDArray[np.bool_], possible: float) -> float:
    """The first hundredth from `possible` on at which wrong answers are at most half as frequent as there."""
    half = errors(sure, answerable, possible)[1] / 2
    cuts = np.arange(round(100 * possible), 100) / 100
    return float(next((cut for cut in cuts if errors(sure, answerable, cut)[1] <= half), 0.99))


def errors(sure: Floats, answerable: NDArray[np.bool_], threshold: float) -> tuple[float, float]:
    """The share of answerable questions below the threshold, and that of the others at or above it."""
    return float((sure[answerable] < threshold).mean()), float((sure[~answerable] >= threshold).mean())
