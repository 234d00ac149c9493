"""Fixtures of the authors' tools: an index of the small base after an edit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from edits import Edit

from groundedqa.index.build import build
from groundedqa.index.reading import Index, open_index


@pytest.fixture
def edited(tmp_path: Path, small_base: Path, first_small_store: Path, seed_encoders: Callable[[Path], Path]) -> Edit:
    """`edited({"old words": "new words"})` indexes a copy of the small base in which each is replaced once."""
    count = 0

    def index_of(changes: dict[str, str]) -> Index:
        nonlocal count
        count += 1
        pages, store = tmp_path / f"edited-{count}", seed_encoders(tmp_path / f"edited-store-{count}")
        shutil.copytree(small_base, pages)
        shutil.copy(first_small_store / "vectors.sqlite", store)
        files = {file: file.read_text(encoding="utf-8") for file in pages.rglob("*") if file.is_file()}
        for old, new in changes.items():
            holding = [file for file, text in files.items() if old in text]
            assert holding, f"no file holds {old!r}"
            files[holding[0]] = files[holding[0]].replace(old, new)
        for file, text in files.items():
            file.write_text(text, encoding="utf-8")
        build(pages, store)
        return open_index(store)

    return index_of
