"""The dense index in Chroma. This is the only module that imports chromadb.

One process writes a directory once; afterwards nobody does. Chroma gives no sign when two
processes write one directory, or when one writes what another reads, so neither ever happens: even
a reader writes to Chroma's database (a row in `acquire_write` at each opening), so each reader has
its own copy of that one file, and shares the graph, which is never written.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
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
                    # Figures for others are in docs/labbook.md.
                    "ef_search": 800,
                    "max_neighbors": 32,
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


class ChromaVectors:
    """A written directory, open for reading; finds by an HNSW graph, in time that hardly grows with the rows."""

    def __init__(self, directory: Path, vectors: NDArray[np.float32]) -> None:
        """Open a directory and check it against the vectors that were put into it.

        Raises:
            IndexDamaged: it cannot be opened, or some of its own vectors do not find themselves.
        """
        self._own = TemporaryDirectory(prefix="groundedqa-", ignore_cleanup_errors=True)
        self._client: Any = None
        try:
            _share(directory, Path(self._own.name))
            self._client = _client(Path(self._own.name))
            self._collection = self._client.get_collection(_NAME, embedding_function=None)
            self._check(vectors)
        except IndexDamaged:
            self.close()
            raise
        except Exception as error:
            self.close()
            raise IndexDamaged(f"{directory}: Chroma cannot read its files ({type(error).__name__})") from error

    def nearest(self, query: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """The rows nearest to one vector by cosine, nearest first."""
        found = self._collection.query(query_embeddings=query[None, :], n_results=count, include=[])
        return np.asarray([int(row) for row in found["ids"][0]], dtype=np.int64)

    def close(self) -> None:
        """Let go of the files."""
        if self._client:
            self._client.close()
        self._own.cleanup()

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


def _share(written: Path, own: Path) -> None:
    """Give a reader `own` copies of the files at the top of `written`, and links to its folders."""
    for entry in written.iterdir():
        if entry.is_dir():
            try:
                (own / entry.name).symlink_to(entry.absolute(), target_is_directory=True)
            except OSError:  # a file system without links
                shutil.copytree(entry, own / entry.name)
        else:
            shutil.copyfile(entry, own / entry.name)


def _client(directory: Path) -> Any:
    # Named in full, because Chroma takes what is not named from the environment and from `.env`.
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        chroma_api_impl="chromadb.api.rust.RustBindingsAPI",
        anonymized_telemetry=False,
        allow_reset=False,
    )
    return chromadb.PersistentClient(str(directory), settings=settings)
