"""`groundedqa inspect`, as a process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process


def run(store: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "groundedqa.cli", "inspect", *arguments, "--store", str(store)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_a_question_is_taken_apart_as_data(small_store: Path) -> None:
    done = run(small_store, "Which pools grow saltier?", "--claim", "marshes-carbon", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["passage_id"] == "marshes-carbon"
    hit = next(hit for hit in told["hits"] if hit["passage_id"] == "marshes-carbon")
    assert hit["rank"] == told["rank"] > 1
    added = sum(link["contribution"] for link in told["links"]) + sum(told["floors"].values())
    assert added == pytest.approx(hit["score"], abs=1e-5)
    assert sum(part["contribution"] for part in hit["parts"].values()) == pytest.approx(hit["score"], abs=1e-5)
    first = sum(word["first"] for word in told["words"]) + sum(told["floors"].values())
    assert first == pytest.approx(told["hits"][0]["score"], abs=1e-5)


def test_a_question_is_taken_apart_to_be_read(small_store: Path) -> None:
    done = run(small_store, "Which pools grow saltier?", "--top-k", "2")
    assert done.returncode == 0, done.stderr
    assert "Searched as: Which pools grow saltier?" in done.stdout
    assert "What each word of the question adds to pools-salinity, rank 1" in done.stdout
    assert "cross" not in done.stdout


def test_a_claim_that_is_not_there_is_one_sentence(small_store: Path) -> None:
    done = run(small_store, "Which pools?", "--claim", "nope")
    assert done.returncode == 1
    assert done.stderr.startswith("groundedqa: the base has no passage 'nope'")
    assert "Traceback" not in done.stderr
