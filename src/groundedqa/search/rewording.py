"""How a base would search if one of its passages said something else. What is on disk is not touched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from groundedqa.base import Passage
from groundedqa.index.lexical import PAGES, LexicalIndex
from groundedqa.index.onnx import OnnxEncoder
from groundedqa.index.opened import Index
from groundedqa.index.passages import embedded_text, indexed_terms, page_terms
from groundedqa.index.tokens import compress
from groundedqa.index.vectors import ExactVectors

_SAME = 1e-4
"""By how much a component of a passage's vector may differ from the one that was indexed."""


def reworded(index: Index, passage: Passage, text: str) -> Index | None:
    """The index in memory, with another text in a passage's place; it answers as one built from such a page would.

    The copy lives on what the index holds open, so keep that for as long.

    Returns: None where the encoder that serves cannot encode passages as they were encoded.
    """
    row = index.rows[passage.id]
    if not isinstance(index.encoder, OnnxEncoder) or _differs(index, index.encoder, passage):
        return None
    changed = passage.model_copy(update={"text": text})
    vector, tokens = _encoded(index, index.encoder, changed)
    passages = (*index.passages[:row], changed, *index.passages[row + 1 :])
    vectors = np.array(index.vectors)
    vectors[row] = vector
    return replace(
        index,
        passages=passages,
        vectors=vectors,
        dense=ExactVectors(vectors),
        tokens=index.tokens.with_row(row, compress(tokens)),
        lexical=LexicalIndex.build(indexed_terms(passages, index.concepts)),
        pages=LexicalIndex.build(page_terms(passages, index.concepts), PAGES),
    )


def _encoded(index: Index, encoder: OnnxEncoder, passage: Passage) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A passage's vector, by the mean of its tokens', and those."""
    _, tokens = encoder.token_vectors(embedded_text(passage, index.concepts[passage.concept]))
    mean = tokens.mean(axis=0)
    return np.asarray(mean / (np.linalg.norm(mean) or 1.0), dtype=np.float32), tokens


def _differs(index: Index, encoder: OnnxEncoder, passage: Passage) -> bool:
    vector, _ = _encoded(index, encoder, passage)
    return float(np.abs(vector - index.vectors[index.rows[passage.id]]).max()) > _SAME
