"""The plain text of Markdown, and the marks that a page may hold: the one place that knows them.

What shows HTML parses Markdown in full (`ui/markup.py`), with the same links and citations.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PAGE = r"\[\[(?P<page>[^\[\]|#\\]{1,300})\\?(?:#[^\[\]|]{0,300})?(?:\|(?P<label>[^\[\]]{0,300}))?\]\]"
PAGE_LINK = re.compile(_PAGE)
WIKILINK = re.compile(rf"(?<![!\\]){_PAGE}")
"""`[[Page]]`, `[[Page#Heading|label]]`: the page and the label; not what `![[Page]]` embeds."""
_ADDRESS = r"\(\s*<?(?P<to>(?:[^()\s<>]|\([^()\s<>]*\))+)>?(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
LINK = re.compile(rf"\[(?P<text>[^\[\]]+)\]{_ADDRESS}")
"""`[text](address "title")`; an address may hold parentheses in pairs."""
# A bracket that a parenthesis follows is a link, even where its text is a name such as @somebody, and an address
# of mail has a letter before its @.
CITATION = re.compile(r"\[[^\[\]]*(?<![\w.@])@\{?\w[^\[\]]*\](?!\()")
"""`[@key2025]`, `[see @a, p. 3; -@b]`, as pandoc has it."""
KEY = re.compile(r"(?<![\w@])@\{?([\w](?:[\w:.#$%&+?<>~/-]*[\w/])?)\}?")
"""The key of a source in a citation."""

_SHOWN = re.compile(
    r"(?:^|(?<=\n))[ \t]*(?P<fence>`{3,}|~{3,})[^\n`]*(?:\n(?P<block>.*?))?(?:\n[ \t]*(?P=fence)[`~ \t]*(?=\n|\Z)|\Z)"
    r"|(?<![`\\])(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    rf"|\s*(?:{CITATION.pattern}|\[\^[^\]]+\])"
    rf"|(?<!\\)!?{_PAGE}"
    r"|(?<!\\)!?\[(?P<text>[^\[\]]*)\]" + _ADDRESS.replace(")+)>?", ")*|[^<>\n]*(?=>))>?"),
    re.DOTALL,
)
"""What is shown otherwise than it is written: code, citations and footnotes, links to pages, other links."""
_STRESS = (
    (re.compile(r"(?<!\\)(\*{1,3})(?=\S)(.+?)(?<=[^\s\\])\1"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])(.+?)(?<=[^\s_])\1(?!\w)"), r"\2"),
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_CODE = re.compile("\0(\\d+)\0")
_SHORT = re.compile(r"\s*(\*\*|__)(?=\S)(?P<short>.+?)(?<=\S)\1", re.DOTALL)


@lru_cache(maxsize=1 << 14)
def plain(text: str) -> str:
    """A text's words without Markdown's marks, citations and footnotes, on one line; code stays as it is."""
    code: list[str] = []

    def shown(found: re.Match[str]) -> str:
        if found["code"] or found["fence"]:
            code.append(found["code"] or found["block"] or "")
            return f" \0{len(code) - 1}\0 " if found["fence"] else f"\0{len(code) - 1}\0"
        return found["label"] or found["page"] or found["text"] or ""

    text = text.replace("\0", "")
    while (stripped := _unstressed(_SHOWN.sub(shown, text))) != text:  # marks may stand in marks
        text = stripped
    return " ".join(_CODE.sub(lambda found: code[int(found[1])], _ESCAPE.sub(r"\1", text)).split())


def short_claim(text: str) -> str | None:
    """The plain words of the sentence in bold that a claim opens with, if it opens with one."""
    found = _SHORT.match(text)
    words = plain(found["short"]) if found else ""
    return words if words.endswith((".", "!", "?")) and plain(text).startswith(words) else None


def in_short(text: str) -> str:
    """What a claim says in short: the sentence in bold, else its first sentence."""
    return short_claim(text) or re.split(r"(?<=[.!?]) ", plain(text), maxsplit=1)[0]


def shorten(text: str, most: int) -> str:
    """A text of at most so many characters, cut between two words."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def _unstressed(text: str) -> str:
    for mark, kept in _STRESS:
        text = mark.sub(kept, text)
    return text
