"""A base as a map: every passage at a place of the plane, near to what is near to it in meaning."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from groundedqa.index.reading import Index

_DIMENSIONS = 50
"""Dimensions that are kept before the map is drawn, as t-SNE's authors advise (van der Maaten & Hinton 2008)."""
_PERPLEXITY = 30.0
_SEED = 0


def places(index: Index, rows: list[int]) -> NDArray[np.float32]:
    """Where the passages in `rows` lie on a map by t-SNE, the same for the same base; shape (rows, 2)."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    vectors = np.asarray(index.vectors[rows])
    if len(rows) < 4:  # nothing to lay out
        return np.asarray([[place, 0] for place in range(len(rows))], dtype=np.float32).reshape(-1, 2)
    kept = min(_DIMENSIONS, *vectors.shape)
    narrow = PCA(kept, random_state=_SEED).fit_transform(vectors)
    perplexity = min(_PERPLEXITY, (len(rows) - 1) / 3)
    drawn = TSNE(2, perplexity=perplexity, init="pca", random_state=_SEED).fit_transform(narrow)
    return np.asarray(drawn, dtype=np.float32)
