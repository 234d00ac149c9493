"""Reading a page's front matter: YAML between two lines of hyphens, of which a few keys are ours."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from groundedqa.base.models import Kind
from groundedqa.base.page import Draft, Page, PageContent, split_long
from groundedqa.errors import Problem


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


def read_front_matter(page: Page, first: int, last: int, content: PageContent) -> None:
    """Read the YAML in lines `first` (from 0) up to, not including, `last` into `content`.

    What is valid YAML but no list of keys is text between two rules, and stays text.
    """
    begin, end = page.line_span(first, last) if first < last else (0, 0)
    text = page.text[begin:end]
    try:
        # Every scalar stays a string: no date, number or boolean is guessed from a title. (The
        # loader in C is faster, but a page with thousands of brackets ends the whole process.)
        loader = yaml.BaseLoader(_one_line_end(text))
        node = loader.get_single_node()
        raw = loader.construct_document(node) if isinstance(node, yaml.MappingNode) else {}
    except (yaml.YAMLError, RecursionError) as error:
        line, reason = yaml_problem(error)
        message = f"the front matter is not valid YAML: {reason}"
        content.problems.append(Problem("error", page.path, first + line, message))
        return
    if node is not None and not isinstance(node, yaml.MappingNode):
        content.drafts.extend(Draft(Kind.SECTION, *span) for span in split_long(page, begin, end))
        return
    nodes = {key.value: (key, value) for key, value in node.value if key.id == "scalar"} if node else {}
    if not raw.get("kind") and isinstance(raw.get("type"), str):
        raw["kind"] = raw["type"]
    summary_key = next((key for key in _SUMMARY_KEYS if isinstance(raw.get(key), str) and raw[key].strip()), None)
    if summary_key:
        raw["summary"] = raw[summary_key]
    try:
        front = FrontMatter.model_validate({k: v for k, v in raw.items() if v not in ("", None)})
    except ValidationError as error:
        for problem in error.errors():
            key = str(problem["loc"][0])
            at = nodes[key][0].start_mark.index if key in nodes else 0
            message = f"the front matter's {key!r} cannot be read: {problem['msg'].lower()}"
            content.problems.append(Problem("error", page.path, page.line_at(_place(page, begin, text, at)), message))
        return
    content.title, content.kind, content.status = front.title or "", front.kind.lower(), front.status
    content.aliases = tuple(dict.fromkeys(a.strip() for a in front.aliases if a.strip()))
    if summary_key and front.summary:
        span = _scalar_span(page, begin, text, nodes[summary_key][1])
        content.drafts.extend(Draft(Kind.SECTION, *piece, heading="Summary") for piece in split_long(page, *span))


def yaml_problem(error: Exception) -> tuple[int, str]:
    """The line, from 1, at which YAML went wrong, and what is wrong there."""
    mark = getattr(error, "problem_mark", None)
    if isinstance(error, RecursionError):
        return 1, "it is nested too deeply"
    return mark.line + 1 if mark else 1, getattr(error, "problem", None) or "it holds a character that YAML forbids"


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _place(page: Page, begin: int, text: str, index: int) -> int:
    """Where in the page a YAML mark stands: marks count each line end as one character."""
    short = _one_line_end(text)[:index]
    line = short.count("\n")
    starts = page.line_starts
    return starts[page.line_at(begin) - 1 + line] + len(short) - (short.rfind("\n") + 1)


def _scalar_span(page: Page, begin: int, text: str, node: yaml.Node) -> tuple[int, int]:
    """Where a YAML value stands in the page, without its quotes or block indicator."""
    start, end = (_place(page, begin, text, mark.index) for mark in (node.start_mark, node.end_mark))
    style = getattr(node, "style", None)
    if style in ("'", '"'):
        start, end = start + 1, end - 1
    elif style in ("|", ">"):
        start = page.line_span(page.line_at(start) - 1, page.line_at(start))[1]
    return page.strip(start, end)
