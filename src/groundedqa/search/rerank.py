"""Rerankers, for those who have one: they read query and passage together, and are slow."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from groundedqa.errors import GroundedQAError, Hint
from groundedqa.index.model import encodable

RERANKED = 20
"""The best hits after fusion, which a reranker judges once more."""
RERANKER_WEIGHT = 0.5
"""Its part of the score. Both numbers are a guess: none could be had to measure with (docs/labbook.md)."""


class Reranker(Protocol):
    """Judges a query and passages together."""

    name: str

    def scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each text answers a query, shape (len(texts),); higher is better, of any range."""
        ...


class CrossEncoder:
    """A sentence-transformers cross-encoder with one output."""

    def __init__(self, name: str) -> None:
        """Load a folder or a model of the hub; for a folder the hub is never asked.

        Raises:
            GroundedQAError: there is no such model, or it gives more than one score.
        """
        self.name = name
        local = Path(name).is_dir()
        if local:
            os.environ["HF_HUB_OFFLINE"] = "1"
        from sentence_transformers import CrossEncoder as Model

        try:
            self._model = Model(name, device="cpu", local_files_only=local)
        except (OSError, ValueError) as error:
            raise GroundedQAError(
                f"the cross-encoder {name!r} is neither a folder here nor to be had from the model hub", Hint.RERANKER
            ) from error
        if self._model.num_labels != 1:
            raise GroundedQAError(
                f"the cross-encoder {name!r} gives {self._model.num_labels} scores a passage; one that ranks gives 1"
            )

    def scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each text answers a query, shape (len(texts),); higher is better, of any range."""
        pairs = [(encodable(query), text) for text in texts]
        return np.asarray(self._model.predict(pairs, show_progress_bar=False), dtype=np.float32).reshape(-1)
