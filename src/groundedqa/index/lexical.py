"""The lexical index: BM25 over the terms of each passage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

K1, B = 1.5, 0.75


class LexicalIndex:
    """BM25 with the idf of Lucene, k1 1.5 and b 0.75 (Robertson & Zaragoza 2009; bm25s).

    A score is a sum over the terms of the query, so each term's share of it can be shown.
    """

    def __init__(self, model: bm25s.BM25, size: int) -> None:
        self._model = model
        self._size = size

    @classmethod
    def build(cls, texts: Sequence[list[str]]) -> LexicalIndex:
        """Index passages given as lists of terms."""
        model = bm25s.BM25(k1=K1, b=B, method="lucene")
        # A base whose passages hold no term at all still needs a vocabulary.
        model.index([*texts, [""]] if not any(texts) else list(texts), show_progress=False)
        return cls(model, len(texts))

    def save(self, directory: Path) -> None:
        """Write the index into `directory`, which is made."""
        self._model.save(str(directory), show_progress=False)

    @classmethod
    def load(cls, directory: Path, size: int) -> LexicalIndex:
        """Open a saved index of `size` passages; its arrays stay on disk until they are used.

        Raises:
            OSError, ValueError: a file is lost or cut.
        """
        return cls(bm25s.BM25.load(str(directory), mmap=True, show_progress=False), size)

    def scores(self, query: Sequence[str]) -> NDArray[np.float32]:
        """The BM25 score of every passage, shape (size,); 0 where no term is shared."""
        known = [term for term in query if term in self._model.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._model.get_scores(known), dtype=np.float32)[: self._size]

    def __contains__(self, term: str) -> bool:
        """Whether any passage holds the term."""
        return term in self._model.vocab_dict

    def frequency(self, term: str) -> int:
        """How many passages hold the term."""
        column = self._model.vocab_dict.get(term)
        if column is None:
            return 0
        starts = self._model.scores["indptr"]
        return int(starts[column + 1] - starts[column])
