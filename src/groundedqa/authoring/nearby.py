"""Passages that are near to each other in meaning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from groundedqa.index.reading import Index

_BLOCK = 512
"""Rows that are compared with all others at once: not all pairs of a large base fit into memory."""


def near_pairs(index: Index, rows: Sequence[int], least: float) -> Iterator[tuple[int, int, float]]:
    """Every two of some rows, each pair once, whose cosine is at least `least`, and that cosine."""
    vectors = np.asarray(index.vectors[list(rows)])
    for start in range(0, len(rows), _BLOCK):
        cosines = vectors[start : start + _BLOCK] @ vectors.T
        for i, j in np.argwhere(cosines >= least):
            if start + i < j:
                yield rows[start + i], rows[j], float(cosines[i, j])
