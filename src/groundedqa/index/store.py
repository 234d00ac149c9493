"""Where indexes live: one directory for each version, written once, swapped in by one rename.

    STORE/
      current              the name of the version that answers; replaced atomically
      last.json            the manifest of the last version, to rebuild from where its own is lost
      build.lock           held by the one process that builds
      vectors.sqlite       vectors by content, for the builder only
      encoders/KEY/        a model's export to ONNX, made once
      versions/NAME/       manifest.json, base.json, vectors.npy, questions.npy, tokens/, lexical/, pages/, chroma/
      versions/NAME.lock   held, shared, by every process that reads the version

A version's directory is complete before `current` names it and never changes afterwards. One that
nobody holds and `current` does not name is removed by the next build, and so is an export that no
version is left for.
"""

from __future__ import annotations

import json
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import portalocker
from pydantic import ValidationError

from groundedqa.base.models import Record
from groundedqa.errors import Hint, IndexDamaged, IndexMissing, StoreError
from groundedqa.index.seals import first_broken

FORMAT = 6
"""Raised whenever what is written, or how a page is read, changes: older versions are then rebuilt."""


_VERSION = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{8}")
_EXPORT = re.compile(r"[A-Za-z0-9._-]+-[0-9a-f]{12}(\.new)?")
_SHARED = portalocker.LockFlags.SHARED | portalocker.LockFlags.NON_BLOCKING
_ALONE = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING


class Manifest(Record):
    """What a version was built from, and what its files have to look like."""

    format: int
    model: str
    model_key: str
    dimension: int
    root: Path  # the base's folder
    fingerprint: str  # of every file in it
    pages: int
    passages: int
    files: dict[str, str]  # path within the version, and seal

    def check(self, directory: Path) -> None:
        """Compare the files with what was written.

        Raises:
            IndexDamaged: one is lost or changed, or another release of this program wrote them.
        """
        if self.format != FORMAT:
            raise IndexDamaged(f"{directory}: the index has format {self.format}, but this program reads {FORMAT}")
        if broken := first_broken(directory, self.files):
            state = "damaged" if broken.exists() else "lost"
            raise IndexDamaged(f"{broken}: this file of the index is {state}")


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
            IndexDamaged: the file that names it holds something else.
            StoreError: something that is no file stands in its place, or it may not be read.
        """
        file = self.directory / "current"
        try:
            named = file.read_bytes().decode("ascii", "replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            raise IndexMissing(f"{self.directory}: there is no index yet", Hint.BUILD) from None
        except OSError as error:
            raise StoreError(f"{file}: this file cannot be read ({error.strerror}); mend or remove it") from error
        # Files are opened and removed by this name: an empty one would stand for all versions.
        if not _VERSION.fullmatch(named):
            raise IndexDamaged(f"{file}: this file names no version of the index")
        return named

    def new_version(self) -> str:
        """A name for a version that is about to be written."""
        return f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{uuid.uuid4().hex[:8]}"

    def root(self) -> Path | None:
        """The folder that the last version was built from, however damaged that is; None if unknown."""
        root = self._last("root")
        return Path(root) if root else None

    def model(self) -> str | None:
        """The encoder that the last version was built with, however damaged that is; None if unknown."""
        return self._last("model")

    def _last(self, name: str) -> str | None:
        try:
            return str(json.loads((self.directory / "last.json").read_text(encoding="utf-8"))[name])
        except (OSError, ValueError, KeyError, TypeError):
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
        except (OSError, ValueError, portalocker.LockException):
            raise IndexDamaged(f"{self.versions / version}: this version of the index was replaced") from None
        return lock

    def swap(self, version: str) -> None:
        """Make a complete version the one that answers."""
        beside = self.directory / "last.json.new"
        shutil.copyfile(self.versions / version / "manifest.json", beside)
        beside.replace(self.directory / "last.json")
        beside = self.directory / "current.new"
        beside.write_text(version, encoding="utf-8")
        beside.replace(self.directory / "current")

    def clean(self) -> None:
        """Remove what nobody needs any more; only the process that builds may call this.

        A version goes when `current` does not name it and nobody holds it. A reader that takes the
        lock file just before it is removed finds no version behind it, and looks at `current` again.
        What this program did not write stays.

        Raises:
            StoreError: `current` names no version; nothing was removed.
        """
        current = self.current()
        names = {path.name.removesuffix(".lock") for path in self.versions.iterdir()}
        for name in filter(_VERSION.fullmatch, names - {current}):
            # What cannot be removed now is no reason to fail; the next build tries again.
            lock = portalocker.Lock(self._lock(name), timeout=0, flags=_ALONE)
            with suppress(OSError, portalocker.LockException), lock:
                shutil.rmtree(self.versions / name, ignore_errors=True)
                self._lock(name).unlink(missing_ok=True)
        kept = set()
        for version in self.versions.iterdir():
            if version.is_dir():
                with suppress(IndexDamaged):
                    kept.add(self.manifest(version.name).model_key)
        for export in self.encoders.iterdir():
            if export.name not in kept and _EXPORT.fullmatch(export.name):
                shutil.rmtree(export, ignore_errors=True)

    def _lock(self, version: str) -> Path:
        return self.versions / f"{version}.lock"
