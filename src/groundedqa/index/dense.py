"""Finding rows by their vectors: exactly where there are few, by Chroma's graph where there are many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

EXACT_BELOW = 20_000
"""Rows below which the exact product is as quick as Chroma's graph, of which it loses nothing, and saves the seconds
that importing and opening Chroma take; figures in docs/evaluation.md."""

_BLOCK = 512
"""Rows that are compared with all others at once: not all pairs of a large base fit into memory."""


class Nearest(Protocol):
    """Finds rows by their vectors."""

    def nearest(self, query: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """The rows nearest to one vector by cosine, nearest first."""
        ...

    def close(self) -> None:
        """Let go of what it holds open."""
        ...


class ExactVectors:
    """By brute force over vectors of length 1, shape (rows, dimension)."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors

    def nearest(self, query: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """The rows nearest to one vector by cosine, nearest first; of equals, the first."""
        away = -(self._vectors @ query)
        if count >= len(away):
            return np.argsort(away, kind="stable").astype(np.int64)
        near = np.flatnonzero(away <= np.partition(away, count - 1)[count - 1])
        return near[np.argsort(away[near], kind="stable")][:count].astype(np.int64)

    def close(self) -> None:
        """Nothing is held open."""


def open_dense(directory: Path, vectors: NDArray[np.float32]) -> Nearest:
    """What finds the rows of a version; `directory` is where Chroma wrote them.

    Raises:
        IndexDamaged: Chroma is needed and cannot be opened.
    """
    if len(vectors) < EXACT_BELOW:
        return ExactVectors(np.asarray(vectors))
    from groundedqa.index.chroma import ChromaVectors  # its import takes over a second

    return ChromaVectors(directory, vectors)


def near_pairs(vectors: NDArray[np.float32], rows: Sequence[int], least: float) -> Iterator[tuple[int, int, float]]:
    """Every two of some rows, each pair once, whose cosine is at least `least`, and that cosine."""
    chosen = np.asarray(vectors[list(rows)])
    for start in range(0, len(rows), _BLOCK):
        cosines = chosen[start : start + _BLOCK] @ chosen.T
        for i, j in np.argwhere(cosines >= least):
            if start + i < j:
                yield rows[start + i], rows[j], float(cosines[i, j])
