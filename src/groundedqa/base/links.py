"""Finding the links of a block: `[[Title]]` and `[text](page.md)`, not in code, not in comments."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import unquote

from groundedqa.text.plain import WIKILINK

_TICKS = re.compile(r"(?<!\\)`+")
LINK_TARGET = re.compile(r"(?<!\\)\]\(\s{0,9}(?:<([^<>\n]{1,1000})>|((?:[^\s()<>]|\([^\s()<>]{0,300}\)){1,1000}))")
_PAGE_ENDING = re.compile(r"\.(?:md|markdown|txt)$", re.IGNORECASE)


def page_links(text: str) -> Iterator[tuple[str, int]]:
    """What a block links to, as written, and where in `text` the link stands, in that order."""
    if "](" not in text and "[[" not in text:
        return
    text = without_comments(without_code(text))
    found = [(m.start(), " ".join(m["page"].split())) for m in WIKILINK.finditer(text)]
    found += [(m.start(), page) for m in LINK_TARGET.finditer(text) if (page := page_target(m[1] or m[2]))]
    yield from ((target, at) for at, target in sorted(found) if target)


def page_target(address: str) -> str | None:
    """The page that a link's address means; None where it leads to the web or to another file."""
    path = unquote(address).split("#")[0]
    return path if _PAGE_ENDING.search(path) and "://" not in path else None


def without_code(text: str) -> str:
    """The text with every code span blanked, its length kept."""
    runs = list(_TICKS.finditer(text))
    starts = defaultdict(list)  # by length: a span ends at the next run as long as its first
    for run in runs:
        starts[len(run[0])].append(run.start())
    parts, at = [], 0
    for run in runs:
        if run.start() < at:
            continue
        same = starts[len(run[0])]
        closing = bisect_left(same, run.end())
        if closing < len(same):
            end = same[closing] + len(run[0])
            parts += [text[at : run.start()], "\0" * (end - run.start())]
            at = end
    return "".join([*parts, text[at:]])


def without_comments(text: str) -> str:
    """The text with every HTML comment blanked, its length kept."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts += [text[at:start], "\0" * (end + 3 - start)]
        at = end + 3
    return "".join([*parts, text[at:]])
