"""Measures of rankings and of abstention, each with a bootstrap interval.

nDCG@10, RR@10 and Recall@5 come from `ir_measures`, AUROC from scikit-learn. Both are imported
where they are needed: they take a second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from groundedqa.base.models import Record
from groundedqa.errors import needs_extra

RESAMPLES = 1000
Ranking = Sequence[tuple[str, float]]
"""Ids and scores of what was found, best first."""
Floats = NDArray[np.float64]


class Estimate(Record):
    """A measure over `count` questions, with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Scores:
    """What the ranking of one question is worth, each from 0 to 1."""

    ndcg: float  # nDCG@10, gain 2 for what answers and 1 for what helps
    rr: float  # RR@10
    recall: float  # of what answers, in the first five


def rank_scores(qrels: Mapping[str, Mapping[str, int]], run: Mapping[str, Ranking]) -> dict[str, Scores]:
    """The scores of each question that has anything relevant; one that found nothing scores 0.

    nDCG counts every relevance; RR and Recall count only what is relevant to the highest degree
    that the question has, so that a passage that merely helps is no answer.
    """
    with needs_extra("evaluation"):
        import ir_measures
        from ir_measures import RR, R, nDCG

    asked = {query: judged for query, judged in qrels.items() if any(judged.values())}
    graded = [ir_measures.Qrel(q, doc, grade) for q, judged in asked.items() for doc, grade in judged.items()]
    best = [
        ir_measures.Qrel(q, doc, int(grade == max(judged.values())))
        for q, judged in asked.items()
        for doc, grade in judged.items()
    ]
    scored = [ir_measures.ScoredDoc(q, doc, score) for q in asked for doc, score in run.get(q, ())]
    found = {query: {"ndcg": 0.0, "rr": 0.0, "recall": 0.0} for query in asked}
    for measures, judged in (({"ndcg": nDCG @ 10}, graded), ({"rr": RR @ 10, "recall": R @ 5}, best)):
        for metric in ir_measures.iter_calc(list(measures.values()), judged, scored):
            name = next(name for name, measure in measures.items() if measure == metric.measure)
            found[metric.query_id][name] = float(metric.value)
    return {query: Scores(**values) for query, values in found.items()}


def mean_of(values: Sequence[float], seed: int = 0) -> Estimate:
    """The mean, and where the means of resampled questions fall."""
    given = np.asarray(values, dtype=np.float64)
    if not len(given):
        return _estimate(None, np.empty(0), 0)
    drawn = given[np.random.default_rng(seed).integers(0, len(given), (RESAMPLES, len(given)))].mean(axis=1)
    return _estimate(float(given.mean()), drawn, len(given))


def by_group(
    groups: Sequence[str], kept: NDArray[np.bool_], statistic: Callable[[NDArray[np.intp]], float], seed: int = 0
) -> Estimate:
    """A statistic of the rows that are kept, and where it falls when whole groups of them are resampled.

    Args:
        groups: the group of each row, such as the question that an answer was given to.
        kept: whether a row counts, shape (rows,).
        statistic: of the rows at some places; NaN where it is not defined.
    """
    places: dict[str, list[int]] = {}
    for row in np.flatnonzero(kept).tolist():
        places.setdefault(groups[row], []).append(row)
    if not places:
        return _estimate(None, np.empty(0), 0)
    rows = [np.asarray(found, dtype=np.intp) for found in places.values()]
    resamples = np.random.default_rng(seed).integers(0, len(rows), (RESAMPLES, len(rows)))
    drawn = np.asarray([statistic(np.concatenate([rows[place] for place in chosen])) for chosen in resamples])
    value = statistic(np.flatnonzero(kept))
    return _estimate(None if np.isnan(value) else value, drawn[~np.isnan(drawn)], int(kept.sum()))


def auroc(probabilities: Sequence[float], answerable: Sequence[bool], seed: int = 0) -> Estimate:
    """How well the probability that the base answers parts answerable from unanswerable questions.

    0.5 is chance. A resample that holds questions of one sort only is left out.
    """
    from sklearn.metrics import roc_auc_score

    scores, truth = np.asarray(probabilities), np.asarray(answerable, dtype=bool)
    count = len(truth)
    if not count or truth.all() or not truth.any():
        return _estimate(None, np.empty(0), count)
    resamples = np.random.default_rng(seed).integers(0, count, (RESAMPLES, count))
    times = np.stack([np.bincount(rows, minlength=count) for rows in resamples])  # that each question was drawn
    yes, no = times[:, truth].astype(np.float64), times[:, ~truth].astype(np.float64)
    # The share of pairs in the right order, a tie counting half: what scikit-learn gives for each resample, at once.
    won = (np.sign(scores[truth][:, None] - scores[~truth]) + 1) / 2
    pairs = yes.sum(axis=1) * no.sum(axis=1)
    right = np.einsum("ry,yn,rn->r", yes, won, no, optimize=True)
    return _estimate(float(roc_auc_score(truth, scores)), right[pairs > 0] / pairs[pairs > 0], count)


def risk_coverage(probabilities: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """Share of questions answered, and share of these answered wrongly, as the threshold falls.

    El-Yaniv and Wiener (2010). `right` says whether answering this question would be right.
    """
    order = np.argsort(-np.asarray(probabilities), kind="stable")
    wrong = np.cumsum(~np.asarray(right, dtype=bool)[order])
    counts = np.arange(1, len(order) + 1)
    return [(float(n / len(order)), float(w / n)) for n, w in zip(counts, wrong, strict=True)]


def reliability(
    probabilities: Sequence[float], answerable: Sequence[bool], bins: int = 10
) -> list[tuple[float, float, int]]:
    """For each tenth of the probability that occurs: its mean, the share that was answerable, and how many."""
    scores, truth = np.asarray(probabilities), np.asarray(answerable, dtype=np.float64)
    places = np.minimum((scores * bins).astype(int), bins - 1)
    return [
        (float(scores[places == place].mean()), float(truth[places == place].mean()), int((places == place).sum()))
        for place in range(bins)
        if (places == place).any()
    ]


def _estimate(value: float | None, drawn: Floats, count: int) -> Estimate:
    """A value with the percentile interval of its bootstrap (Efron 1979); NaN where it is not defined."""
    if value is None:
        return Estimate(value=float("nan"), low=float("nan"), high=float("nan"), count=count)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(value=value, low=float(low), high=float(high), count=count)
