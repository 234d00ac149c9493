"""A sheet to be printed: the items, and at its end the answers with their quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from groundedqa.answer.answers import Quote
from groundedqa.base.models import Source
from groundedqa.quiz.export.shown import answers, evidence, one_line, options, place
from groundedqa.quiz.items import Choose, Explain, Fill, Item, Quiz

_MARKS = re.compile(r"[\\`*_\[\]<>&~|$#@!^]")
_OPENS_BLOCK = re.compile(r"^(\w{1,9})([.)])|^([-+=:])")
_LINE = r"\_" * 40
"""To write on."""


def write(quiz: Quiz, title: str) -> bytes:
    """The sheet."""
    parts = [f"# {_text(one_line(title))}"]
    parts += [part for number, item in enumerate(quiz.items, start=1) for part in _asked(number, item)]
    parts += ["## Answer key"]
    parts += [part for number, item in enumerate(quiz.items, start=1) for part in _answered(number, item)]
    return ("\n\n".join(parts) + "\n").encode()


def _asked(number: int, item: Item) -> Iterator[str]:
    yield f"## Question {number}"
    yield _text(item.prompt)
    if listed := options(item.task):
        yield _items(listed)
    match item.task:
        case Fill():
            yield _LINE
        case Explain():
            yield "\n\n".join([_LINE] * 3)


def _answered(number: int, item: Item) -> Iterator[str]:
    yield f"### Answer {number}"
    yield _items(answers(item.task))
    for cited in item.quotes:
        yield from _quoted(cited)
    if isinstance(item.task, Choose):
        for option in item.task.options:
            if option.origin:
                yield f"Why not {_text(option.text)}? Compare this claim:"
                yield from _quoted(option.origin)


def _quoted(cited: Quote) -> Iterator[str]:
    yield f"> {_text(cited.text)}"
    sources = "; ".join(map(_source, cited.sources)) or "not stated"
    yield f"Evidence: {evidence(cited)}  \nSource: {sources}  \nPage: {_text(place(cited))}"


def _source(source: Source) -> str:
    citation = _text(one_line(source.citation))
    if source.url is None:
        return citation
    return f"{citation} " + (f"<{source.url}>" if not re.search(r"[\s<>\\]", source.url) else _text(source.url))


def _items(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {_text(line)}" for line in lines)


def _text(text: str) -> str:
    """Text that Markdown shows as it is, on one line of the file."""
    text = _OPENS_BLOCK.sub(
        lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", _MARKS.sub(r"\\\g<0>", text)
    )
    return text.replace("\r", "&#13;").replace("\n", "&#10;")
