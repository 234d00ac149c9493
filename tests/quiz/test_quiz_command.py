from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from groundedqa.cli.play import play
from groundedqa.index.reading import Index
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.export import Format
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Quiz
from groundedqa.quiz.make import make_quiz


def run(*options: str, store: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "groundedqa.cli", "quiz", "--store", str(store), *options]
    return subprocess.run(command, input=typed, capture_output=True, text=True, check=False)


@pytest.mark.process
def test_a_quiz_as_data_holds_every_quote_with_level_and_source(frozen_store: Path, frozen_index: Index) -> None:
    done = run("Circuit Tracing", "--count", "3", "--seed", "5", "--json", store=frozen_store)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["asked"] == 3
    assert len(made["items"]) == 3
    for item in made["items"]:
        for quote in item["quotes"]:
            page = Path(quote["path"]).read_bytes().decode("utf-8")
            assert page[quote["start"] : quote["end"]] == quote["text"]
        claims = [quote for quote in item["quotes"] if quote["passage_id"] in item["cards"]]
        assert claims
        assert all(claim["evidence"] and claim["sources"] for claim in claims)
    assert run("circuit-tracing", "--count", "3", "--seed", "5", "--json", store=frozen_store).stdout == done.stdout


@pytest.mark.process
def test_a_quiz_is_played_in_the_terminal(frozen_store: Path, frozen_bank: ClaimBank) -> None:
    asked = {"concepts": ["in-context-learning"], "count": 2, "seed": 1, "kinds": [ItemKind.SOURCE]}
    first, second = make_quiz(frozen_bank, **asked).items  # type: ignore[arg-type]
    assert isinstance(first.task, Choose)
    assert isinstance(second.task, Choose)
    wrong = (second.task.answer + 1) % 4
    misled = second.task.options[wrong].origin
    assert misled
    typed = f"seven\n9\n{first.task.answer + 1}\n{wrong + 1}\n"
    done = run(
        "In-Context Learning", "--count", "2", "--seed", "1", "--kind", "source", store=frozen_store, typed=typed
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Please give a number from 1 to 4") == 2
    assert "Right. The answer is" in done.stdout
    assert f"Not quite. The answer is {second.task.options[second.task.answer].text}" in done.stdout
    assert first.claim.text in done.stdout
    assert misled.text in done.stdout.split("What you chose comes from elsewhere")[1]
    assert "1 of 2 right." in done.stdout


def test_an_answer_after_the_time_is_up_counts_and_is_called_late(
    frozen_bank: ClaimBank, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    quick, slow = make_quiz(frozen_bank, count=2, kinds=[ItemKind.SPEED]).items
    assert isinstance(quick.task, Choose)
    assert isinstance(slow.task, Choose)
    made = Quiz((quick, replace(slow, seconds=1)), 2, 0)
    answers = iter([(0.0, quick.task.answer), (1.1, slow.task.answer)])

    class Learner(io.StringIO):
        def readline(self, *_: object) -> str:  # type: ignore[override]
            wait, answer = next(answers)
            time.sleep(wait)
            return f"{answer + 1}\n"

    monkeypatch.setattr(sys, "stdin", Learner())
    play(frozen_bank.index, frozen_bank, made)
    first, second = capsys.readouterr().out.split("2 of 2. ")
    assert f"({quick.seconds} seconds)" in first
    assert "Too late" not in first
    assert "Too late by 0." in second
    assert "2 of 2 right." in second


@pytest.mark.process
def test_a_quiz_that_is_broken_off_counts_what_was_answered(frozen_store: Path) -> None:
    done = run("--count", "3", "--kind", "truefalse", "--seed", "2", store=frozen_store, typed="\n")
    assert done.returncode == 0, done.stderr
    assert "Passed. The answer is" in done.stdout
    assert "Not quite" not in done.stdout
    assert "0 of 1 right." in done.stdout


@pytest.mark.process
@pytest.mark.parametrize("format_", list(Format))
def test_a_quiz_is_taken_along(frozen_store: Path, tmp_path: Path, format_: Format) -> None:
    file = tmp_path / "quiz"
    done = run(
        "sparse-autoencoders", "--count", "3", "--seed", "1", "--export", format_.value, str(file), store=frozen_store
    )
    assert done.returncode == 0, done.stderr
    assert f"3 items for {format_.value}" in done.stdout
    assert file.stat().st_size > 500
    assert [path.name for path in tmp_path.iterdir()] == ["quiz"]


@pytest.mark.process
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--json", "--export", "csv", "x.csv"), "--json and --export do not go together"),
        (("--export", "csv", "no/such/folder/x.csv"), "no/such/folder/x.csv: cannot be written"),
        (("Circuit Tracin", "--json"), "the base has no page 'Circuit Tracin'; the nearest are 'Circuit Tracing'"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(frozen_store: Path, options: tuple[str, ...], reason: str) -> None:
    done = run(*options, store=frozen_store)
    assert done.returncode == 1
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
