"""Finding rows by their vectors: the exact product and Chroma's graph, one in place of the other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from groundedqa.index import dense
from groundedqa.index.dense import ExactVectors, near_pairs
from groundedqa.index.reading import Index, open_index
from groundedqa.search.hybrid import search

QUERIES = ("What are sparse autoencoders?", "Who reproduced circuit tracing?", "reward hacking", "How do I bake bread?")


def test_chroma_finds_what_the_exact_product_finds(
    frozen_store: Path, frozen_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A base that is large enough for the graph is answered as a small one is."""
    monkeypatch.setattr(dense, "EXACT_BELOW", 0)
    large = open_index(frozen_store)
    assert isinstance(frozen_index.dense, ExactVectors)
    assert not isinstance(large.dense, ExactVectors)
    for query in QUERIES:
        vector = frozen_index.encoder.encode(query).vector
        assert large.dense.nearest(vector, 30).tolist() == frozen_index.dense.nearest(vector, 30).tolist()
        ours, theirs = (search(index, query, top_k=10) for index in (frozen_index, large))
        assert [hit.passage.id for hit in ours] == [hit.passage.id for hit in theirs]


@pytest.mark.unit
def test_the_nearest_rows_come_first_and_equals_in_their_order() -> None:
    found = ExactVectors(np.array([[0, 1], [1, 0], [0.6, 0.8], [1, 0]], dtype=np.float32))
    query = np.array([1, 0], dtype=np.float32)
    assert [found.nearest(query, count).tolist() for count in (1, 2, 3, 9)] == [[1], [1, 3], [1, 3, 2], [1, 3, 2, 0]]


@pytest.mark.unit
def test_every_near_pair_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = np.random.default_rng(3).normal(size=(40, 4))
    vectors = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    rows = list(range(1, 40, 2))
    monkeypatch.setattr(dense, "_BLOCK", 7)  # so that pairs lie within blocks and across them
    found = {(i, j): cosine for i, j, cosine in near_pairs(vectors, rows, 0.8)}
    cosines = vectors @ vectors.T
    assert found == {
        (i, j): pytest.approx(float(cosines[i, j]), abs=1e-6)
        for i in rows
        for j in rows
        if i < j and cosines[i, j] >= 0.8
    }
    assert len(found) > 5
