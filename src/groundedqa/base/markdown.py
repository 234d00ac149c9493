"""Reading a page in Markdown: sections, claims, open questions, relations, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from groundedqa.base.frontmatter import read_front_matter
from groundedqa.base.links import page_links, page_target
from groundedqa.base.listitems import read_claim, read_open_question, read_relation
from groundedqa.base.models import Kind
from groundedqa.base.notation import find_evidence, is_marks
from groundedqa.base.page import MAX_ITEM, Draft, Page, PageContent, split_long
from groundedqa.errors import Problem
from groundedqa.text.plain import plain

_HEADINGS = {
    Kind.CLAIM: re.compile(r"(?:(?:key|main|core|central)\s+)?claims", re.IGNORECASE),
    Kind.OPEN_QUESTION: re.compile(r"(?:open|unresolved|unanswered)\s+(?:questions|problems)", re.IGNORECASE),
    Kind.RELATION: re.compile(r"related(?:\s+(?:concepts|pages|topics|work))?|see also", re.IGNORECASE),
}
# "2. Key Claims", "**Key Claims:**" and "Key claims (3)" are the same heading.
_AROUND_HEADING = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_ITEM_MARK = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+\[[ xX]\])?(?:[ \t]+|$)")
_BLANKS = re.compile(r"\s*")
_UNCLOSED = re.compile(r"-{3,}[ \t]*(?:\r\n|\r|\n)[A-Za-z_]+:(?=\s)")


def read_markdown(page: Page) -> PageContent:
    """Read one page. What is not understood stays text; what is wrong is in `problems`."""
    content = PageContent()
    text = page.text.removeprefix("\ufeff")
    found: dict[str, Any] = {}  # the parser puts link references here
    tokens = _parser().parse(text, found)
    heading, part, part_level, at = "", None, 0, 0
    if _UNCLOSED.match(text) and tokens[0].type != "front_matter":
        message = "the front matter that begins here has no end; close it with a line of three hyphens"
        content.problems.append(Problem("warning", page.path, 1, message))
    while at < len(tokens):
        token = tokens[at]
        close = _close(tokens, at)
        _read_links(tokens[at:close], content)
        if token.type == "front_matter" and token.map:
            read_front_matter(page, token.map[0] + 1, token.map[1] - 1, content)
        elif token.type == "heading_open":
            title, level = _plain(tokens[at + 1].content), int(token.tag[1])
            heading = "" if level == 1 and not content.title else title
            if level == 1 and not content.title:
                content.title = title
            kind = next((k for k, name in _HEADINGS.items() if name.fullmatch(_AROUND_HEADING.sub("", title))), None)
            # A heading below "Key Claims" sorts them; one below the page's title begins anew.
            if kind or level <= part_level or part_level == 1:
                part, part_level = kind, level
        elif token.map:
            _read_block(page, tokens[at:close], part, heading, content)
        at = close
    for label, reference in found.get("references", {}).items():
        first, last = reference["map"]
        if target := page_target(reference["href"]):
            content.links.append((target, first + 1))
        if label.startswith("^"):  # a footnote that is one word, such as an address
            _add_text(page, page.line_span(first, last), heading, content)
    content.drafts.sort(key=lambda draft: draft.start)
    return content


@cache
def _parser() -> MarkdownIt:
    # Inline structure is not parsed: it is most of the time spent on a large page, and every
    # passage is sliced from the page itself.
    return MarkdownIt("commonmark").enable("table").use(front_matter_plugin).disable("inline")


def _close(tokens: list[Token], at: int) -> int:
    """The index after the block that opens at `at`."""
    if tokens[at].nesting != 1:
        return at + 1
    level = tokens[at].level
    return next(i for i in range(at + 1, len(tokens)) if tokens[i].level == level and tokens[i].nesting == -1) + 1


def _children(block: list[Token]) -> Iterator[list[Token]]:
    """The blocks directly inside a block."""
    at = 1
    while at < len(block) - 1:
        close = _close(block, at)
        yield block[at:close]
        at = close


def _span(page: Page, block: list[Token]) -> tuple[int, int]:
    assert block[0].map is not None
    return page.strip(*page.line_span(*block[0].map))


def _is_list(block: list[Token]) -> bool:
    return block[0].type in ("bullet_list_open", "ordered_list_open")


def _plain(inline: str) -> str:
    """A heading's words without the marks of Markdown and attributes."""
    return plain(re.sub(r"\s+\{#[^{}]*\}$", "", inline))


