"""What every format says of an item: its options and answer in words, and the support of a quote."""

from __future__ import annotations

import re
from collections.abc import Iterable
from string import ascii_uppercase

from groundedqa.answer.answers import Quote
from groundedqa.quiz.items import Choose, Explain, Fill, Match, Order, Task

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def legible(text: str) -> str:
    """The text; what XML has no place for (control characters) becomes U+FFFD, the replacement character."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def options(task: Task) -> tuple[str, ...]:
    """What there is to choose from, to match or to order, one line each; none where the answer is typed."""
    match task:
        case Choose():
            return _lettered(option.text for option in task.options)
        case Match():
            return (*_numbered(task.left), *_lettered(task.right))
        case Order():
            return _lettered(task.entries)
    return ()


def answers(task: Task) -> tuple[str, ...]:
    """The right answer, one line each: of pairs, of entries from first to last, or of ways to write it."""
    match task:
        case Choose():
            return (_lettered(option.text for option in task.options)[task.answer],)
        case Match():
            right = _lettered(task.right)
            return tuple(f"{left}: {right[at]}" for left, at in zip(_numbered(task.left), task.answer, strict=True))
        case Order():
            entries = _lettered(task.entries)
            return tuple(f"{entries[at]} ({task.labels[at]})" for at in task.answer)
        case Fill():
            return task.accepted
        case Explain():
            return (task.reference,)


def evidence(cited: Quote) -> str:
    """The level in one word, or that none is stated."""
    return cited.evidence.value if cited.evidence else "not stated"


def source(cited: Quote) -> str:
    """The sources on one line, each with its address, or that none is stated."""
    listed = [one_line(f"{source.citation} {source.url or ''}") for source in cited.sources]
    return "; ".join(listed) or "not stated"


def place(cited: Quote) -> str:
    """The page that the quote stands in and where."""
    return f"{one_line(cited.concept.title)} ({cited.passage.path}, line {cited.passage.line})"


def support(cited: Quote) -> tuple[str, str, str]:
    """All that has to stand beside a quote, in three lines."""
    return f"Evidence: {evidence(cited)}", f"Source: {source(cited)}", f"Page: {place(cited)}"


def _lettered(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{letter}. {text}" for letter, text in zip(ascii_uppercase, texts, strict=False))


def _numbered(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{number}. {text}" for number, text in enumerate(texts, start=1))
