"""`groundedqa eval --short-answers` on a few answers graded here, and its measures on made-up judgments."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from groundedqa.cli import main
from groundedqa.errors import GoldError
from groundedqa.evaluate.measures import by_group
from groundedqa.evaluate.short_answers import Graded, measure, read_short_answers
from groundedqa.quiz.shortanswer import ShortAnswerGrade

QUESTION = "Why do crabs line up?"
REFERENCE = "They swap shells by size when a larger one is found."
ANSWERS = (
    ("They swap shells by size when a larger one is found", 5, 4, 5, "correct"),
    ("to exchange shells by their size once a bigger one turns up", 4.5, 4, 5, "correct"),
    ("they swap shells", 3, 3, 3, "partially_correct_incomplete"),
    ("the moon pulls the ocean", 0, 0, 0, "irrelevant"),
    ("no idea", 0, 0, 0, "non_domain"),
)


def write(file: Path, *entries: object) -> Path:
    file.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    return file


def scored() -> list[dict[str, object]]:
    shared = {"question": QUESTION, "reference": REFERENCE}
    return [
        shared | {"answer": a, "score": score, "score_me": me, "score_other": other}
        for a, score, me, other, _ in ANSWERS
    ]


def labelled() -> list[dict[str, object]]:
    return [{"question": QUESTION, "reference": REFERENCE, "answer": a, "label": label} for a, *_, label in ANSWERS]


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    monkeypatch.setattr("sys.argv", ["groundedqa", "eval", *map(str, arguments)])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


def test_graded_answers_give_the_agreement(
    small_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "answers.jsonl", *scored())
    figures = tmp_path / "figures.json"
    assert run(monkeypatch, "--short-answers", file, "--json", figures, "--store", small_store) == 0
    shown = capsys.readouterr().out
    assert "between the two graders, RMSE" in shown
    measures = json.loads(figures.read_text(encoding="utf-8"))
    assert measures["grade, Pearson r"]["value"] > 0.9
    assert measures["between the two graders, RMSE"]["value"] == pytest.approx(math.sqrt(2 / 5))
    assert measures["called wrong, graded 4 or more"]["value"] == 0


def test_labelled_answers_give_macro_f1(
    small_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clear = [entry for entry in labelled() if entry["answer"] not in (ANSWERS[1][0], ANSWERS[2][0])]
    file = write(tmp_path / "answers.jsonl", *clear)
    assert run(monkeypatch, "--short-answers", file, "--store", small_store) == 0
    lines = {line.split("  ")[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "1.000" in lines["accuracy where it can tell"]
    assert "0.000" in lines["wrong answers called right"]
    assert "n=2" in lines["wrong answers called right"]


def of(score: float | None, grade: float, wrong: tuple[str, ...] = ()) -> ShortAnswerGrade:
    return ShortAnswerGrade(score, (), (), wrong, grade)


def test_measures_of_scores_worked_out_by_hand() -> None:
    answers = [Graded("q", "r", "a", grade, None, None) for grade in (5.0, 1.0, 4.0, 0.0)]
    found = measure(answers, [of(1.0, 1.0), of(1.0, 0.8), of(None, 0.6), of(0.0, 0.2)])
    assert found["cannot tell"].value == 0.25
    assert found["grade, RMSE"].value == pytest.approx(math.sqrt((0 + 9 + 1 + 1) / 4))
    assert found["score where it can tell, RMSE"].value == pytest.approx(math.sqrt(16 / 3))
    assert found["score where it can tell, RMSE"].count == 3
    assert found["called right, graded below 2.5"].value == 0.5
    assert found["called wrong, graded 4 or more"].value == 0.0
    assert "between the two graders, RMSE" not in found


def test_measures_of_labels_worked_out_by_hand() -> None:
    labels = ("correct", "correct", "partially_correct_incomplete", "contradictory", "irrelevant")
    answers = [Graded("q", "r", "a", None, None, label) for label in labels]
    found = measure(answers, [of(1.0, 1), of(None, 0.7), of(0.5, 0.7), of(0.4, 0.6, ("not",)), of(0.0, 0.4)])
    assert found["accuracy where it can tell"].value == 0.75
    assert found["accuracy, what it cannot tell as partly"].value == 0.6
    # right: 1 of 1 and 1 of 1; partly: 1 of 2 said, 1 of 1 true; wrong: 1 of 1 said, 1 of 2 true
    assert found["macro-F1 where it can tell"].value == pytest.approx((1 + 2 / 3 + 2 / 3) / 3)
    # correct: 1 said, 2 true; contradictory: 1 and 1; incorrect: 3 said, 2 true, both of them found
    assert found["macro-F1 of SemEval's three labels"].value == pytest.approx((2 / 3 + 1 + 4 / 5) / 3)


def test_whole_groups_are_resampled() -> None:
    groups = ["a"] * 50 + ["b"] * 50
    right = np.array([True] * 50 + [False] * 50)
    found = by_group(groups, np.ones(100, dtype=bool), lambda rows: float(right[rows].mean()))
    # Two groups, all right and all wrong: only 0, a half and 1 can be drawn.
    assert (found.low, found.value, found.high) == (0.0, 0.5, 1.0)
    none = by_group(groups, np.zeros(100, dtype=bool), lambda rows: 1.0)
    assert math.isnan(none.value)
    assert none.count == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"score": 7}, "answer 2 has the score 7"),
        ({"score": "5"}, "answer 2 has the score '5'"),
        ({"score": None}, "answer 2 needs a score from 0 to 5 or a label"),
        ({"score": None, "label": "correct"}, "answer 2 needs a score from 0 to 5 or a label"),
    ],
)
def test_what_is_no_grade_is_one_sentence(tmp_path: Path, change: dict[str, object], said: str) -> None:
    first, second, *_ = scored()
    with pytest.raises(GoldError, match=said):
        read_short_answers(write(tmp_path / "answers.jsonl", first, second | change))


def test_unknown_labels_and_empty_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="label 'fine', which is none of correct"):
        read_short_answers(write(tmp_path / "one.jsonl", labelled()[0] | {"label": "fine"}))
    with pytest.raises(GoldError, match="there is no answer in it"):
        read_short_answers(write(tmp_path / "none.jsonl"))
    with pytest.raises(GoldError, match="this line lacks 'reference'"):
        read_short_answers(write(tmp_path / "two.jsonl", {"question": "q", "answer": "a"}))
