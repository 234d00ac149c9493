"""Reading one list item: a claim with its evidence, an open question, or a relation.

Both forms of a page, Markdown and the web export, share these marks:

    Short claim - detail. Evidence: strong [@key2025; @other2024] {#stable-id date=2025-03}
    Short claim - detail. Evidence: moderate (Name of the Source)
    [high] Claim of a wiki that grades confidence.
    Claim. *Confidence: medium* ([Paper](https://example.org/paper))

What a mark does not match stays part of the text.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple
from urllib.parse import unquote

from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Kind
from groundedqa.base.notation import (
    citations,
    find_attributes,
    find_evidence,
    is_marks,
    linked_sources,
    named_sources,
    without_citations,
)
from groundedqa.base.page import Draft, Page, PageContent
from groundedqa.errors import Problem
from groundedqa.text.plain import LINK, WIKILINK

_RELATION = re.compile(r"^(?P<name>[^\n]{1,120}?)(?:\s+[-—–]\s+|\s*:\s+)\S")
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_BEFORE_MARKS = " \t\r\n—–-;,|·"
"""What may part a claim from the mark after it, and belongs to neither."""


def read_claim(page: Page, start: int, end: int, content: PageContent, nested: str = "") -> Draft | None:
    """The claim at `page[start:end]`, without its marks; None if nothing is left of it.

    `nested` is what the lines below the item say, where they are nothing but marks.
    """
    text = page.text[start:end]
    stop, attributes = find_attributes(text)
    attributes += find_attributes(nested)[1]
    text = text[:stop]
    begin, marks = 0, ""
    if mark := find_evidence(text):
        marks = text[mark.end :]
        if not text[: mark.start].strip("*_([ "):
            begin, marks = len(text) - len(marks.lstrip(_BEFORE_MARKS + ".:")), ""
        elif is_marks(marks, after_evidence=True):
            stop = len(text[: mark.start].rstrip(_BEFORE_MARKS))
    else:
        mark = find_evidence(nested)
    stop, inner = find_attributes(text[:stop])  # an id that stands before the evidence
    stop = begin + len(without_citations(text[begin:stop]))
    first, last = page.strip(start + begin, start + stop)
    if first >= last:
        return None
    if mark and mark.level is None:
        known = ", ".join(level.value for level in Evidence)
        _complain(page, first, f"the evidence level {mark.word!r} is not known; use one of {known}", content)
    elif mark is None:
        message = "this claim states no evidence level; add one, such as Evidence: weak"
        _complain(page, first, message, content, "warning")
    cites = citations(f"{text} {nested}")
    named = () if cites else named_sources(marks) or named_sources(nested) or linked_sources(text)
    if not cites and not named:
        _complain(page, first, "this claim names no source; add one, such as [@key]", content, "warning")
    given = _attributes(page, first, [*inner, *attributes], content)
    level = mark.level if mark else None
    return Draft(Kind.CLAIM, first, last, evidence=level, cites=cites, named=named, **given._asdict())


def read_open_question(page: Page, start: int, end: int, content: PageContent) -> Draft | None:
    """The open question at `page[start:end]`; None if it is empty."""
    stop, attributes = find_attributes(page.text[start:end])
    start, end = page.strip(start, start + stop)
    given = _attributes(page, start, attributes, content)
    return Draft(Kind.OPEN_QUESTION, start, end, **given._asdict()) if end > start else None


def read_relation(page: Page, start: int, end: int, content: PageContent) -> Draft | None:
    """The relation at `page[start:end]`, its target as written.

    A bare link says nothing that could be quoted: it counts as a link and gives None, and so
    does a line that names no other page.
    """
    stop, attributes = find_attributes(page.text[start:end])
    start, end = page.strip(start, start + stop)
    given = _attributes(page, start, attributes, content)._asdict()
    text = page.text[start:end]
    if link := WIKILINK.search(text) or LINK.search(text):
        if not re.search(r"\w", text[: link.start()] + text[link.end() :]):
            return None
        target = link["page"] if link.re is WIKILINK else unquote(link["to"]).split("#")[0]
        return Draft(Kind.RELATION, start, end, target=" ".join(target.split()), **given)
    if named := _RELATION.match(text):
        target = named["name"].strip("*_ ")
        content.links.append((target, page.line_at(start)))
        return Draft(Kind.RELATION, start, end, target=target, **given)
    return None


class _Attributes(NamedTuple):
    id: str | None
    date: str | None
    contests: tuple[str, ...]


def _attributes(page: Page, offset: int, parts: list[str], content: PageContent) -> _Attributes:
    """What attributes give; what else they hold is a problem, but for `.class`."""
    identifier = date = None
    contests: list[str] = []
    for part in parts:
        name, _, value = part.partition("=")
        value = value.strip("\"'")
        if part.startswith("#") and len(part) > 1:
            identifier = identifier or part[1:]
        elif name == "date":
            if _DATE.fullmatch(value):
                date = date or value
            else:
                _complain(page, offset, f"the date {value!r} is not YYYY, YYYY-MM or YYYY-MM-DD", content)
        elif name == "contests":
            contests += [claim.strip().removeprefix("#") for claim in value.split(",") if claim.strip()]
        elif not part.startswith("."):
            _complain(page, offset, f"the attribute {name!r} is not known; use #id, date= and contests=", content)
    return _Attributes(identifier, date, tuple(contests))


def _complain(
    page: Page, offset: int, message: str, content: PageContent, severity: Literal["error", "warning"] = "error"
) -> None:
    content.problems.append(Problem(severity, page.path, page.line_at(offset), message))
