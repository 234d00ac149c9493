"""Pages in Markdown: front matter, headings, text, links; every expected value worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from groundedqa.base.models import Base, Kind

Read = Callable[..., Base]
Said = Callable[[Base], list[str]]

PAGE = """---
title: Tide Pools
kind: entity
status: settled
aliases: [rock pools, tidal pools]
summary: "A pool that the tide leaves behind."
---

First words [@a].

## Life between the tides
Anemones close.

| animal | depth |
|--------|-------|
| crab   | 1 m   |

## Key Claims
- **Pools grow salty.** By a third. Evidence: strong [@a] {#salty date=2019-06}

## Open Questions
- Do anemones keep time? {#oq-time}

## Related Concepts
- [[Lighthouses]]: lamps draw crabs.
- [[Lighthouses]]
- [Winds](winds.md#storms): storms fill pools.
"""


def test_a_whole_page(read: Read) -> None:
    others = {
        "lighthouses.md": "# Lighthouses\n",
        "winds.md": "# Winds\n",
        "references.yaml": "- {id: a, title: Salt}\n",
    }
    base = read({"tide-pools.md": PAGE, **others})
    assert base.problems == ()
    concept = base.concepts["tide-pools"]
    assert (concept.title, concept.kind, concept.status) == ("Tide Pools", "entity", "settled")
    assert concept.aliases == ("rock pools", "tidal pools")
    assert concept.links == ("lighthouses", "winds")
    found = [(p.line, p.kind.value, p.heading, p.text) for p in base.passages]
    assert found == [
        (6, "section", "Summary", "A pool that the tide leaves behind."),
        (9, "section", "", "First words [@a]."),
        (12, "section", "Life between the tides", "Anemones close."),
        (14, "section", "Life between the tides", PAGE[PAGE.index("| animal") : PAGE.index("\n\n## Key")]),
        (19, "claim", "", "**Pools grow salty.** By a third."),
        (22, "open_question", "", "Do anemones keep time?"),
        (25, "relation", "", "[[Lighthouses]]: lamps draw crabs."),
        (27, "relation", "", "[Winds](winds.md#storms): storms fill pools."),
    ]
    assert concept.definition == base.passages[0].id
    assert [p.id for p in base.passages[4:6]] == ["salty", "oq-time"]
    assert [p.target for p in base.passages[6:]] == ["lighthouses", "winds"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_change_no_line_and_no_word(read: Read, line_end: str, mark: str) -> None:
    expected = [(p.line, p.kind, p.text, p.id) for p in read({"tide-pools.md": PAGE, "references.yaml": ""}).passages]
    text = mark + PAGE.replace("\n", line_end)
    base = read({"tide-pools.md": text})
    assert [(p.line, p.kind, p.text.replace(line_end, "\n")) for p in base.passages] == [e[:3] for e in expected]
    assert all(text[p.start : p.end] == p.text for p in base.passages)


# front matter and what follows -> title, lines and texts of the passages
FRONT_MATTER: dict[str, tuple[str, list[tuple[int, str]]]] = {
    "": ("Page", []),
    " \n\n": ("Page", []),
    "---\ntitle: T\n---": ("T", []),
    "---\n---\ntext": ("Page", [(3, "text")]),
    "---\n# a comment\n---\ntext": ("Page", [(4, "text")]),
    "---\ntitle: T\n...\ntext": ("T", [(4, "text")]),
    "---\ntitle: 2024\n---\ntext": ("2024", [(4, "text")]),
    "---\ntags: [a, {b: c}]\nx: !strange 1\n---\ntext": ("Page", [(5, "text")]),
    "---\nA line between rules.\n---\ntext": ("Page", [(2, "A line between rules."), (4, "text")]),
    "---\n- a\n- b\n---\ntext": ("Page", [(2, "- a\n- b"), (5, "text")]),
    "---\nsummary: It is. # no part of it\n---\n": ("Page", [(2, "It is.")]),
    "---\nsummary: 'It''s so.'\n---\n": ("Page", [(2, "It''s so.")]),
    '---\nsummary: "He said \\"so\\"."\n---\n': ("Page", [(2, 'He said \\"so\\".')]),
    "---\nabstract: >-\n  Folded\n  words.\n\nstatus: x\n---\n": ("Page", [(3, "Folded\n  words.")]),
    "---\ntitle: Größe 😀\ndescription: |\n  Kept 😀\n---\n": ("Größe 😀", [(4, "Kept 😀")]),
    "# Title *here* {#t}\n\ntext": ("Title here", [(3, "text")]),
    "Title\n=====\ntext": ("Title", [(3, "text")]),
    "text\n\n# [[Late|Later]] `title`\n": ("Later title", [(1, "text")]),
}


@pytest.mark.parametrize("text", FRONT_MATTER)
def test_front_matter_and_titles(read: Read, text: str) -> None:
    title, passages = FRONT_MATTER[text]
    base = read(text)
    assert (base.concepts["page"].title, [(p.line, p.text) for p in base.passages]) == (title, passages)
    assert not base.errors


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("---\ntitle: [a\nx: 1\n---\ntext\n", "page.md:3: error: the front matter is not valid YAML: "),
        ("---\ntitle: a\n\tx: 1\n---\ntext\n", "page.md:3: error: the front matter is not valid YAML: "),
        ("---\na: " + "[" * 5000 + "\n---\n", "page.md:"),
        ("---\nx: 1\ntitle: [a]\n---\n", "page.md:3: error: the front matter's 'title' cannot be read: "),
        ("---\naliases: {a: b}\n---\n", "page.md:2: error: the front matter's 'aliases' cannot be read: "),
        ("---\ntitle: T\n\ntext\n", "page.md:1: warning: the front matter that begins here has no end; "),
    ],
)
def test_front_matter_that_cannot_be_read_is_named(read: Read, said: Said, text: str, problem: str) -> None:
    (only,) = said(read(text))
    assert only.startswith(problem)
    assert "\n" not in only


# a body -> lines and texts of its sections
TEXTS: dict[str, list[tuple[int, str]]] = {
    "```\n## Key Claims\n- A. Evidence: weak (N)\n```\n": [(1, "```\n## Key Claims\n- A. Evidence: weak (N)\n```")],
    "~~~\n[[nowhere]]\n": [(1, "~~~\n[[nowhere]]")],
    "\tcode\n\n<div>\nhtml [[nowhere]]\n</div>\n": [(1, "code"), (3, "<div>\nhtml [[nowhere]]\n</div>")],
    "<!-- a --> <!-- b -->\n\n***\n\ntext\n": [(5, "text")],
    "<!-- a --> kept\n": [(1, "<!-- a --> kept")],
    "<!-- never closed\n\ntext\n": [],
    "- a\n  - b\n    - c\n- d\n": [(1, "- a\n  - b\n    - c\n- d")],
    "> quoted\nlazily\n": [(1, "> quoted\nlazily")],
    "one[^1]\n\n[^1]: https://example.org\n[^2]: a note\n": [
        (1, "one[^1]"),
        (3, "[^1]: https://example.org"),
        (4, "[^2]: a note"),
    ],
    "## Open Questions\nIs it?\n\n- Or is it?\n  It may be.\n": [(2, "Is it?"), (4, "Or is it?\n  It may be.")],
    "## Open Questions\n1. [ ] Is it? {#q}\n   - A hint.\n": [(2, "Is it?"), (3, "- A hint.")],
    "## Related\n- Plain words\n- **[Web](https://example.org)**: outside.\n": [
        (2, "Plain words"),
        (3, "**[Web](https://example.org)**: outside."),
    ],
    "| a |\n|---|\n" + "| row of the table |\n" * 60: [
        (1, "| a |\n|---|\n" + "| row of the table |\n" * 36 + "| row of the table |"),
        (40, "| row of the table |\n" * 22 + "| row of the table |"),
    ],
    "一二三四五六七八九。" * 100: [(1, "一二三四五六七八九。" * 80), (1, "一二三四五六七八九。" * 20)],
    "x" * 1000: [(1, "x" * 800), (1, "x" * 200)],
}


@pytest.mark.parametrize("body", TEXTS)
def test_text_is_cut_into_passages_at_its_own_seams(read: Read, body: str) -> None:
    base = read(body)
    assert [(p.line, p.text) for p in base.passages] == TEXTS[body]
    assert base.problems == ()


LINKS = {
    "[[Winds]]": True,
    "[[winds|the wind]]": True,
    "[[Winds#Storms]]": True,
    "[[breezes]]": True,
    "[[a/winds]]": True,
    "[[The\nWinds]]": True,
    "[w](a/winds.md)": True,
    "[w](<a/winds.md> 'title')": True,
    "[w](/a/winds.md#storms)": True,
    '[w](./a/../a/Winds.md "title")': True,
    "[w]: a/winds.md": True,
    "## On [[Winds]]": True,
    "| a |\n|---|\n| [[Winds\\|w]] |": True,
    "> - **[[Winds]]**": True,
    "`[[Winds]]`": False,
    "``a ` [[Winds]] ``": False,
    "<!-- [[Winds]] -->": False,
    "\\[[Winds]]": False,
    "![[Winds]]": False,
    "[w](https://example.org/winds.md)": False,
    "[w](winds.png)": False,
    "    [[Winds]]": False,
}


@pytest.mark.parametrize("written", LINKS)
def test_links(read: Read, written: str) -> None:
    base = read({"page.md": written, "a/winds.md": "---\ntitle: Winds\naliases: [breezes, the winds]\n---\n"})
    assert base.concepts["page"].links == (("a/winds",) if LINKS[written] else ())
    assert base.problems == ()


def test_a_link_to_nowhere_is_a_warning_at_its_own_line(read: Read, said: Said) -> None:
    base = read({"page.md": "one\ntwo [[Nowhere]] and\n[x](gone.md)\n\n## Related\n- [[Lost]]: it was here.\n"})
    assert said(base) == [
        "page.md:2: warning: the link to 'Nowhere' leads to no page of this base; mend it or write that page",
        "page.md:3: warning: the link to 'gone.md' leads to no page of this base; mend it or write that page",
        "page.md:6: warning: the link to 'Lost' leads to no page of this base; mend it or write that page",
    ]
    assert [(p.kind, p.target) for p in base.passages] == [(Kind.SECTION, None), (Kind.RELATION, None)]


@pytest.mark.parametrize(
    "unit", ["Words of a line. ", "Words of a line. " * 20 + "\n\n", "- [[a]] ", "<!-- a --> ", "[", "`"]
)
def test_five_megabytes_are_read_in_seconds(read: Read, unit: str) -> None:
    base = read("# T\n\n" + unit * (5_000_000 // len(unit)))
    assert not base.errors
    assert all(len(p.text) <= 800 for p in base.passages)
