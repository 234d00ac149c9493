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

from groundedqa.base.models import Evidence, Kind, Problem, Source
from groundedqa.base.page import Draft, Page, PageContent, slugify

LEVELS = {
    "strong": Evidence.STRONG,
    "high": Evidence.STRONG,
    "established": Evidence.STRONG,
    "verified": Evidence.STRONG,
    "moderate": Evidence.MODERATE,
    "medium": Evidence.MODERATE,
    "supported": Evidence.MODERATE,
    "reported": Evidence.MODERATE,
    "weak": Evidence.WEAK,
    "low": Evidence.WEAK,
    "preliminary": Evidence.WEAK,
    "speculative": Evidence.WEAK,
    "inferred": Evidence.WEAK,
    "contested": Evidence.CONTESTED,
    "disputed": Evidence.CONTESTED,
}
"""Words for evidence, ours first, then those of other people's scales."""

_LABEL = r"(?:evidence|confidence|certainty)(?:\s+level)?"
_WORD = "|".join(LEVELS)

# "Evidence: strong", "**Confidence**: high", "(confidence: low)", "*Evidence: weak.*"; any single
# word is taken as a level when nothing but a source, attributes or the end follows it.
_EVIDENCE = re.compile(
    rf"[(\[*_]*\b{_LABEL}[*_]*\s*:\s*[*_`]*(?P<word>[A-Za-z-]+)[*_`]*[)\]]?[*_]*(?=\s*(?:$|[.;,]?\s*$|[.;,]?\s*[(\[{{*_—–-]|[.;]\s))",
    re.IGNORECASE,
)
# "(high confidence)", "[established]", "(verified)" at the very end or the very start.
_TAG = rf"[*_]*[(\[]\s*(?P<word>{_WORD})(?:\s+{_LABEL})?\s*[)\]][*_]*"
_TAG_FIRST = re.compile(rf"{_TAG}[\s:—–-]*", re.IGNORECASE)
_TAG_LAST = re.compile(rf"\s*{_TAG}(?=[\s.]*$|\s*[\[({{])", re.IGNORECASE)
_ATTRIBUTES = re.compile(r"\{[ \t]*(?P<body>(?:#[^\s{}]+|[\w-]+=[^\s{}]+)(?:[ \t]+(?:#[^\s{}]+|[\w-]+=[^\s{}]+))*)[ \t]*\}\s*$")
_CITATION = re.compile(r"\[[^\[\]]*@[^\[\]]*\]")
_KEY = re.compile(r"(?<![\w@])@\{?([\w](?:[\w:.#$%&+?<>~/-]*[\w/])?)\}?")
_TRAILING_CITATIONS = re.compile(r"(?:\s*\[[^\[\]]*@[^\[\]]*\])+[\s.]*$")
_LINK = re.compile(r"\[([^\[\]]+)\]\(\s*<?([^()\s<>]+)>?[^()]*\)")
_SOURCE_LABEL = re.compile(r"^[\s(*_.;,]*sources?[*_]*\s*:\s*[*_]*", re.IGNORECASE)
_WIKILINK = re.compile(r"\[\[([^\[\]|#]+)(?:#[^\[\]|]*)?(?:\|[^\[\]]*)?\]\]")
_RELATION = re.compile(r"^(?P<name>[^\n]{1,120}?)\s*(?:\s[-—–]+\s|:\s)\s*\S")
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


def read_claim(page: Page, start: int, end: int, content: PageContent, tail_end: int | None = None) -> Draft | None:
    """The claim at `page[start:end]`, without its marks; None if nothing is left of it.

    `tail_end` ends the whole list item, where nested lines may hold the evidence and the source.
    """
    end, identifier, date = _attributes(page, start, end, content)
    text = page.text[start:end]
    tail = page.text[end : tail_end or end]
    level: Evidence | None = None
    body_start, body_end, marks = 0, len(text), tail
    if found := _EVIDENCE.search(text):
        level = _level(page, start + found.start("word"), found["word"], content)
        body_end, marks = found.start(), text[found.end() :] + tail
    elif found := _TAG_LAST.search(text):
        level = LEVELS[found["word"].lower()]
        body_end, marks = found.start(), text[found.end() :] + tail
    elif found := _TAG_FIRST.match(text):
        level = LEVELS[found["word"].lower()]
        body_start = found.end()
    elif found := _EVIDENCE.search(tail):
        level = _level(page, end + found.start("word"), found["word"], content)
        marks = tail[: found.start()] + tail[found.end() :]
    if (found := _TRAILING_CITATIONS.search(text, body_start, body_end)) and found.start() > body_start:
        body_end = found.start()
    first, last = page.strip(start + body_start, start + body_end)
    if first >= last:
        return None
    cites = tuple(dict.fromkeys(_KEY.findall(" ".join(_CITATION.findall(text + tail)))))
    return Draft(
        Kind.CLAIM,
        first,
        last,
        id=identifier,
        evidence=level,
        cites=cites,
        named=() if cites else _named_sources(marks),
        date=date,
    )


