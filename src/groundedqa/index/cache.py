"""Vectors kept by what they are vectors of, so that no text is ever encoded twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from groundedqa.index.tokens import Tokens

_BATCH = 500


def key_of(model_key: str, text: str) -> bytes:
    """What a vector is kept under: model and text, digested."""
    return sha256(f"{model_key}\n{text}".encode("utf-8", "surrogatepass")).digest()[:20]


class VectorCache:
    """A SQLite file from key to vector; each `put` is safe on disk when it returns."""

    def __init__(self, path: Path) -> None:
        """Open the file, or start anew where it is damaged: it only ever saves work."""
        try:
            self._open(path)
        except sqlite3.DatabaseError:
            self._connection.close()
            for file in (path, path.with_name(f"{path.name}-journal")):
                file.unlink(missing_ok=True)
            self._open(path)

    def _open(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        # A table with rows this long is faster with a rowid.
        self._connection.execute("DROP TABLE IF EXISTS vectors")  # what releases before this one kept
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS encoded (key BLOB PRIMARY KEY, vector BLOB, width INTEGER, tokens BLOB)"
        )
        if self._connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("damaged")
        self._connection.commit()

    def get(self, keys: Sequence[bytes]) -> dict[bytes, tuple[NDArray[np.float32], Tokens]]:
        """The vectors and tokens of those keys that are kept."""
        found: dict[bytes, tuple[NDArray[np.float32], Tokens]] = {}
        for start in range(0, len(keys), _BATCH):
            some = keys[start : start + _BATCH]
            marks = ",".join("?" * len(some))
            query = f"SELECT key, vector, width, tokens FROM encoded WHERE key IN ({marks})"
            for key, vector, width, tokens in self._connection.execute(query, some):
                rows = np.frombuffer(tokens, dtype=np.int8).reshape(-1, width)
                found[key] = (np.frombuffer(vector, dtype=np.float32), rows)
        return found

    def put(self, keys: Sequence[bytes], vectors: NDArray[np.float32], tokens: Sequence[Tokens]) -> None:
        """Keep the rows of `vectors`, and the tokens that belong to them, under `keys`."""
        rows = (
            (key, vector.tobytes(), own.shape[1], own.tobytes())
            for key, vector, own in zip(keys, vectors, tokens, strict=True)
        )
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO encoded VALUES (?, ?, ?, ?)", rows)

    def keep_only(self, keys: Iterable[bytes]) -> None:
        """Forget everything else."""
        with self._connection:
            self._connection.execute("CREATE TEMP TABLE wanted (key BLOB PRIMARY KEY)")
            self._connection.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", ((key,) for key in keys))
            self._connection.execute("DELETE FROM encoded WHERE key NOT IN (SELECT key FROM wanted)")
            self._connection.execute("DROP TABLE wanted")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
