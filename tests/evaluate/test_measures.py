"""Measures, with values worked out by hand."""

from __future__ import annotations

import math

import pytest

from groundedqa.evaluate.measures import auroc, mean_of, rank_scores, reliability, risk_coverage


def test_a_ranking_is_scored_as_by_hand() -> None:
    qrels = {
        "both": {"a": 2, "b": 1},
        "late": {"a": 2},
        "helps": {"a": 2, "b": 1, "c": 2},
        "lost": {"a": 2},
        "none": {},
    }
    run = {
        "both": [("a", 3.0), ("b", 2.0), ("x", 1.0)],
        "late": [("x", 3.0), ("a", 2.0)],
        "helps": [("b", 3.0), ("x", 2.0)],
    }
    scores = rank_scores(qrels, run)
    assert set(scores) == {"both", "late", "helps", "lost"}, "a question without an answer has no ranking to score"
    assert (scores["both"].ndcg, scores["both"].rr, scores["both"].recall) == (1.0, 1.0, 1.0)
    assert scores["late"].ndcg == pytest.approx(1 / math.log2(3))
    assert (scores["late"].rr, scores["late"].recall) == (0.5, 1.0)
    ideal = 2 + 2 / math.log2(3) + 1 / 2
    assert scores["helps"].ndcg == pytest.approx(1 / ideal)
    assert (scores["helps"].rr, scores["helps"].recall) == (0.0, 0.0), "what only helps is no answer"
    assert (scores["lost"].ndcg, scores["lost"].rr, scores["lost"].recall) == (0.0, 0.0, 0.0)


def test_recall_counts_the_first_five() -> None:
    qrels = {"q": {"a": 2, "b": 2}}
    run = {"q": [(name, 10.0 - place) for place, name in enumerate("avwxyb")]}
    assert rank_scores(qrels, run)["q"].recall == 0.5


def test_a_mean_has_an_interval_around_it_that_narrows_with_more_questions() -> None:
    few, many = mean_of([0.0, 1.0] * 10), mean_of([0.0, 1.0] * 500)
    assert few.value == many.value == 0.5
    assert (few.count, many.count) == (20, 1000)
    assert few.low < many.low < 0.5 < many.high < few.high
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(1000), rel=0.15)
    assert mean_of([0.7] * 5).low == pytest.approx(0.7)
    assert math.isnan(mean_of([]).value)
    assert mean_of([0.0, 1.0, 1.0]) == mean_of([0.0, 1.0, 1.0]), "the resamples are seeded"


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    found = auroc([0.9, 0.4, 0.6, 0.1], [True, True, False, False])
    assert found.value == 0.75  # of the four pairs, 0.4 against 0.6 is the wrong way round
    assert found.low <= 0.75 <= found.high
    assert auroc([0.2, 0.8], [False, True]).value == 1.0
    assert math.isnan(auroc([0.2, 0.8], [True, True]).value)


def test_risk_grows_as_more_is_answered() -> None:
    assert risk_coverage([0.9, 0.8, 0.1], [True, False, True]) == [
        (pytest.approx(1 / 3), 0.0),
        (pytest.approx(2 / 3), 0.5),
        (1.0, pytest.approx(1 / 3)),
    ]


def test_reliability_gathers_like_probabilities() -> None:
    found = reliability([0.91, 0.99, 1.0, 0.12], [True, True, False, False])
    assert [(round(mean, 3), round(share, 3), count) for mean, share, count in found] == [
        (0.12, 0.0, 1),
        (0.967, 0.667, 3),
    ]
