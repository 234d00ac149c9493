"""Finding and loading the files of a base: pages, bibliographies and questions, and nothing from outside."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from groundedqa.base import questions
from groundedqa.base import sources as bibliography
from groundedqa.base.models import Source
from groundedqa.base.page import PAGE_ENDINGS, Page
from groundedqa.errors import BaseError, Problem


def read_page(root: Path, path: str) -> Page | None:
    """One page's text as it stands on disk now; None if it cannot be read as a page."""
    try:
        return Page(path, (root / path).read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def fingerprint(root: Path) -> str:
    """A digest of every file that `read_base` reads: equal fingerprints, equal bases.

    Raises:
        BaseError: `root` is not a folder.
    """
    total = sha256()
    for file, path in _files(root):
        name = path.encode("utf-8", "surrogateescape")
        try:
            state = os.fsencode(os.readlink(file)) if file.is_symlink() else sha256(_bytes(file)).digest()
        except OSError:
            state = b"unreadable"
        total.update(b"%d %s %s" % (len(name), name, state))
    return total.hexdigest()


def _files(root: Path) -> Iterator[tuple[Path, str]]:
    """Pages, bibliographies and questions below `root`, hidden folders left out, sorted by path."""
    if not root.is_dir():
        raise BaseError(f"{root}: there is no such folder; name the folder that holds the pages")
    found = []
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in [*names, *(n for n in inner if (Path(folder) / n).is_symlink())]:
            file = Path(folder) / name
            path = file.relative_to(root).as_posix()
            if not name.startswith(".") and (
                name.lower().endswith(PAGE_ENDINGS)
                or path in (*bibliography.NAMES, questions.NAME)
                or file.is_symlink()
            ):
                found.append((file, path))
    yield from sorted(found, key=lambda pair: pair[1])


def load(root: Path) -> tuple[list[Page], dict[str, Source], list[Problem]]:
    """Every page below `root`, the sources of its bibliographies by id, and what cannot be read.

    Raises:
        BaseError: `root` is not a folder.
    """
    pages: list[Page] = []
    sources: dict[str, Source] = {}
    problems: list[Problem] = []

    def wrong(path: str, message: str, line: int = 1) -> None:
        problems.append(Problem("error", path, line, message))

    home = root.resolve()
    for file, path in _files(root):
        try:
            path.encode()
        except UnicodeEncodeError:
            wrong(ascii(path)[1:-1], "this file's name is not UTF-8; rename it")
            continue
        if file.is_symlink() and (message := _wrong_link(file, home)):
            wrong(path, message)
        elif path == questions.NAME:
            continue  # it names passages, so it is read once these are known
        elif path in bibliography.NAMES:
            found, bad = bibliography.read_bibliography(file, path)
            for key in sorted(found.keys() & sources.keys()):
                wrong(path, f"the source id {key!r} is used in another bibliography too; ids are unique")
            sources |= found
            problems += bad
        elif not file.is_symlink():  # a page that a link inside the folder means is read at its own place
            try:
                pages.append(_load_page(file, path))
            except _Unreadable as error:
                wrong(path, str(error), error.line)
    return pages, sources, problems


def _wrong_link(file: Path, home: Path) -> str | None:
    """What is wrong with a symbolic link, if anything is."""
    try:
        goal = file.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a link that leads to itself, up to Python 3.12
        return "this link leads to nothing; remove it or mend it"
    return None if goal.is_relative_to(home) else "this link leads out of the base's folder; copy the page here instead"


class _Unreadable(Exception):
    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def _load_page(file: Path, path: str) -> Page:
    try:
        raw = _bytes(file)
    except OSError as error:
        raise _Unreadable(f"the page cannot be read: {(error.strerror or str(error)).lower()}") from None
    if b"\0" in raw:
        raise _Unreadable("this is a binary file, not a page; move it out of the folder or rename it")
    try:
        return Page(path, raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = _line_of(raw[: error.start])
        raise _Unreadable(f"the page is not UTF-8 (byte {raw[error.start]:#04x}); save it as UTF-8", line) from None


def _bytes(file: Path) -> bytes:
    """A file's bytes; a pipe or a device is refused, since reading one may never end."""
    if not file.is_file():
        raise OSError("it is no ordinary file")
    return file.read_bytes()


def _line_of(before: bytes) -> int:
    """The line, from 1, that follows these bytes."""
    return before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n") + 1
