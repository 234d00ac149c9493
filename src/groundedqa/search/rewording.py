"""How a base would search if one of its passages said something else. What is on disk is not touched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from groundedqa.base.models import Passage
from groundedqa.index.dense import ExactVectors
from groundedqa.index.lexical import PAGES, LexicalIndex
from groundedqa.index.model import Encoded
from groundedqa.index.passages import embedded_text, indexed_terms, page_terms
from groundedqa.index.reading import Index
from groundedqa.index.tokens import compress

_SAME = 1e-4
"""By how much a component of a passage's vector may differ from the one that was indexed."""


def reworded(index: Index, passage: Passage, text: str) -> Index | None:
    """The index in memory, with another text in a passage's place; it answers as one built from such a page would.

    The copy lives on what the index holds open, so keep that for as long.

    Returns: None where the encoder that serves cannot encode passages as they were encoded.
    """
    row = index.rows[passage.id]
    if np.abs(_encoded(index, passage).vector - index.vectors[row]).max() > _SAME:
        return None
    changed = passage.model_copy(update={"text": text})
    encoded = _encoded(index, changed)
    passages = (*index.passages[:row], changed, *index.passages[row + 1 :])
    vectors = np.array(index.vectors)
    vectors[row] = encoded.vector
    return replace(
        index,
        passages=passages,
        vectors=vectors,
        dense=ExactVectors(vectors),
        tokens=index.tokens.with_row(row, compress(encoded.all_tokens)),
        lexical=LexicalIndex.build(indexed_terms(passages, index.concepts)),
        pages=LexicalIndex.build(page_terms(passages, index.concepts), PAGES),
    )


def _encoded(index: Index, passage: Passage) -> Encoded:
    return index.encoder.encode_passage(embedded_text(passage, index.concepts[passage.concept]))
