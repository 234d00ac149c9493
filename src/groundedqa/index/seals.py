"""Seals of files: what tells a file that is as it was written from one that was cut, lost or overwritten."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path

_BLOCK = 1 << 20


def seal_of(file: Path) -> str:
    """A file's length and CRC-32, which finds accidents, not forgery, and reads a gigabyte a second.

    Raises:
        OSError: the file cannot be read.
    """
    total = length = 0
    with file.open("rb") as content:
        while block := content.read(_BLOCK):
            total = zlib.crc32(block, total)
            length += len(block)
    return f"{length} {total:08x}"


def seals_of(directory: Path) -> dict[str, str]:
    """The seal of every file below `directory`, by its path within it."""
    files = sorted(file for file in directory.rglob("*") if file.is_file())
    return {file.relative_to(directory).as_posix(): seal_of(file) for file in files}


def first_broken(directory: Path, seals: Mapping[str, str]) -> Path | None:
    """The first file that is lost or no longer has its seal; None if all are as they were written."""
    for name, seal in seals.items():
        file = directory / name
        try:
            # The length tells most damage without reading the file.
            if str(file.stat().st_size) != seal.partition(" ")[0] or seal_of(file) != seal:
                return file
        except OSError:
            return file
    return None
