"""Listed questions as a signal: what they find and explain, and that a base without any is searched as before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from groundedqa.base.questions import NAME
from groundedqa.index.build import build
from groundedqa.index.reading import Index, open_index
from groundedqa.search.attribution import attribute
from groundedqa.search.fusion import WEIGHTS
from groundedqa.search.hybrid import Filters, search
from groundedqa.search.signals import ASKED, DENSE, SIGNALS, Query

ODD = "which beast swaps its home in order of size"


@pytest.fixture
def listed_index(small_base: Path, new_store: Path) -> Index:
    (small_base / NAME).write_text(
        f"pools-shell-queue: [{ODD}, do crabs wait in line]\nmarshes-carbon: [is a marsh better than a wood]\n",
        encoding="utf-8",
    )
    build(small_base, new_store)
    return open_index(new_store)


def test_rows_are_those_of_the_passages(listed_index: Index) -> None:
    assert listed_index.questions.shape == (3, listed_index.manifest.dimension)
    counts = np.diff(listed_index.question_starts).tolist()
    assert counts == [len(passage.questions) for passage in listed_index.passages]
    row = listed_index.rows["pools-shell-queue"]
    start = int(listed_index.question_starts[row])
    np.testing.assert_allclose(listed_index.questions[start], listed_index.encode(ODD).vector, atol=1e-5)


def test_a_question_like_a_listed_one_finds_its_passage(listed_index: Index, small_index: Index) -> None:
    first = search(listed_index, ODD)[0]
    assert first.passage.id == "pools-shell-queue"
    assert first[ASKED].score == pytest.approx(1, abs=1e-5)
    assert first[ASKED].rank == 1
    assert ASKED.nearest(Query(listed_index, ODD), first.row) == ODD


def test_a_passage_that_is_nearer_than_its_questions_counts_itself(listed_index: Index) -> None:
    row = listed_index.rows["pools-salinity"]  # it lists none
    query = Query(listed_index, "pools grow saltier")
    assert ASKED.nearest(query, row) is None
    assert ASKED.scores(query, np.asarray([row])) == DENSE.scores(query, np.asarray([row]))


def test_filters_hold_for_what_its_questions_bring(listed_index: Index) -> None:
    found = search(listed_index, ODD, filters=Filters(concept="lighthouses"))
    assert {hit.passage.concept for hit in found} == {"lighthouses"}


@pytest.mark.parametrize("query", [ODD, "do crabs queue for shells", "salt and carbon in marshes"])
def test_what_each_word_adds_adds_up(listed_index: Index, query: str) -> None:
    for hit in search(listed_index, query, 5):
        found = attribute(listed_index, query, hit)
        assert sum(found.by_word()) + sum(found.floors.values()) == pytest.approx(hit.score, abs=1e-4)


def test_a_base_that_lists_none_is_scored_by_the_other_signals(small_index: Index) -> None:
    assert not ASKED.applies(small_index)
    total = sum(weight for signal, weight in WEIGHTS.items() if signal is not ASKED)
    for hit in search(small_index, "do crabs queue for shells", 5):
        assert hit[ASKED].contribution == 0
        for signal in set(SIGNALS) - {ASKED}:
            assert hit[signal].contribution <= WEIGHTS[signal] / total + 1e-6
