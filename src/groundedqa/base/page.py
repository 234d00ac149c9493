"""The text of one page, its lines, and what a reader found in it."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Kind, Source
from groundedqa.errors import Problem

_LINE_END = re.compile(r"\r\n|\r|\n")
_SENTENCE_END = re.compile(r"[.!?][\"'*_)\]]{0,5}\s+|[。！？]+[」』”）]?\s*")

PAGE_ENDINGS = (".md", ".markdown", ".txt")
"""What the name of a page's file ends with."""

MAX_SECTION = 800
"""Longest section passage in characters: about 200 word pieces, which the default encoder still
reads whole (it cuts at 256), and about what fits a screen as a quote."""

MAX_ITEM = 4000
"""Longest list item in characters that is read as a claim, an open question or a relation; a
longer one is prose, and is cut like prose."""


@dataclass(frozen=True)
class Page:
    """A page's text exactly as on disk: line ends and a byte order mark are kept."""

    path: str
    text: str

    @cached_property
    def digest(self) -> str:
        """A digest of the whole text."""
        return digest(self.text)

    @cached_property
    def line_starts(self) -> list[int]:
        """Where each line begins; a line ends at CRLF, CR or LF, as in CommonMark.

        The first begins after a byte order mark, so that no quote ever starts with one.
        """
        first = 1 if self.text.startswith("\ufeff") else 0
        return [first, *(m.end() for m in _LINE_END.finditer(self.text))]

    def line_at(self, offset: int) -> int:
        """The number, from 1, of the line that holds `offset`."""
        return max(1, bisect.bisect_right(self.line_starts, offset))

    def line_span(self, first: int, last: int) -> tuple[int, int]:
        """Start and end of lines `first` (from 0) up to, not including, `last`."""
        starts = self.line_starts
        return starts[first], starts[last] if last < len(starts) else len(self.text)

    def strip(self, start: int, end: int) -> tuple[int, int]:
        """The same span without white space at either end."""
        piece = self.text[start:end]
        return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


@dataclass(frozen=True, slots=True)
class Draft:
    """A passage as its page shows it, before ids are made and references followed."""

    kind: Kind
    start: int
    end: int
    heading: str = ""
    id: str | None = None
    evidence: Evidence | None = None
    cites: tuple[str, ...] = ()  # bibliography keys, still to be looked up
    named: tuple[Source, ...] = ()  # sources that the page names itself
    date: str | None = None
    target: str | None = None  # a link as written, still to be followed
    contests: tuple[str, ...] = ()  # ids as written, still to be looked up


@dataclass(slots=True)
class PageContent:
    """All that a reader found in one page."""

    title: str = ""
    kind: str = "concept"
    status: str | None = None
    aliases: tuple[str, ...] = ()
    drafts: list[Draft] = field(default_factory=list)
    links: list[tuple[str, int]] = field(default_factory=list)  # as written, and the line
    problems: list[Problem] = field(default_factory=list)


def split_long(page: Page, start: int, end: int, cuts: list[int] | None = None) -> Iterator[tuple[int, int]]:
    """Cut a block into spans of at most `MAX_SECTION` characters.

    Cuts fall at the places given (items of a list, rows of a table), else at ends of sentences,
    else at white space, and only in a run of that length without any, anywhere.
    """
    start, end = page.strip(start, end)
    while end - start > MAX_SECTION:
        cut = _cut(page.text, start, start + MAX_SECTION, cuts or [])
        first, last = page.strip(start, cut)
        if last > first:
            yield first, last
        start = cut
    first, last = page.strip(start, end)
    if last > first:
        yield first, last


def _cut(text: str, start: int, limit: int, cuts: list[int]) -> int:
    """The best place after `start`, at most `limit`, to end a passage."""
    at = bisect.bisect_right(cuts, limit)
    if at and cuts[at - 1] > start:
        return cuts[at - 1]
    ends = [m.end() for m in _SENTENCE_END.finditer(text, start, limit)]
    if ends and ends[-1] > start:
        return ends[-1]
    space = max(text.rfind(mark, start + 1, limit) for mark in " \t\r\n")
    return space if space > start else limit


def digest(text: str) -> str:
    """Ten hex digits that stand for a text."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def slugify(text: str) -> str:
    """Lower-case words joined by hyphens; letters of any script are kept."""
    return re.sub(r"[^\w]+", "-", text.casefold(), flags=re.UNICODE).strip("-_")
