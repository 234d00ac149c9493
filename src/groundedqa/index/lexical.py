"""The lexical index: BM25 over the terms of each passage, and of each page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

PASSAGES = (1.5, 0.75)
"""k1 and b for passages, which are short and of like length."""

PAGES = (0.9, 0.4)
"""k1 and b for pages, which repeat a word and vary in length; figures in docs/labbook.md."""


class LexicalIndex:
    """BM25 with the idf of Lucene (Robertson & Zaragoza 2009; bm25s).

    A score is a sum over the terms of the query, so each term's share of it can be shown.
    """

    def __init__(self, model: bm25s.BM25, size: int) -> None:
        self._model = model
        self._size = size

    @classmethod
    def build(cls, texts: Sequence[list[str]], parameters: tuple[float, float] = PASSAGES) -> LexicalIndex:
        """Index texts given as lists of terms, with k1 and b."""
        model = bm25s.BM25(k1=parameters[0], b=parameters[1], method="lucene")
        # A base whose texts hold no term at all still needs a vocabulary.
        model.index([*texts, [""]] if not any(texts) else list(texts), show_progress=False)
        return cls(model, len(texts))

    def save(self, directory: Path) -> None:
        """Write the index into `directory`, which is made."""
        self._model.save(str(directory), show_progress=False)

    @classmethod
    def load(cls, directory: Path, size: int) -> LexicalIndex:
        """Open a saved index of `size` texts; its arrays stay on disk until they are used.

        Raises:
            OSError, ValueError: a file is lost or cut.
        """
        return cls(bm25s.BM25.load(str(directory), mmap=True, show_progress=False), size)

    def scores(self, query: Sequence[str]) -> NDArray[np.float32]:
        """The BM25 score of every text, shape (size,); 0 where no term is shared."""
        known = [term for term in query if term in self._model.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._model.get_scores(known), dtype=np.float32)[: self._size]

    def __contains__(self, term: str) -> bool:
        """Whether any text holds the term."""
        return term in self._model.vocab_dict

    def frequency(self, term: str) -> int:
        """How many texts hold the term."""
        column = self._model.vocab_dict.get(term)
        if column is None:
            return 0
        starts = self._model.scores["indptr"]
        return int(starts[column + 1] - starts[column])
