"""The marks that a list item may carry: evidence, citations, named sources, attributes.

    Evidence: strong    **Confidence**: high    (evidence: weak)    [verified]
    [@key2025, p. 3; @other2024]    ([Paper](https://example.org))    (Name; Other name)    Source: Name
    {#stable-id date=2025-03}

These are plain functions on strings; `listitems` knows where the strings stand in the page.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from groundedqa.base.evidence import BY_WORD, Evidence
from groundedqa.base.models import Source
from groundedqa.base.page import digest, slugify
from groundedqa.text.plain import CITATION, KEY, LINK, plain

_LABEL = r"(?:evidence|confidence|certainty)(?:\s+level)?"
_WORD = "|".join(BY_WORD)
_STRESS = r"[*_`]{0,3}"

# "Evidence: strong", "**Confidence:** high", "(confidence: low)", "*Evidence: weak.*". Any single
# word is taken as a level, so that a misspelt one is named, unless more words follow it.
_EVIDENCE = re.compile(
    rf"[(\[*_]{{0,4}}\b{_LABEL}{_STRESS}[ \t]*:{_STRESS}\s*{_STRESS}(?P<word>[A-Za-z-]+){_STRESS}[)\]]?{_STRESS}"
    r"(?=[ \t]*(?:\Z|[\r\n.;,|(\[{*_—–-]))",
    re.IGNORECASE,
)
# "(high confidence)", "[established]", "(verified)" at the very end or the very start.
_TAG = rf"{_STRESS}[(\[]\s*(?P<word>{_WORD})(?:\s+{_LABEL})?\s*[)\]]{_STRESS}"
_TAG_FIRST = re.compile(_TAG, re.IGNORECASE)
_TAG_LAST = re.compile(rf"{_TAG}(?=[\s.]*\Z|\s*[\[({{])", re.IGNORECASE)

_ATTRIBUTES = re.compile(r"\{\s*(?P<body>(?:#|\.[A-Za-z]|[\w-]+=)[^{}]{0,300})\}[\s.]*\Z")
_ATTRIBUTE = re.compile(r"""[\w-]+=(?:"[^"]*"|'[^']*')|\S+""")
_CITATIONS_LAST = re.compile(rf"(?:\s*{CITATION.pattern})+[\s.]*\Z")
_SOURCE_LABEL = re.compile(r"[\s(\[*_.;,—–-]*\b(?:sources?|references?|refs?)[*_]{0,3}\s*:[*_]{0,3}\s*", re.IGNORECASE)
_GROUP = re.compile(r"\(((?:[^()]|\([^()]*\))*)\)")


class Level(NamedTuple):
    """An evidence mark: its span in the text, its word, and the level, None if the word is unknown."""

    start: int
    end: int
    word: str
    level: Evidence | None


def find_evidence(text: str) -> Level | None:
    """The evidence mark of a text: labelled anywhere, or a bracketed word first or last."""
    if found := _EVIDENCE.search(text):
        return _level(found)
    for found in _TAG_LAST.finditer(text):
        if is_marks(text[found.end() :], after_evidence=True):
            return _level(found)
    found = _TAG_FIRST.match(text)
    return _level(found) if found else None


def find_attributes(text: str) -> tuple[int, list[str]]:
    """Where the text ends without a closing `{#id date=…}`, and its parts (`#id`, `date=…`)."""
    found = _ATTRIBUTES.search(text)
    return (found.start(), _ATTRIBUTE.findall(found["body"])) if found else (len(text), [])


def without_citations(text: str) -> str:
    """The text without the citations that close it; unchanged if it consists of nothing else."""
    found = _CITATIONS_LAST.search(text)
    return text[: found.start()] if found and found.start() else text


def citations(text: str) -> tuple[str, ...]:
    """The keys of pandoc citations such as `[see @a, p. 3; -@b]`, each once, in order."""
    return tuple(dict.fromkeys(KEY.findall(" ".join(CITATION.findall(text)))))


def is_marks(text: str, after_evidence: bool = False) -> bool:
    """Whether a text is nothing but marks, so that no word is lost if it is not quoted.

    A parenthesis names a source only after an evidence level.
    """
    if (level := _EVIDENCE.search(text)) and not re.search(r"\w", text[: level.start()]):
        text, after_evidence = text[level.end() :], True
    elif not after_evidence and not re.search(r"[@:{]", text):
        return False
    text = LINK.sub("", CITATION.sub("", text[: find_attributes(text)[0]]))
    if label := _SOURCE_LABEL.search(text):
        text = text[: label.start()]
    if after_evidence:
        text = _GROUP.sub("", text)
    return not re.search(r"\w", text)


def named_sources(marks: str) -> tuple[Source, ...]:
    """Sources that the page itself names: links to the web, else `(Name; Other name)` or `Source: Name`."""
    if linked := linked_sources(marks):
        return linked
    if label := _SOURCE_LABEL.search(marks):
        groups = [marks[label.end() :].strip()]
        opened = marks[: label.end()].count("(") - marks[: label.end()].count(")")
        if opened > 0 or _GROUP.fullmatch(groups[0].rstrip(".")):
            groups = [groups[0].rstrip(".").removesuffix(")").removeprefix("(" if opened <= 0 else "")]
    else:
        groups = _GROUP.findall(marks)
    names = (" ".join(plain(name).split()).strip(".*_<> ") for group in groups for name in group.split(";"))
    return tuple(_source(name, name if is_web(name) else None) for name in names if slugify(name))


def linked_sources(text: str) -> tuple[Source, ...]:
    """The links of a text that lead to the web, as sources."""
    links = [(" ".join(found["text"].split()), found["to"]) for found in LINK.finditer(text)]
    return tuple(dict.fromkeys(_source(name, url) for name, url in links if is_web(url)))


def is_web(url: str) -> bool:
    """Whether an address may stand behind a link."""
    return url.startswith(("http://", "https://"))


def _level(found: re.Match[str]) -> Level:
    return Level(found.start(), found.end(), found["word"], BY_WORD.get(found["word"].lower()))


def _source(title: str, url: str | None) -> Source:
    # Many links are called "paper" or "source": only the address tells them apart.
    return Source(id=f"{slugify(title)}-{digest(url)[:6]}" if url else slugify(title), title=title, url=url)
