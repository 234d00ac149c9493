"""A claim's words as a quiz shows them: without marks, and the short claim by itself."""

from __future__ import annotations

import re

_MARKS = (
    (re.compile(r"\s*\[[^\[\]]*(?<![\w.])-?@\w[^\[\]]*\]"), ""),  # [@key2025; @other, p. 3]
    (re.compile(r"\s*\[\^[^\]]+\]"), ""),  # footnotes
    (re.compile(r"!?\[\[(?:[^\[\]|]*\|)?([^\[\]|#]*)(?:#[^\[\]|]*)?\]\]"), r"\1"),
    (re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)"), r"\1"),
    (re.compile(r"(?<!\\)(\*{1,3})(?=\S)(.+?)(?<=[^\s\\])\1"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])(.+?)(?<=[^\s_])\1(?!\w)"), r"\2"),
    (re.compile(r"`+([^`]*)`+"), r"\1"),
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_HAPPENED = re.compile(
    r"\b(?:introduced|presented|published|released|proposed|announced|found|showed|discovered|developed|coined"
    r"|invented|opened|launched|built|began|won|beat|trained|demonstrated|described|reported|made|taught|started"
    r"|reached|solved|wrote|matched|recovered|warned|planted|cut|raised|led)\b"
)
_SHORT = re.compile(r"\s*(\*\*|__)(?=\S)(?P<short>.+?)(?<=\S)\1", re.DOTALL)


def plain(text: str) -> str:
    """A claim's words without Markdown's marks and citations, on one line."""
    while (stripped := _strip(text)) != text:  # emphasis may stand in emphasis
        text = stripped
    return " ".join(_ESCAPE.sub(r"\1", text).split())


def short_claim(text: str) -> str | None:
    """The plain words of the sentence in bold that a claim opens with, if it opens with one."""
    found = _SHORT.match(text)
    words = plain(found["short"]) if found else ""
    return words if words.endswith((".", "!", "?")) and plain(text).startswith(words) else None


def tells_event(words: str) -> bool:
    """Whether a sentence tells of something that came about at some time."""
    return _HAPPENED.search(words) is not None


def _strip(text: str) -> str:
    for mark, kept in _MARKS:
        text = mark.sub(kept, text)
    return text
