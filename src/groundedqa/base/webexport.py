"""Reading the plain text of a concept page that was copied from the web.

Title
StatusTitle              (the page's badge and heading run together when copied)
Title
Prose, one paragraph a line.
Key Claims
- Short claim - detail. Evidence: level (Source)
Open Questions
- One question?
Related Concepts
- Other Page - how the two hang together
Backlinks                (computed by the site: not content)
Test Your Understanding  (quiz teasers: not content)
"""

from __future__ import annotations

import re
from itertools import pairwise

from groundedqa.base.listitems import read_claim, read_open_question, read_relation
from groundedqa.base.models import Kind
from groundedqa.base.page import Draft, Page, PageContent, split_long

_PARTS = {
    "key claims": Kind.CLAIM,
    "open questions": Kind.OPEN_QUESTION,
    "related concepts": Kind.RELATION,
    "backlinks": None,
    "test your understanding": None,
}
_ITEM = re.compile(r"[ \t]*[-*•–][ \t]+")
_READERS = {Kind.CLAIM: read_claim, Kind.OPEN_QUESTION: read_open_question, Kind.RELATION: read_relation}


def is_web_export(page: Page) -> bool:
    """Whether the page starts with its title twice, as text copied from a rendered page does."""
    head = _lines(page, 4)
    if len(head) < 2 or head[0][2].startswith(("#", "---", "- ", "* ", ">", "|", "```")):
        return False
    title = head[0][2]
    return any(_repeats_title(text, title) for _, _, text in head[1:3]) and any(
        text.casefold().rstrip(":") in _PARTS for _, _, text in _lines(page)
    )


def read_web_export(page: Page) -> PageContent:
    """Read one page; everything from `Backlinks` on is the site's own and left out."""
    content = PageContent()
    lines = _lines(page)
    content.title = lines[0][2]
    # The title comes again below, with the page's badge glued to it or on a line of its own.
    body = 1 + max(at for at, line in enumerate(lines[:3]) if _repeats_title(line[2], content.title))
    badges = [text.removesuffix(content.title).strip(" -:|·") for _, _, text in lines[1:body]]
    content.status = next((badge for badge in badges if badge), None)
    part, heading, ended = Kind.SECTION, "", False
    for start, end, text in lines[body:]:
        name = text.casefold().rstrip(":")
        if name in _PARTS:
            kind = _PARTS[name]
            ended = ended or kind is None
            part, heading = kind or Kind.SECTION, text
            continue
        if ended:
            continue
        item = _ITEM.match(page.text, start, end)
        if item and part in _READERS:
            draft = _READERS[part](page, item.end(), end, content)
            if draft:
                content.drafts.append(draft)
        else:
            for first, last in split_long(page, start, end):
                content.drafts.append(Draft(Kind.SECTION, first, last, heading=heading))
    return content


def _repeats_title(text: str, title: str) -> bool:
    """Whether a line is the title again, at most with a short badge glued before it."""
    return text.endswith(title) and len(text) <= len(title) + 40


def _lines(page: Page, most: int | None = None) -> list[tuple[int, int, str]]:
    """Start, end and text of the lines that are not blank."""
    found = []
    starts = [*page.line_starts, len(page.text)]
    for first, last in pairwise(starts):
        start, end = page.strip(first, last)
        text = page.text[start:end].lstrip("\ufeff")
        if text:
            found.append((end - len(text), end, text))
            if len(found) == most:
                break
    return found
