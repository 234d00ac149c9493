"""Token vectors: small, and still near enough to what they stand for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from groundedqa.index.opened import Index
from groundedqa.index.passages import embedded_text
from groundedqa.index.tokens import TokenVectors, compress, write_tokens

QUERY = "which heads copy an earlier pattern"


def test_closeness_is_the_best_cosine_of_each_token(tmp_path: Path) -> None:
    here, there = np.eye(4, dtype=np.float32)[[0, 1]], np.array([[3, 4, 0, 0]], dtype=np.float32)
    write_tokens(tmp_path / "tokens", [compress(here), compress(there)])
    kept = TokenVectors(tmp_path / "tokens", 2)
    found = kept.closeness(np.array([[1, 0, 0, 0], [0, 0, 2, 0]], dtype=np.float32), [1, 0])
    assert found == pytest.approx(np.array([[0.6, 0], [1, 0]]), abs=0.02)
    assert kept.closeness(np.zeros((0, 4), dtype=np.float32), [0, 1]).shape == (2, 0)
    assert kept.closeness(here, []).shape == (0, 2)


def test_compressed_tokens_say_nearly_what_the_whole_ones_do(frozen_index: Index) -> None:
    """Over real passages: the error of a cosine, and the order of the best passages."""
    encoder = frozen_index.encoder
    query = encoder.encode(QUERY).tokens
    query = query / np.linalg.norm(query, axis=1, keepdims=True)
    rows = list(range(0, len(frozen_index.passages), 8))
    whole = []
    for row in rows:
        passage = frozen_index.passages[row]
        _, tokens = encoder.token_vectors(embedded_text(passage, frozen_index.concepts[passage.concept]))  # type: ignore[attr-defined]
        tokens = tokens / np.linalg.norm(tokens, axis=1, keepdims=True)
        whole.append((query @ tokens.T).max(axis=1).mean())
    kept = frozen_index.tokens.closeness(query, rows).mean(axis=1)
    assert np.abs(kept - np.array(whole)).max() < 0.08
    assert np.corrcoef(kept, whole)[0, 1] > 0.95


def test_tokens_of_another_index_are_refused(tmp_path: Path) -> None:
    write_tokens(tmp_path / "tokens", [compress(np.eye(4, dtype=np.float32))])
    with pytest.raises(ValueError, match="not of 3"):
        TokenVectors(tmp_path / "tokens", 3)
