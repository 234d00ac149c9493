"""Where indexes live: one directory for each version, written once, swapped in by one rename.

    STORE/
      current              the name of the version that answers; replaced atomically
      build.lock           held by the one process that builds
      vectors.sqlite       vectors by content, for the builder only
      encoders/KEY/        a model's export to ONNX, made once
      versions/NAME/       manifest.json, base.jsonl, vectors.npy, lexical/, chroma/
      versions/NAME.lock   held, shared, by every process that reads the version

A version's directory is complete before `current` names it and never changes afterwards. One that
nobody holds and `current` does not name is removed by the next build.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import portalocker
from pydantic import BaseModel, ConfigDict, ValidationError

from groundedqa.errors import IndexDamaged, IndexMissing, StoreError

FORMAT = 1
"""Raised whenever what is written, or how a page is read, changes: older versions are then rebuilt."""


_SHARED = portalocker.LockFlags.SHARED | portalocker.LockFlags.NON_BLOCKING
_ALONE = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING


class Manifest(BaseModel):
    """What a version was built from, and what its files have to look like."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    model: str
    model_key: str
    dimension: int
    root: Path  # the base's folder
    fingerprint: str  # of every file in it
    pages: int
    passages: int
    files: dict[str, int]  # path within the version, and size in bytes

    def check(self, directory: Path) -> None:
        """Compare the files with what was written.

        Raises:
            IndexDamaged: one is lost or has another size.
        """
        for name, size in self.files.items():
            file = directory / name
            found = file.stat().st_size if file.is_file() else None
            # Chroma may add a page to its database when it opens it; it never shortens it.
            if found is None or (found != size and not (name.endswith(".sqlite3") and found > size)):
                state = "is lost" if found is None else f"has {found} bytes instead of {size}"
                raise IndexDamaged(f"{file}: this file of the index {state}")


class Store:
    """The directory that holds the versions of one index."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.versions = directory / "versions"
        self.encoders = directory / "encoders"
        self.cache = directory / "vectors.sqlite"

    def current(self) -> str:
        """The name of the version that answers now.

        Raises:
            IndexMissing: nothing was built yet.
        """
        try:
            return (self.directory / "current").read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise IndexMissing(f"{self.directory}: there is no index yet; build one with: groundedqa index") from None

    def root(self) -> Path | None:
        """The folder that the current version was built from; None where that cannot be read."""
        try:
            return self.manifest(self.current()).root
        except StoreError:
            return None

    def manifest(self, version: str) -> Manifest:
        """What a version was built from.

        Raises:
            IndexDamaged: its manifest cannot be read.
        """
        file = self.versions / version / "manifest.json"
        try:
            return Manifest.model_validate_json(file.read_bytes())
        except (OSError, ValidationError):
            raise IndexDamaged(f"{file}: this file of the index is lost or damaged") from None

    @contextmanager
    def building(self, on_wait: Callable[[], None]) -> Iterator[None]:
        """Hold the right to build; `on_wait` is called once where another process has it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.versions.mkdir(exist_ok=True)
        file = self.directory / "build.lock"
        lock = portalocker.Lock(file, timeout=0, flags=_ALONE)
        try:
            lock.acquire()
        except portalocker.LockException:
            on_wait()
            lock = portalocker.Lock(file, flags=portalocker.LockFlags.EXCLUSIVE)
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def hold(self, version: str) -> portalocker.Lock:
        """Hold a version until the lock that this gives is released: no build removes it.

        Raises:
            IndexDamaged: a build is removing it right now.
        """
        lock = portalocker.Lock(self._lock(version), timeout=0, flags=_SHARED)
        try:
            lock.acquire()
        except (OSError, portalocker.LockException):
            raise IndexDamaged(f"{self.versions / version}: this version of the index was replaced") from None
        return lock

    def swap(self, version: str) -> None:
        """Make a complete version the one that answers."""
        beside = self.directory / "current.new"
        beside.write_text(version, encoding="utf-8")
        os.replace(beside, self.directory / "current")

    def clean(self) -> None:
        """Remove versions that nobody reads and `current` does not name, and unfinished exports."""
        current = self.current()
        names = {path.name.removesuffix(".lock") for path in self.versions.iterdir()}
        for name in names - {current}:
            with suppress(portalocker.LockException), portalocker.Lock(self._lock(name), timeout=0, flags=_ALONE):
                shutil.rmtree(self.versions / name, ignore_errors=True)
                self._lock(name).unlink(missing_ok=True)
        for unfinished in self.encoders.glob("*.new"):
            shutil.rmtree(unfinished, ignore_errors=True)

    def _lock(self, version: str) -> Path:
        return self.versions / f"{version}.lock"