def read_open_question(page: Page, start: int, end: int, content: PageContent) -> Draft | None:
    """The open question at `page[start:end]`; None if it is empty."""
    end, identifier, date = _attributes(page, start, end, content)
    start, end = page.strip(start, end)
    return Draft(Kind.OPEN_QUESTION, start, end, id=identifier, date=date) if end > start else None


def read_relation(page: Page, start: int, end: int, content: PageContent) -> Draft | None:
    """The relation at `page[start:end]`, its target as written.

    A bare link says nothing that could be quoted: it counts as a link and gives None, and so
    does a line that names no other page.
    """
    end, identifier, _ = _attributes(page, start, end, content)
    start, end = page.strip(start, end)
    text = page.text[start:end]
    if (link := _WIKILINK.match(text.lstrip("*_"))) or (link := _LINK.match(text.lstrip("*_"))):
        target = link[1] if link.re is _WIKILINK else link[2]
        said = text[text.index(link[0]) + len(link[0]) :].strip("*_ \t:—–-.")
        if not said:
            return None
        return Draft(Kind.RELATION, start, end, id=identifier, target=target.strip())
    if named := _RELATION.match(text):
        target = named["name"].strip("*_ ")
        content.links.append((target, page.line_at(start)))
        return Draft(Kind.RELATION, start, end, id=identifier, target=target)
    return None


def wikilinks(text: str) -> list[str]:
    """The targets of `[[Target]]`, `[[Target|label]]` and `[[Target#part]]` in a text."""
    return [target.strip() for target in _WIKILINK.findall(text)]


def _attributes(page: Page, start: int, end: int, content: PageContent) -> tuple[int, str | None, str | None]:
    """The span's end without `{#id date=…}`, the id and the date."""
    found = _ATTRIBUTES.search(page.text, start, end)
    if not found:
        return end, None, None
    identifier = date = None
    for part in found["body"].split():
        name, _, value = part.partition("=")
        if part.startswith("#"):
            identifier = part[1:]
        elif name == "date":
            if _DATE.fullmatch(value):
                date = value
            else:
                _complain(page, found.start(), f"the date {value!r} is not YYYY, YYYY-MM or YYYY-MM-DD", content)
        else:
            _complain(page, found.start(), f"the attribute {name!r} is not known; use #id and date=", content)
    return found.start(), identifier, date


def _level(page: Page, offset: int, word: str, content: PageContent) -> Evidence | None:
    level = LEVELS.get(word.lower())
    if level is None:
        known = ", ".join(e.value for e in Evidence)
        _complain(page, offset, f"the evidence level {word!r} is not known; use one of {known}", content)
    return level


def _named_sources(marks: str) -> tuple[Source, ...]:
    """Sources that the page names after the evidence: links, or `(Name; Other name)`."""
    links = [(name, url) for name, url in _LINK.findall(marks) if url.startswith(("http://", "https://"))]
    if links:
        return tuple(Source(id=slugify(name) or slugify(url), title=name, url=url) for name, url in links)
    marks = marks.strip(" \t\r\n.*_-")
    labelled = _SOURCE_LABEL.match(marks)
    if labelled:
        marks = marks[labelled.end() :]
    elif not (marks.startswith("(") and marks.rstrip(".").endswith(")")):
        return ()
    marks = marks.rstrip(".")
    if marks.startswith("(") and marks.endswith(")"):
        marks = marks[1:-1]
    names = [name.strip(" \t\r\n.*_") for name in marks.split(";")]
    return tuple(Source(id=slugify(name), title=name) for name in names if slugify(name))


def _complain(page: Page, offset: int, message: str, content: PageContent) -> None:
    content.problems.append(Problem("error", page.path, page.line_at(offset), message))
