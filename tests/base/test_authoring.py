"""The guide for authors: its examples read without a problem, and it names every message."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from groundedqa.base.evidence import BY_WORD
from groundedqa.base.models import Base, Kind

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")


def example(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", GUIDE, re.S | re.M)
    assert found
    return found[1]


def test_the_example_page_and_bibliography_read_without_a_problem(read: Callable[..., Base]) -> None:
    web = GUIDE[GUIDE.index("```\nCoral Reefs\n") + 4 : GUIDE.index("Test Your Understanding\n```")]
    pages = {"tide-pools.md": example("markdown"), "coral-reefs.txt": web, "lighthouses.md": "# Lighthouses\n"}
    base = read({**pages, "references.yaml": example("yaml")})
    assert base.problems == ()
    assert [p.text for p in base.passages if p.kind is Kind.CLAIM] == [
        "Warm water bleaches corals — Algae leave at 31 degrees.",
        "**Tide pools grow saltier on hot days.** "
        "Evaporation raised the salinity of small pools by a third within one low tide.",
    ]


def test_every_word_for_evidence_is_explained() -> None:
    assert [word for word in BY_WORD if not re.search(rf"\b{word}\b", GUIDE)] == []


def test_every_message_is_explained() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/groundedqa/base").glob("*.py"))
    said = re.findall(r"""f?["']((?:the|this)\ [^"\n]{12,}?)["';({]""", code)
    starts = {re.split(r"[{;(]", text)[0].strip(" ':")[:30] for text in said}
    assert len(starts) > 15
    assert [start for start in sorted(starts) if start not in GUIDE] == []
