"""Token vectors of every passage, for late interaction: how near each word of a question is to any of a passage.

Kept small: projected to `WIDTH` dimensions by a fixed random orthogonal matrix, which keeps cosines
(Johnson & Lindenstrauss 1984), and rounded to one byte each. Figures are in docs/labbook.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WIDTH = 192
_SEED = 0
_ONE = 127
"""The byte that stands for 1."""

Tokens = NDArray[np.int8]
"""Token vectors of one text, shape (tokens, width)."""


def compress(vectors: NDArray[np.float32]) -> Tokens:
    """Token vectors of any length, shape (tokens, dimension), as they are kept."""
    return np.round(_narrow(vectors) * _ONE).astype(np.int8)


NO_TOKENS: Tokens = np.zeros((0, WIDTH), dtype=np.int8)
"""Of a text whose tokens are not needed."""


def write_tokens(directory: Path, passages: Iterable[Tokens]) -> None:
    """Write the tokens of passages, row by row, into `directory`, which is made."""
    directory.mkdir(parents=True)
    rows = list(passages)
    np.save(directory / "starts.npy", np.cumsum([0, *(len(row) for row in rows)], dtype=np.int64))
    np.save(directory / "tokens.npy", np.concatenate(rows))


class TokenVectors:
    """The tokens of an index's passages, left on disk until they are used."""

    def __init__(self, directory: Path, size: int) -> None:
        """Open what `write_tokens` wrote for `size` passages.

        Raises:
            OSError, ValueError: a file is lost, cut, or of another index.
        """
        self._starts: NDArray[np.int64] = np.load(directory / "starts.npy")
        # As a plain array, which is still on disk: slices of a memmap take ten times as long.
        self._tokens: Tokens = np.asarray(np.load(directory / "tokens.npy", mmap_mode="r"))
        if len(self._starts) != size + 1 or int(self._starts[-1]) != len(self._tokens):
            raise ValueError(f"{directory}: token vectors of {len(self._starts) - 1} passages, not of {size}")

    def with_row(self, row: int, tokens: Tokens) -> TokenVectors:
        """A copy in memory, with other tokens in the place of one passage's."""
        start, end = int(self._starts[row]), int(self._starts[row + 1])
        copy = object.__new__(TokenVectors)
        copy._starts = np.array(self._starts)
        copy._starts[row + 1 :] += len(tokens) - (end - start)
        copy._tokens = np.concatenate([self._tokens[:start], tokens, self._tokens[end:]])
        return copy

    def closeness(self, query: NDArray[np.float32], rows: Sequence[int]) -> NDArray[np.float32]:
        """For each row and each token of the query, the cosine to the passage's nearest token.

        Its mean over the query's tokens is ColBERT's MaxSim (Khattab & Zaharia 2020), divided by
        their number.

        Args:
            query: token vectors of any length, shape (tokens, dimension).

        Returns: shape (len(rows), tokens).
        """
        if not len(rows) or not len(query):
            return np.zeros((len(rows), len(query)), dtype=np.float32)
        spans = [(int(self._starts[row]), int(self._starts[row + 1])) for row in rows]
        held = np.concatenate([self._tokens[start:end] for start, end in spans]).astype(np.float32) / _ONE
        cosines = held @ _narrow(query).T
        firsts = np.cumsum([0, *(end - start for start, end in spans[:-1])])
        return np.asarray(np.maximum.reduceat(cosines, firsts, axis=0), dtype=np.float32)

    def nearest(self, query: NDArray[np.float32], row: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """For each token of the query, the cosine to the nearest token of one passage, and which one that is.

        Args:
            query: token vectors of any length, shape (tokens, dimension).

        Returns: two arrays of the shape (tokens,).
        """
        held = self._tokens[int(self._starts[row]) : int(self._starts[row + 1])].astype(np.float32) / _ONE
        cosines = held @ _narrow(query).T
        return np.asarray(cosines.max(axis=0), dtype=np.float32), np.asarray(cosines.argmax(axis=0), dtype=np.int64)


def _narrow(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    narrow = vectors @ _projection(vectors.shape[1])
    norms = np.linalg.norm(narrow, axis=1, keepdims=True)
    return np.asarray(narrow / np.where(norms == 0, 1, norms), dtype=np.float32)


@cache
def _projection(dimension: int) -> NDArray[np.float32]:
    """An orthonormal basis of a random subspace, shape (dimension, width)."""
    drawn = np.random.default_rng(_SEED).normal(size=(dimension, min(WIDTH, dimension)))
    return np.asarray(np.linalg.qr(drawn)[0], dtype=np.float32)
