# ruff: noqa: E501 (a page is shown as it is written)
"""The plain text of a page copied from the web."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from groundedqa.base.models import Base

Read = Callable[..., Base]

PAGE = """Coral Reefs
Under ThreatCoral Reefs
A reef is built by animals — slowly.
Corals live with algae. They bleach when it grows warm.
Key Claims
- Warm water bleaches corals — Algae leave at 31 degrees. Evidence: strong (Reef Survey)
- Bleached reefs can recover — Half of them did within ten years (where fishing stopped). Evidence: moderate (Reef Survey)
- Some corals adapt — One bay kept its colours. Evidence: weak (Diver's Log (2021); Harbour "Notes")
Open Questions
- How fast can corals move towards the poles?
- Do nurseries help — or do they spread disease?
Related Concepts
- Tide Pools — Young fish grow up there
- Ocean Heat & Acid — Both decide where reefs can be
Backlinks
Pages that reference this concept:
- Tide Pools — not a relation
Test Your Understanding
Reef Quiz
- Match each coral to its sea. Evidence: strong (Nobody)"""

EXPECTED = [
    (3, "section", "A reef is built by animals — slowly.", None, ()),
    (4, "section", "Corals live with algae. They bleach when it grows warm.", None, ()),
    (6, "claim", "Warm water bleaches corals — Algae leave at 31 degrees.", "strong", ("Reef Survey",)),
    (
        7,
        "claim",
        "Bleached reefs can recover — Half of them did within ten years (where fishing stopped).",
        "moderate",
        ("Reef Survey",),
    ),
    (8, "claim", "Some corals adapt — One bay kept its colours.", "weak", ("Diver's Log (2021)", 'Harbour "Notes"')),
    (10, "open_question", "How fast can corals move towards the poles?", None, ()),
    (11, "open_question", "Do nurseries help — or do they spread disease?", None, ()),
    (13, "relation", "Tide Pools — Young fish grow up there", None, ()),
    (14, "relation", "Ocean Heat & Acid — Both decide where reefs can be", None, ()),
]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\n\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_page_copied_from_the_web(read: Read, line_end: str, mark: str) -> None:
    text = mark + PAGE.replace("\n", line_end)
    base = read({"coral-reefs.txt": text, "tide-pools.md": "# Tide Pools\n"})
    concept = base.concepts["coral-reefs"]
    assert (concept.title, concept.status, concept.links) == ("Coral Reefs", "Under Threat", ("tide-pools",))
    found = [
        (p.line, p.kind.value, p.text, p.evidence, tuple(base.sources[key].title for key in p.sources))
        for p in base.passages
    ]
    lines = 2 if line_end == "\n\n" else 1
    assert found == [((line - 1) * lines + 1, *rest) for line, *rest in EXPECTED]
    assert all(text[p.start : p.end] == p.text for p in base.passages)
    assert [p.target for p in base.passages[-2:]] == ["tide-pools", None]
    assert len(base.sources) == 3
    assert not base.errors


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("Coral Reefs\nCoral Reefs", None),
        ("Coral Reefs\nUnder Threat\nCoral Reefs", "Under Threat"),
        ("Coral Reefs\nUnder ThreatCoral Reefs\nCoral Reefs", "Under Threat"),
    ],
)
def test_the_badge_may_stand_anywhere_about_the_second_title(read: Read, head: str, status: str | None) -> None:
    base = read({"reef.txt": f"{head}\nProse.\nKey Claims:\n• Corals live. Evidence: weak (Log)\n"})
    concept = base.concepts["reef"]
    assert (concept.title, concept.status) == ("Coral Reefs", status)
    assert [p.text for p in base.passages] == ["Prose.", "Corals live."]


def test_markdown_that_says_its_title_twice_is_still_markdown(read: Read) -> None:
    base = read("# Reefs\nReefs\n\n## Key Claims\n- A. Evidence: weak (N)\n\n## Backlinks\n\nkept\n")
    assert [p.text for p in base.passages] == ["Reefs", "A.", "kept"]
