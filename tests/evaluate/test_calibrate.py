"""Fitting the probability that the base answers, on real questions to a real index."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest

from groundedqa.answer.calibration import FEATURES, SHIPPED, Calibration, calibration_of, file_in, read
from groundedqa.answer.compose import answer
from groundedqa.answer.details import lacks_detail
from groundedqa.answer.retrieval import retrieve
from groundedqa.cli import main
from groundedqa.errors import CalibrationError, Hint
from groundedqa.evaluate.calibrate import LabeledQuestion, even_threshold, fit, label_synthetic, rescale
from groundedqa.evaluate.synthetic import synthetic_questions
from groundedqa.index.reading import Index

DAY = datetime.date(2026, 11, 25)


def drawn(index: Index, weights: dict[str, float], count: int = 400) -> list[LabeledQuestion]:
    """Questions whose answerability hangs on some features."""
    given = np.random.default_rng(1).normal(size=(count, len(FEATURES)))
    at = sum(weights.get(name, 0) * given[:, place] for place, name in enumerate(FEATURES))
    return [LabeledQuestion(tuple(row), bool(yes), "x", False) for row, yes in zip(given, at > 0, strict=True)]


def test_a_fit_finds_which_features_count(small_index: Index) -> None:
    made = fit(small_index, drawn(small_index, {"near": 2, "lacks": -1}), "drawn", DAY)
    assert made.auroc > 0.95
    assert made.weights["near"] > -made.weights["lacks"] > 0
    assert all(abs(made.weights[name]) < -made.weights["lacks"] / 2 for name in ("margin", "rarest", "weakest"))
    assert abs(made.silent - made.wrong) < 0.05


def test_rescaling_keeps_the_order_of_the_shipped_model(small_index: Index) -> None:
    shipped = read(SHIPPED, 0, 0)
    made = rescale(small_index, drawn(small_index, {"near": 1, "rarest": 1}), "drawn", DAY, shipped)
    assert np.allclose(
        np.divide(*([one.weights[n] for n in FEATURES] for one in (made, shipped))),
        made.weights["near"] / shipped.weights["near"],
        rtol=0.02,
    )


def test_too_few_questions_are_one_sentence(small_index: Index) -> None:
    with pytest.raises(CalibrationError, match=r"few to fit on; 20 of each are needed"):
        fit(small_index, drawn(small_index, {"near": 1}, 12), "drawn", DAY)


def test_the_threshold_is_where_both_errors_are_as_frequent() -> None:
    sure = np.array([0.2, 0.65, 0.8, 0.9, 0.1, 0.3, 0.4, 0.7])
    assert 0.4 < even_threshold(sure, np.arange(8) < 4) <= 0.65


def test_made_questions_are_told_apart_and_are_the_same_each_time(frozen_index: Index) -> None:
    made = synthetic_questions(frozen_index)
    assert made == synthetic_questions(frozen_index)
    some = made[:60]
    hidden = [asked for asked in some if asked.filters]
    for asked in hidden:
        found = retrieve(frozen_index, asked.question, filters=asked.filters)
        assert all(asked.filters.passes(hit.passage) for hit in found.hits)
    judged = label_synthetic(frozen_index, some)
    near = {yes: np.mean([one.features[0] for one in judged if one.answerable is yes]) for yes in (True, False)}
    assert near[True] > near[False]


def test_a_calibration_of_the_store_is_used_and_comes_back_as_written(small_index: Index) -> None:
    shipped = calibration_of(small_index)
    own = shipped.model_copy(update={"threshold": 1.0, "intercept": -30.0, "model": small_index.manifest.model_key})
    before = answer(small_index, "why do pools get saltier on a hot day")
    own.write(file_in(small_index.store))
    assert calibration_of(small_index) == own
    after = answer(small_index, "why do pools get saltier on a hot day")
    assert (type(before).__name__, type(after).__name__) == ("Grounded", "Abstention")
    own.model_copy(update={"model": "another"}).write(file_in(small_index.store))
    assert calibration_of(small_index) == shipped, "made with another encoder, it does not count"


@pytest.mark.parametrize("content", ["", "{", '{"made": "2026-11-25"}', "[1]", "\x00"])
def test_a_damaged_calibration_is_one_sentence(small_index: Index, content: str) -> None:
    file_in(small_index.store).write_text(content, encoding="utf-8")
    with pytest.raises(CalibrationError, match=r"calibration\.json: .*damaged") as told:
        answer(small_index, "why do pools get saltier")
    assert told.value.hint is Hint.CALIBRATE


def test_features_of_another_release_are_not_read(tmp_path: Path) -> None:
    shipped = read(SHIPPED, 0, 0)
    file = tmp_path / "c.json"
    file.write_text(shipped.model_dump_json().replace('"rarest"', '"rare"'), encoding="utf-8")
    with pytest.raises(CalibrationError):
        read(file, 0, 0)


def test_the_command_calibrates_a_base_and_mends_a_damaged_file(
    small_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = tmp_path / "cases.yaml"
    asked = [f'- {{id: y{i}, question: "do pools get saltier {i}", kind: fact, answers: [x]}}' for i in range(60)]
    asked += [f'- {{id: n{i}, question: "how do I bake bread {i}", kind: far}}' for i in range(60)]
    gold.write_text("\n".join(asked), encoding="utf-8")
    (small_store / "calibration.json").write_text("{", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["groundedqa", "calibrate", str(gold), "--store", str(small_store)])
    with pytest.raises(SystemExit) as stopped:
        main()
    out, err = capsys.readouterr()
    assert not stopped.value.code, err
    assert "after  AUROC 1.000" in out
    assert "it is made again" in err
    made = Calibration.model_validate_json((small_store / "calibration.json").read_bytes())
    assert made.data.startswith("dev half of")


@pytest.mark.parametrize(
    ("question", "passage", "lacks"),
    [
        ("how many tasks does it contain", "The benchmark holds 500 tasks.", False),
        ("how many people work there", "It was founded by 11 people. ", False),
        ("how many people work there", "A team of 40 or so people works there.", False),
        ("how many people work there", "In 2024 the report of the whole institute named very many people.", True),
        ("what did he earn", "He left in 2024.", True),
        ("what does it cost", "It costs $3 a month.", False),
        ("how long does training take", "Training takes two to three weeks.", False),
        ("when was it founded", "It was founded by three friends.", True),
        ("when was it founded", "It was founded in 1998.", False),
        ("why does it work", "Nobody knows.", False),
    ],
)
def test_a_detail_that_is_asked_for_has_to_be_stated(question: str, passage: str, lacks: bool) -> None:
    assert lacks_detail(question, passage) is lacks
