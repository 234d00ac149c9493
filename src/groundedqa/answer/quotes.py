"""Turning passages into quotes: each page is read again, and a quote that is not there is withdrawn."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from groundedqa.answer.answers import Quote
from groundedqa.base.files import read_page
from groundedqa.base.folder import find_again
from groundedqa.base.models import Passage
from groundedqa.base.page import Page
from groundedqa.index.reading import Index


def quote(index: Index, passage: Passage, score: float | None = None) -> Quote | None:
    """A passage as its page holds it now, with what has to be shown beside it; None if its page no longer says so."""
    if (now := verified(index, passage)) is None:
        return None
    sources = tuple(index.sources[key] for key in now.sources if key in index.sources)
    return Quote(now, index.concepts[now.concept], sources, index.root, score)


def verified(index: Index, passage: Passage) -> Passage | None:
    """The passage as its page holds it now; None if its page no longer says so.

    Where the page has changed since it was indexed, the passage is looked for in the page as it is
    now: it has to stand there with the same words, evidence and sources, at whatever place.
    """
    page = _page(index.root, passage.path)
    if page is None:
        return None
    if page.digest == index.concepts[passage.concept].digest:
        return passage if page.text[passage.start : passage.end] == passage.text else None
    return find_again(page, passage)


def _page(root: Path, path: str) -> Page | None:
    try:
        state = (root / path).stat()
    except OSError:
        return None
    return _read(root, path, state.st_mtime_ns, state.st_size, state.st_ino)


@lru_cache(maxsize=512)
def _read(root: Path, path: str, mtime: int, size: int, inode: int) -> Page | None:
    # A page is read again whenever its file changed; the key is what `make` and git go by.
    return read_page(root, path)
