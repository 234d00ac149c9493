"""Reading a page in Markdown: front matter, sections, claims, open questions, relations, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import unquote

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from groundedqa.base.items import read_claim, read_open_question, read_relation, wikilinks
from groundedqa.base.models import Kind, Problem
from groundedqa.base.page import Draft, Page, PageContent, split_long

_HEADINGS = {
    Kind.CLAIM: re.compile(r"(?:(?:key|main|core|central)\s+)?claims", re.IGNORECASE),
    Kind.OPEN_QUESTION: re.compile(r"(?:open|unresolved|unanswered)\s+(?:questions|problems)", re.IGNORECASE),
    Kind.RELATION: re.compile(r"related(?:\s+(?:concepts|pages|topics|work))?|see also", re.IGNORECASE),
}
_ITEM_MARK = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+\[[ xX]\])?(?:[ \t]+|$)")
_PAGE_ENDING = re.compile(r"\.(?:md|markdown|txt)$", re.IGNORECASE)


class FrontMatter(BaseModel):
    """What a page may say about itself; keys of other people's wikis are mapped or ignored."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    title: str | None = None
    kind: str = "concept"
    status: str | None = None
    aliases: list[str] = Field(default_factory=list)
    summary: str | None = None

    @field_validator("aliases", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return ([value] if value else []) if isinstance(value, str) else value


_SUMMARY_KEYS = ("summary", "abstract", "description")


def read_markdown(page: Page) -> PageContent:
    """Read one page. What is not understood stays text; what is wrong is in `problems`."""
    content = PageContent()
    mark = len(page.text) - len(page.text.removeprefix("\ufeff"))
    tokens = _parser().parse(page.text[mark:])
    heading, wanted, at = "", None, 0
    while at < len(tokens):
        token = tokens[at]
        close = _close(tokens, at)
        if token.type == "front_matter":
            _read_front_matter(page, token, content)
        elif token.type == "heading_open":
            title = _plain(tokens[at + 1].content)
            _read_links(tokens[at:close], content)
            if token.tag == "h1" and not content.title:
                content.title = title
            else:
                heading = title
                wanted = next((k for k, name in _HEADINGS.items() if name.fullmatch(title.strip(" :.*_"))), None)
        elif token.map:
            _read_links(tokens[at:close], content)
            _read_block(page, tokens[at:close], wanted, heading, content)
        at = close
    return content


@cache
def _parser() -> MarkdownIt:
    # Inline structure is parsed only where a block may hold a link: it is most of the time spent
    # on a large page, and everything else is sliced from the page itself.
    return MarkdownIt("commonmark").enable("table").use(front_matter_plugin).disable("inline")


@cache
def _inline_parser() -> MarkdownIt:
    return MarkdownIt("commonmark")


def _close(tokens: list[Token], at: int) -> int:
    """The index after the block that opens at `at`."""
    if tokens[at].nesting != 1:
        return at + 1
    level = tokens[at].level
    return next(i for i in range(at + 1, len(tokens)) if tokens[i].level == level and tokens[i].nesting == -1) + 1


def _plain(inline: str) -> str:
    """A heading's words without emphasis, code and link marks."""
    text = re.sub(r"\[\[(?:[^\]|]*\|)?([^\]]*)\]\]|\[([^\]]*)\]\([^)]*\)", r"\1\2", inline)
    return re.sub(r"\s+\{#[^}]*\}$|[*`]", "", text).strip()


def _read_block(page: Page, block: list[Token], wanted: Kind | None, heading: str, content: PageContent) -> None:
    opening = block[0]
    assert opening.map is not None
    start, end = page.line_span(*opening.map)
    is_list = opening.type in ("bullet_list_open", "ordered_list_open")
    if wanted and is_list:
        for item in _items(block):
            _read_item(page, item, wanted, heading, content)
        return
    if wanted is Kind.OPEN_QUESTION and opening.type == "paragraph_open":
        if question := read_open_question(page, *page.strip(start, end), content):
            content.drafts.append(question)
        return
    if opening.type in ("hr", "html_block") and re.fullmatch(r"\s*(?:<!--.*?-->\s*)*", page.text[start:end], re.S):
        return
    if opening.type == "hr":
        return
    cuts = None
    if is_list:
        cuts = (page.line_span(*item[0].map)[0] for item in _items(block) if item[0].map)
    elif opening.type in ("table_open", "fence", "code_block"):
        cuts = (s for s in page.line_starts[opening.map[0] : opening.map[1]])
    for first, last in split_long(page, start, end, cuts):
        content.drafts.append(Draft(Kind.SECTION, first, last, heading=heading))


def _read_item(page: Page, item: list[Token], kind: Kind, heading: str, content: PageContent) -> None:
    """One list item: its first paragraph is what is said; nested lines may hold its marks."""
    first = next((t for t in item if t.type == "inline" and t.map), None)
    if first is None or first.map is None or item[0].map is None:
        return
    item_start, item_end = page.line_span(*item[0].map)
    start, end = page.line_span(*first.map)
    if first.map[0] == item[0].map[0] and (mark := _ITEM_MARK.match(page.text, item_start, end)):
        start = mark.end()
    start, end = page.strip(start, end)
    draft: Draft | None
    if kind is Kind.CLAIM:
        draft = read_claim(page, start, end, content, tail_end=item_end)
    elif kind is Kind.OPEN_QUESTION:
        draft = read_open_question(page, start, end, content)
    else:
        draft = read_relation(page, start, end, content)
        if draft is None and not _has_link(page.text[start:end]):
            draft = Draft(Kind.SECTION, start, end, heading=heading)
    if draft:
        content.drafts.append(draft)


def _items(block: list[Token]) -> Iterator[list[Token]]:
    """The outermost items of a list."""
    level = block[0].level + 1
    at = 1
    while at < len(block) - 1:
        close = _close(block, at)
        if block[at].type == "list_item_open" and block[at].level == level:
            yield block[at:close]
        at = close


def _has_link(text: str) -> bool:
    return "](" in text or "[[" in text


def _read_links(block: list[Token], content: PageContent) -> None:
    """Add what the block links to: `[[Title]]` and `[text](page.md)`, not in code, not outside."""
    for token in block:
        if token.type != "inline" or not token.map or not _has_link(token.content):
            continue
        line = token.map[0] + 1
        children = _inline_parser().parseInline(token.content)[0].children or []
        # A wikilink may be spread over several text tokens, one a bracket: join them first.
        text = "".join(c.content if c.type == "text" else "\0" for c in children)
        targets = wikilinks(text)
        for child in children:
            if child.type == "link_open":
                href = unquote(str(child.attrs.get("href", ""))).split("#")[0]
                if _PAGE_ENDING.search(href) and "://" not in href:
                    targets.append(href)
        content.links.extend((target, line) for target in targets)


def _read_front_matter(page: Page, token: Token, content: PageContent) -> None:
    assert token.map is not None
    first_line = token.map[0] + 1
    offset = page.line_starts[first_line]
    try:
        loader = yaml.BaseLoader(token.content)
        node = loader.get_single_node()
        raw = loader.construct_document(node) if node is not None else {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + 1 + (mark.line if mark else 0)
        reason = getattr(error, "problem", None) or "a character that YAML does not allow"
        content.problems.append(Problem("error", page.path, line, f"the front matter is not valid YAML: {reason}"))
        return
    if not isinstance(node, yaml.MappingNode):
        return
    places = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    raw.setdefault("kind", raw.get("type") or "concept")
    summary_key = next((key for key in _SUMMARY_KEYS if isinstance(raw.get(key), str) and raw[key].strip()), None)
    if summary_key:
        raw["summary"] = raw[summary_key]
    try:
        front = FrontMatter.model_validate({k: v for k, v in raw.items() if v not in ("", None)})
    except ValidationError as error:
        for problem in error.errors():
            key = str(problem["loc"][0])
            line = first_line + 1 + (places[key].start_mark.line if key in places else 0)
            message = f"the front matter's {key!r} cannot be read: {problem['msg'].lower()}"
            content.problems.append(Problem("error", page.path, line, message))
        return
    content.title, content.kind, content.status = front.title or "", front.kind, front.status
    content.aliases = tuple(dict.fromkeys(a.strip() for a in front.aliases if a.strip()))
    if summary_key and front.summary:
        span = _scalar_span(page, offset, places[summary_key])
        if " ".join(page.text[slice(*span)].split()) == " ".join(front.summary.split()):
            content.drafts.append(Draft(Kind.SECTION, *span, heading="Summary"))


def _scalar_span(page: Page, offset: int, node: yaml.Node) -> tuple[int, int]:
    """Where a YAML value stands in the page, without its quotes or block indicator."""
    # Marks count in the token's text, whose lines end in LF alone: go by line and column.
    lines = page.line_starts
    first = page.line_at(offset) - 1

    def place(mark: yaml.Mark) -> int:
        at = first + mark.line
        return min(lines[at] + mark.column, len(page.text)) if at < len(lines) else len(page.text)

    start, end = place(node.start_mark), place(node.end_mark)
    style = getattr(node, "style", None)
    if style in ("'", '"'):
        start, end = start + 1, end - 1
    elif style in ("|", ">"):
        start = lines[page.line_at(start)] if page.line_at(start) < len(lines) else end
    return page.strip(start, end)
