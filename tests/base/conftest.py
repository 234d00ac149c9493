"""Write a folder of pages, and read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groundedqa.base.folder import read_base
from groundedqa.base.models import Base

Read = Callable[..., Base]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """`read({"a.md": "text"})` writes the files and reads the folder; a lone text is `page.md`."""

    def written(files: str | dict[str, str | bytes]) -> Base:
        for path, text in ({"page.md": files} if isinstance(files, str) else files).items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return read_base(tmp_path)

    return written


@pytest.fixture
def said() -> Callable[[Base], list[str]]:
    """Gives every problem of a base as `check` prints it, without the folder."""
    return lambda base: [f"{p.path}:{p.line}: {p.severity}: {p.message}" for p in base.problems]
