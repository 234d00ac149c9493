"""What a report sums up and what it says got worse, with values worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundedqa.errors import GoldError
from groundedqa.evaluate.gold import Asks, Case
from groundedqa.evaluate.report import CaseResult, compare, judge, load_report, measures, report
from groundedqa.evaluate.run import Outcome

QRELS = {"a": {"answers": 2, "helps": 1}, "b": {"answers": 2}, "c": {"answers": 2}, "d": {}}
QUOTED = {"a": ("answers", "helps", "other"), "b": ("other",), "c": (), "d": ("other", "another")}


def judged(quoted: dict[str, tuple[str, ...]] = QUOTED) -> tuple[CaseResult, ...]:
    """Three questions that the base answers, of which one met silence, and one that it does not answer."""
    outcomes = [
        Outcome(
            Case(id=key, question=key, kind=Asks.FACT if grades else Asks.FAR, answers=tuple(grades)),
            query=key,
            ranking=[(name, 1.0 - place / 10) for place, name in enumerate(quoted[key])],
            quoted=quoted[key],
            probability=0.5,
        )
        for key, grades in QRELS.items()
    ]
    return judge(outcomes, QRELS, lambda passage: "page")


def test_the_precision_of_quotes_counts_what_answers_or_helps_of_all_that_is_quoted() -> None:
    found = measures(judged())["quote precision"]
    # Of four quotes two are relevant: silence has no quotes, and where nothing answers none could be right.
    assert (found.value, found.count) == (0.5, 4)
    assert (found.low, found.high) == (0.0, pytest.approx(2 / 3)), "a question's quotes are drawn together"
    helpful = measures(judged())["relevant quotes an answer"]
    assert (helpful.value, helpful.count) == (1.0, 2)
    assert "quote precision" not in measures(judged(dict.fromkeys(QUOTED, ())))


def test_a_comparison_says_that_more_is_quoted_that_does_not_help() -> None:
    old, new = (
        report(judged(quoted), "base", "model", "all")
        for quoted in (QUOTED, {**QUOTED, "b": ("other", "more", "still more", "and more")})
    )
    assert compare(old, new, 0.2).fell == {"quote precision": (0.5, pytest.approx(2 / 7))}
    assert not compare(old, new, 0.22).fell
    assert not compare(new, old, 0.0).fell


def test_a_report_of_a_release_without_the_measure_is_read_and_compared_in_the_others(tmp_path: Path) -> None:
    made = report(judged(), "base", "model", "all")
    file = tmp_path / "old.json"
    file.write_text(made.model_dump_json(exclude={"cases": {"__all__": {"relevance"}}}), encoding="utf-8")
    old = load_report(file)
    assert old.cases != made.cases
    silent = report(judged({**QUOTED, "a": ()}), "base", "model", "all")
    fell = compare(old, silent, 0.01).fell
    assert fell["silent though the base says"] == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert "quote precision" not in fell


def test_what_is_no_report_is_said_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(GoldError, match="this is no report of an evaluation"):
        load_report(file)
