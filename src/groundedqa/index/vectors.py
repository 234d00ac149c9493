"""The dense index in Chroma. This is the only module that imports chromadb.

One process writes a directory once; afterwards it is only read. Chroma gives no sign when two
processes write one directory, or when one writes what another reads, so neither ever happens.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings
from numpy.typing import NDArray

from groundedqa.errors import IndexDamaged

_NAME = "passages"
_BATCH = 2_000  # well under Chroma's limit of 5,461 rows a call
_SAMPLE = 32


def write_vectors(directory: Path, vectors: NDArray[np.float32], advance: Callable[[int], None]) -> None:
    """Write vectors, shape (n, dimension), into a new directory; row numbers are their ids.

    `advance` is told after each batch how many rows it held.
    """
    count = len(vectors)
    with _client(directory) as client:
        collection = client.create_collection(
            _NAME,
            embedding_function=None,
            configuration={
                "hnsw": {
                    "space": "cosine",
                    "ef_construction": 200,
                    "ef_search": 200,
                    # One write of the graph, when the last row is in: a reader then has nothing
                    # to make up for, and so never writes.
                    "batch_size": max(2, min(100, count)),
                    "sync_threshold": max(2, count),
                }
            },
        )
        for start in range(0, count, _BATCH):
            rows = vectors[start : start + _BATCH]
            collection.add(ids=[str(start + i) for i in range(len(rows))], embeddings=np.asarray(rows))
            advance(len(rows))


class VectorIndex:
    """A written directory, open for reading."""

    def __init__(self, directory: Path, vectors: NDArray[np.float32]) -> None:
        """Open a directory and check it against the vectors that were put into it.

        Raises:
            IndexDamaged: it cannot be opened, or some of its own vectors do not find themselves.
        """
        try:
            self._client = _client(directory)
            self._collection = self._client.get_collection(_NAME, embedding_function=None)
            self._check(vectors)
        except IndexDamaged:
            raise
        except Exception as error:
            raise IndexDamaged(f"{directory}: Chroma cannot read its files ({type(error).__name__})") from error

    def nearest(self, query: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """The rows nearest to one vector by cosine, nearest first."""
        found = self._collection.query(query_embeddings=query[None, :], n_results=count, include=[])
        return np.asarray([int(row) for row in found["ids"][0]], dtype=np.int64)

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()

    def _check(self, vectors: NDArray[np.float32]) -> None:
        if self._collection.count() != len(vectors):
            raise IndexDamaged(f"Chroma holds {self._collection.count()} vectors where {len(vectors)} were written")
        if not len(vectors):
            return
        rows = np.unique(np.linspace(0, len(vectors) - 1, _SAMPLE).astype(int))
        sample = np.asarray(vectors[rows])
        found = self._collection.query(query_embeddings=sample, n_results=1, include=["distances"])
        for row, ids, distances in zip(rows, found["ids"], found["distances"] or [], strict=True):
            # Two passages may hold the same text: any row at no distance will do.
            if not ids or distances[0] > 1e-3:
                raise IndexDamaged(f"Chroma does not find vector {row} where it was written")


def _client(directory: Path) -> Any:
    return chromadb.PersistentClient(str(directory), settings=Settings(anonymized_telemetry=False))
