"""Late interaction: how near each token of a question comes to some token of a passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from groundedqa.index.model import Encoded
from groundedqa.index.opened import Index
from groundedqa.index.words import STOPWORDS, stem, words_in

_STOPWORD = 0.3
"""The rarity that a stop word counts for; a rare word has one of 3 to 8."""


@dataclass(frozen=True, slots=True)
class Late:
    """What late interaction says of some passages, each array of the shape (passages,)."""

    score: NDArray[np.float32]  # closeness of the question's tokens, averaged with `token_weights`
    weakest: NDArray[np.float32]  # the mean closeness of the quarter of the tokens that is met worst


def late_interaction(index: Index, query: str, encoded: Encoded, rows: Sequence[int]) -> Late:
    """Judge the passages in `rows` by the token vectors that the index keeps of them."""
    closeness = index.tokens.closeness(encoded.tokens, rows)
    if not closeness.size:
        return Late(*np.zeros((2, len(rows)), dtype=np.float32))
    quarter = max(1, closeness.shape[1] // 4)
    worst = np.sort(closeness, axis=1)[:, :quarter].mean(axis=1)
    return Late(np.asarray(closeness @ token_weights(index, query, encoded), dtype=np.float32), worst)


def token_weights(index: Index, query: str, encoded: Encoded) -> NDArray[np.float32]:
    """How much each token of a question counts, shape (tokens,), adding up to 1.

    Half of it is shared out evenly (ColBERT's MaxSim, Khattab & Zaharia 2020), half by how rare the
    token's word is among the passages, as BM25 would have it.
    """
    words = words_in(query)
    rarity = np.zeros(len(encoded.spans), dtype=np.float32)
    for place, (start, _) in enumerate(encoded.spans):
        word = next((word for first, end, word in words if first <= start < end), None)
        if word is not None:
            rarity[place] = _STOPWORD if word in STOPWORDS else index.rarity(stem(word))
    even = np.full(len(rarity), 1 / max(1, len(rarity)), dtype=np.float32)
    total = float(rarity.sum())
    return even if total == 0 else np.asarray((even + rarity / total) / 2, dtype=np.float32)
