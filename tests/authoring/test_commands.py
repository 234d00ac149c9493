"""`groundedqa reach`, `gold` and `demand`, as processes."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from groundedqa.answer.conversation import understand
from groundedqa.authoring.log import Event, Happened
from groundedqa.authoring.proposals import case_of
from groundedqa.base.evidence import Evidence
from groundedqa.evaluate.gold import read_gold
from groundedqa.index.reading import Index
from groundedqa.workspace import Workspace

pytestmark = pytest.mark.process


def run(store: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "groundedqa.cli", *arguments, "--store", str(store)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_reach_is_told_and_given_as_data(small_store: Path) -> None:
    told = run(small_store, "reach")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("Reached: ")
    assert "of 6 claims" in told.stdout
    assert "Asking" in told.stderr
    data = run(small_store, "reach", "--json")
    report = json.loads(data.stdout)
    lost = [found for found in report["passages"] if not found["questions"]]
    for found in lost:
        assert found["passage_id"] in told.stdout
        assert found["rank"] is None or f"at best place {found['rank']}" in told.stdout


def test_what_people_asked_is_asked_again(small_store: Path) -> None:
    asked = Event(what=Happened.ABSTAINED, day=date(2026, 1, 1), question="Whose trade did lamps end?")
    Workspace.at(small_store).log.add(asked)
    assert "1 log" in run(small_store, "reach").stdout


def test_proposed_cases_are_shown_dropped_and_written(small_index: Index, small_store: Path) -> None:
    assert "No gold case was proposed" in run(small_store, "gold").stdout
    kept = Workspace.at(small_store).proposals
    for question, answers in (("What are beacons?", ["lighthouses-fresnel"]), ("How deep are tide pools?", [])):
        kept.propose(case_of(small_index, understand(small_index, question), [], answers))
    shown = run(small_store, "gold")
    assert "question: What are beacons?" in shown.stdout
    assert "# 2 cases; add them to the base with: groundedqa gold --write" in shown.stdout
    gold = small_index.root / "gold.yaml"
    assert not gold.exists(), "nothing is written unless it is asked for"
    unknown = run(small_store, "gold", "--drop", "nosuch")
    assert (unknown.returncode, "no case 'nosuch' was proposed" in unknown.stderr) == (1, True)
    assert run(small_store, "gold", "--drop", kept.cases()[1].id).returncode == 0
    written = run(small_store, "gold", "--write")
    assert written.stdout == f"{gold}: added 1 case.\n"
    assert [case.question for case in read_gold(gold)] == ["What are beacons?"]
    assert run(small_store, "eval").returncode == 0, "what was written can be measured"


def test_demand_is_told_exported_and_forgotten(small_store: Path, tmp_path: Path) -> None:
    assert "Nothing was asked yet" in run(small_store, "demand").stdout
    log = Workspace.at(small_store).log
    log.add(Event(what=Happened.ABSTAINED, day=date(2026, 1, 1), question="How deep are tide pools?"))
    weak = Event(
        what=Happened.ANSWERED, day=date(2026, 1, 1), question="Did beacons end trades?", strength=Evidence.WEAK
    )
    log.add(weak)
    told = run(small_store, "demand").stdout
    assert "Tide Pools: asked 1, silent 1, weak 0" in told
    assert "  not answered: How deep are tide pools?" in told
    assert "  answered weakly: Did beacons end trades?" in told
    first = json.loads(run(small_store, "demand", "--json").stdout.splitlines()[0])
    assert {"slug", "asked", "abstained", "unanswered"} <= first.keys()
    file = tmp_path / "out.jsonl"
    assert run(small_store, "demand", "--export", str(file)).returncode == 0
    assert [Event.model_validate_json(line) for line in file.read_text().splitlines()] == list(log.events())
    assert run(small_store, "demand", "--clear").returncode == 0
    assert list(log.events()) == []


def test_proposed_questions_are_shown_and_written(small_index: Index, small_store: Path) -> None:
    assert "No question was proposed" in run(small_store, "questions").stdout
    kept = Workspace.at(small_store).proposed_questions
    kept.propose("pools-salinity", "why is it so salty?")
    kept.propose("pools-salinity", "salt on hot days")
    kept.propose("summary:lighthouses", "what is a beacon")
    shown = run(small_store, "questions")
    assert "pools-salinity:\n  why is it so salty?\n  salt on hot days\n" in shown.stdout
    file = small_index.root / "questions.yaml"
    assert not file.exists(), "nothing is written unless it is asked for"
    written = run(small_store, "questions", "--write")
    assert written.stdout == f"{file}: added 3 questions.\n"
    assert kept.listed() == {}
    assert "3 questions that they answer" in run_check(small_index.root)


def run_check(base: Path) -> str:
    line = [sys.executable, "-m", "groundedqa.cli", "check", str(base)]
    return subprocess.run(line, capture_output=True, text=True, check=False).stdout
