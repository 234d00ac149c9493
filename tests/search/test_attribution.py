"""A score taken apart: the parts add up to it, whatever is asked and whatever is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_models import tiny_model

from groundedqa.index.build import build
from groundedqa.index.encoder import TorchEncoder
from groundedqa.index.model import Model
from groundedqa.index.reading import Index, open_index
from groundedqa.search.attribution import Attribution, attribute
from groundedqa.search.hybrid import search
from groundedqa.search.signals import DENSE, LATE, LEXICAL, PAGE, SIGNALS, TOLERANCE, Signal
from groundedqa.text.words import words_in

pytestmark = pytest.mark.model

QUERIES = (
    "Are sparse autoencoders trained on the same data alike?",
    "Who reproduced circuit tracing? circuit tracing, again: circuit tracing!",
    "zzz qqq",
    "¿Qué es un autoencoder? 日本語 \U0001f9e0",
    "the of and",
    "?",
    "\x00",  # the encoder sees no token
)


def parts(found: Attribution, signal: Signal) -> float:
    return sum(link.contribution for link in found.links if link.signal is signal) + found.floors[signal]


def whole(found: Attribution) -> None:
    hit = found.hit
    for signal in SIGNALS:
        assert parts(found, signal) == pytest.approx(hit[signal].contribution, abs=TOLERANCE), signal.name
    assert sum(parts(found, signal) for signal in SIGNALS) == pytest.approx(hit.score, abs=TOLERANCE)
    assert found.between(SIGNALS).sum() + sum(found.floors.values()) == pytest.approx(hit.score, abs=TOLERANCE)


@pytest.mark.parametrize("query", QUERIES)
def test_the_parts_add_up_to_the_score(frozen_index: Index, query: str) -> None:
    hits = search(frozen_index, query, top_k=len(frozen_index.passages))
    for hit in [*hits[:10], *hits[10::40]]:
        found = attribute(frozen_index, query, hit)
        assert found.pooled
        whole(found)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_they_do_so_for_any_question_and_any_hit(frozen_index: Index, data: st.DataObject) -> None:
    words = st.sampled_from(sorted(frozen_index.words))
    asked = st.lists(st.one_of(words, st.text(max_size=12)), min_size=1, max_size=12).map(" ".join)
    query = data.draw(asked.filter(str.strip))
    hits = search(frozen_index, query, top_k=100)
    whole(attribute(frozen_index, query, data.draw(st.sampled_from(hits))))


def test_a_link_goes_from_a_word_to_the_word_that_it_meets(frozen_index: Index) -> None:
    query = "Are sparse autoencoders trained alike?"
    hit = next(h for h in search(frozen_index, query) if h.passage.id == "sparse-autoencoders-seeds")
    found = attribute(frozen_index, query, hit)
    asked = [word for _, _, word in words_in(query)]
    assert [query[span.start : span.end].casefold() for span in found.query_words] == asked
    lexical = [link for link in found.links if link.signal is LEXICAL and link.query == asked.index("sparse")]
    assert lexical
    for link in lexical:
        assert link.passage is not None
        span = found.passage_words[link.passage]
        assert found.text[span.start : span.end].casefold() == "sparse"
    late = next(link for link in found.links if link.signal is LATE and link.query == asked.index("trained"))
    assert late.passage is not None
    span = found.passage_words[late.passage]
    assert found.text[span.start : span.end].casefold() in ("trained", "train", "training")
    assert all(link.passage is None for link in found.links if link.signal is PAGE)
    assert all(floor <= 0 for floor in found.floors.values())


def test_the_original_encoder_is_taken_apart_as_its_export_is(frozen_index: Index) -> None:
    hit = search(frozen_index, QUERIES[0])[0]
    torch = replace(frozen_index, encoder=TorchEncoder(Model.find(frozen_index.manifest.model)))
    found = attribute(torch, QUERIES[0], hit)
    assert found.pooled
    whole(found)


def test_an_encoder_that_pools_otherwise_is_not_approximated(small_base: Path, tmp_path: Path) -> None:
    build(small_base, tmp_path / "store", str(tiny_model(tmp_path / "tiny", "cls")))
    index = open_index(tmp_path / "store")
    found = attribute(index, "hermit crabs", search(index, "hermit crabs")[0])
    assert not found.pooled
    assert [(link.query, link.passage) for link in found.links if link.signal is DENSE] == [(None, None)]
    whole(found)


def test_word_pieces_are_one_word(frozen_index: Index) -> None:
    query = "polysemanticity"
    hit = search(frozen_index, query)[0]
    assert len(frozen_index.encode(query).tokens) > 1
    found = attribute(frozen_index, query, hit)
    assert len(found.query_words) == 1
    dense = found.between([DENSE])
    assert dense.shape == (2, len(found.passage_words) + 1)
    assert np.isfinite(dense).all()


def test_the_base_that_was_indexed_is_left_alone(frozen_store: Path, frozen_index: Index) -> None:
    before = sorted((path, path.stat().st_mtime_ns) for path in frozen_store.rglob("*") if path.is_file())
    attribute(frozen_index, QUERIES[0], search(frozen_index, QUERIES[0])[0])
    assert sorted((path, path.stat().st_mtime_ns) for path in frozen_store.rglob("*") if path.is_file()) == before