def _read_block(page: Page, block: list[Token], part: Kind | None, heading: str, content: PageContent) -> None:
    opening = block[0]
    start, end = _span(page, block)
    if part and _is_list(block):
        for item in _children(block):
            _read_item(page, item, part, heading, content)
        return
    if opening.type == "hr" or (opening.type == "html_block" and _only_comments(page.text[start:end])):
        return
    if opening.type == "paragraph_open" and end - start <= MAX_ITEM:
        draft = None
        if part is Kind.OPEN_QUESTION:
            draft = read_open_question(page, start, end, content)
        elif part is Kind.CLAIM and find_evidence(page.text[start:end]):
            draft = read_claim(page, start, end, content)
        if draft:
            content.drafts.append(draft)
            return
    cuts: list[int] = []
    if _is_list(block):
        cuts = [page.line_span(*item[0].map)[0] for item in _children(block) if item[0].map]
    elif opening.type in ("table_open", "fence", "code_block") and opening.map:
        cuts = page.line_starts[opening.map[0] : opening.map[1]]
    _add_text(page, (start, end), heading, content, cuts)


def _read_item(page: Page, item: list[Token], kind: Kind, heading: str, content: PageContent) -> None:
    """One list item: its first paragraph is what is said; the blocks below hold its marks, or are text."""
    first, *below = list(_children(item)) or [[]]
    if not first:
        return
    start, end = _span(page, first)
    if mark := _ITEM_MARK.match(page.text, page.line_span(*item[0].map)[0], end) if item[0].map else None:
        start = max(start, min(mark.end(), end))
    if first[0].type != "paragraph_open" or end - start > MAX_ITEM:
        _add_text(page, _span(page, item), heading, content)
        return
    marks: list[str] = []
    rest: list[tuple[int, int]] = []
    for span in (_span(page, b) for block in below for b in (_children(block) if _is_list(block) else [block])):
        text = _ITEM_MARK.sub("", page.text[slice(*span)], count=1) if span[1] - span[0] <= MAX_ITEM else ""
        if kind is Kind.CLAIM and text and is_marks(text):
            marks.append(text)
        else:
            rest.append(span)
    draft: Draft | None
    if kind is Kind.CLAIM:
        draft = read_claim(page, start, end, content, nested="\n".join(marks))
    elif kind is Kind.OPEN_QUESTION:
        draft = read_open_question(page, start, end, content)
    else:
        draft = read_relation(page, start, end, content)
    if draft:
        content.drafts.append(draft)
    elif kind is not Kind.RELATION or not any(page_links(page.text[start:end])):
        _add_text(page, (start, end), heading, content)
    for span in rest:
        _add_text(page, span, heading, content)


def _add_text(
    page: Page, span: tuple[int, int], heading: str, content: PageContent, cuts: list[int] | None = None
) -> None:
    for start, end in split_long(page, *span, cuts):
        content.drafts.append(Draft(Kind.SECTION, start, end, heading=heading))


def _only_comments(text: str) -> bool:
    """Whether HTML holds nothing but comments."""
    at = 0
    while text.startswith("<!--", at):
        end = text.find("-->", at + 4)
        if end < 0:
            return True  # never closed: the rest of the page is the comment
        at = _BLANKS.match(text, end + 3).end()  # type: ignore[union-attr]  # it matches nothing, too
    return at >= len(text)


def _read_links(block: list[Token], content: PageContent) -> None:
    """Add what the block links to, each link with its line."""
    for token in block:
        if token.type == "inline" and token.map:
            line, last = token.map[0] + 1, 0
            for target, at in page_links(token.content):
                line, last = line + token.content.count("\n", last, at), at
                content.links.append((target, line))
