# ruff: noqa: E501 (a page is shown as it is written)
"""Claims as authors and other wikis write them: what is quoted, and what its marks say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Base, Kind

Read = Callable[..., Base]
Said = Callable[[Base], list[str]]

SOURCES = "- {id: a, title: Tides}\n- {id: b, title: Winds}\n"

# What stands below "Key Claims" -> text, evidence, titles of the sources, date
READ_AS = {
    "- Ice floats. Evidence: strong (Navy)": ("Ice floats.", "strong", ["Navy"], None),
    "- **Short.** More. Evidence: weak [@a] {#x date=2024-05-31}": (
        "**Short.** More.",
        "weak",
        ["Tides"],
        "2024-05-31",
    ),
    "- Quote twice. Evidence: strong [@a, p. 3; @b]": ("Quote twice.", "strong", ["Tides", "Winds"], None),
    "- Pandoc's forms. Evidence: strong [see @a; -@b]": ("Pandoc's forms.", "strong", ["Tides", "Winds"], None),
    "- Quote first [@a]. Evidence: contested": ("Quote first", "contested", ["Tides"], None),
    "- Bold label. **Evidence:** strong (Navy)": ("Bold label.", "strong", ["Navy"], None),
    "- Bold name. **Evidence**: strong (Navy)": ("Bold name.", "strong", ["Navy"], None),
    "- Italic. *Evidence: weak.* (Navy)": ("Italic.", "weak", ["Navy"], None),
    "- Code. Evidence: `moderate` (Navy)": ("Code.", "moderate", ["Navy"], None),
    "- Whole bracket (evidence: weak) [@a]": ("Whole bracket", "weak", ["Tides"], None),
    "- Level: Evidence level: HIGH. Source: Navy": ("Level:", "strong", ["Navy"], None),
    "- Comma. Evidence: weak, Source: (Navy)": ("Comma.", "weak", ["Navy"], None),
    "- Parentheses. Evidence: moderate (Navy (UK))": ("Parentheses.", "moderate", ["Navy (UK)"], None),
    "- Two names. Evidence: moderate (Navy; Port (old))": ("Two names.", "moderate", ["Navy", "Port (old)"], None),
    "- Wiki source. Evidence: weak ([[Ports|the port]])": ("Wiki source.", "weak", ["the port"], None),
    "- Address. Evidence: weak (https://example.org/x)": ("Address.", "weak", ["https://example.org/x"], None),
    '- Link. Evidence: weak [Log](https://example.org/(a)b "Title")': ("Link.", "weak", ["Log"], None),
    "- Linked in the text ([Log](https://example.org/l)).": (
        "Linked in the text ([Log](https://example.org/l)).",
        None,
        ["Log"],
        None,
    ),
    "- [high] Graded first. [@a]": ("Graded first.", "strong", ["Tides"], None),
    "- Graded last (low confidence) [@a]": ("Graded last", "weak", ["Tides"], None),
    "- Evidence: high. Said after it. [@a]": ("Said after it.", "strong", ["Tides"], None),
    "- Reason given. Evidence: strong — seen by three crews [@a]": (
        "Reason given. Evidence: strong — seen by three crews",
        "strong",
        ["Tides"],
        None,
    ),
    "- Not a mark: Evidence: strong evidence of ice [@a]": (
        "Not a mark: Evidence: strong evidence of ice",
        None,
        ["Tides"],
        None,
    ),
    "- The set (high) was chosen by hand [@a]": ("The set (high) was chosen by hand", None, ["Tides"], None),
    "- [ ] A task. Evidence: weak (Navy)": ("A task.", "weak", ["Navy"], None),
    "- [x] A task done. Evidence: weak (Navy)": ("A task done.", "weak", ["Navy"], None),
    "1. Ordered. Evidence: weak (Navy)": ("Ordered.", "weak", ["Navy"], None),
    "2) Ordered so. Evidence: weak (Navy)": ("Ordered so.", "weak", ["Navy"], None),
    "+\tTabs.\tEvidence:\tweak (Navy)": ("Tabs.", "weak", ["Navy"], None),
    "A paragraph. Evidence: weak (Navy)": ("A paragraph.", "weak", ["Navy"], None),
    "- Over\n  lines. Evidence: strong\n  (Royal\n  Navy)\n  {#x\n  date=2024}": (
        "Over\n  lines.",
        "strong",
        ["Royal Navy"],
        "2024",
    ),
    "- Lazy\nlines. Evidence: weak [@a,\np. 3; @b]": ("Lazy\nlines.", "weak", ["Tides", "Winds"], None),
    "- Below.\n  - **Evidence:** moderate\n  - **Source:** Navy (2024)": ("Below.", "moderate", ["Navy (2024)"], None),
    "- Loose.\n\n  Evidence: weak (Navy)": ("Loose.", "weak", ["Navy"], None),
    "- Deep.\n  - Confidence: high\n  - Sources:\n    - [P](https://p.org)\n    - [Q](https://q.org)": (
        "Deep.",
        "strong",
        ["P", "Q"],
        None,
    ),
    "- A class. Evidence: weak (Navy) {#x .new date='2024'}": ("A class.", "weak", ["Navy"], "2024"),
    "- Id before {#x}. Evidence: weak (Navy)": ("Id before", "weak", ["Navy"], None),
    "- 潮は満ちる。 Evidence: strong (海軍)": ("潮は満ちる。", "strong", ["海軍"], None),
    "- الماء مالح. Evidence: weak (البحرية)": ("الماء مالح.", "weak", ["البحرية"], None),
    "- Waves 🌊 rise. Evidence: weak (👩‍🔬 Lab)": ("Waves 🌊 rise.", "weak", ["👩‍🔬 Lab"], None),
    "- ![[chart.png]] Shown. Evidence: weak [@a]": ("![[chart.png]] Shown.", "weak", ["Tides"], None),
    "- Said by [@skipper](https://example.org/s). Evidence: weak [@a]": (
        "Said by [@skipper](https://example.org/s).",
        "weak",
        ["Tides"],
        None,
    ),
}


@pytest.mark.parametrize("written", READ_AS)
def test_a_claim_is_read_without_its_marks(read: Read, written: str) -> None:
    text, evidence, sources, date = READ_AS[written]
    base = read({"page.md": f"# Sea\n\n## Key Claims\n\n{written}\n", "references.yaml": SOURCES})
    (claim,) = base.passages
    assert (claim.kind, claim.text, claim.evidence, claim.date) == (Kind.CLAIM, text, evidence, date)
    assert [base.sources[key].title for key in claim.sources] == sources
    assert claim.line == 5
    assert not base.errors


@pytest.mark.parametrize(
    ("word", "level"),
    [
        *((level.value, level) for level in Evidence),
        ("Strong", Evidence.STRONG),
        ("high", Evidence.STRONG),
        ("established", Evidence.STRONG),
        ("verified", Evidence.STRONG),
        ("medium", Evidence.MODERATE),
        ("supported", Evidence.MODERATE),
        ("reported", Evidence.MODERATE),
        ("low", Evidence.WEAK),
        ("preliminary", Evidence.WEAK),
        ("speculative", Evidence.WEAK),
        ("inferred", Evidence.WEAK),
        ("disputed", Evidence.CONTESTED),
    ],
)
def test_words_of_other_scales_map_onto_the_four_levels(read: Read, word: str, level: Evidence) -> None:
    base = read(f"# Sea\n## Claims\n- One. Confidence: {word} (Navy)\n- Two. [{word}] (Navy)\n")
    assert [(p.text, p.evidence, p.sources) for p in base.passages] == [
        ("One.", level, ("navy",)),
        ("Two.", level, ("navy",)),
    ]


HEADINGS = {
    "## Key Claims": True,
    "## Key claims": True,
    "### Claims": True,
    "##### claims:": True,
    "Key Claims\n----------": True,
    "## **Key Claims**": True,
    "## 2. Key claims (7)": True,
    "## 🔑 Key Claims ##": True,
    "## Key Claims {#kc .wide}": True,
    "## Claims of the navy": False,
    "## Disclaimer claims": False,
}


@pytest.mark.parametrize("heading", HEADINGS)
def test_the_heading_decides_whether_a_list_holds_claims(read: Read, heading: str) -> None:
    base = read(f"# Sea\n\n## Before\n\n{heading}\n\n- Ice floats. Evidence: weak (Navy)\n\n## After\n\n- text\n")
    kinds = [Kind.CLAIM if HEADINGS[heading] else Kind.SECTION, Kind.SECTION]
    assert [p.kind for p in base.passages] == kinds


def test_headings_below_key_claims_sort_them(read: Read) -> None:
    base = read(
        "# T\n## Key Claims\n### Ice\n- A. Evidence: weak (N)\n### Wind\n- B. Evidence: weak (N)\n## Rest\n- C\n"
    )
    assert [(p.kind, p.text) for p in base.passages] == [("claim", "A."), ("claim", "B."), ("section", "- C")]


def test_what_stands_below_a_claim_and_is_no_mark_stays_text(read: Read) -> None:
    base = read(
        "# T\n## Claims\n- A. Evidence: weak (N)\n  - It was seen twice.\n  - (an aside)\n\n  ```\n  x\n  ```\n- B. [low] (N)\n"
    )
    assert [(p.kind, p.line, p.text) for p in base.passages] == [
        ("claim", 3, "A."),
        ("section", 4, "- It was seen twice."),
        ("section", 5, "- (an aside)"),
        ("section", 7, "```\n  x\n  ```"),
        ("claim", 10, "B."),
    ]


def test_links_with_the_same_words_are_different_sources(read: Read) -> None:
    base = read("# T\n## Claims\n- A. [low] [paper](https://a.org)\n- B. [low] [paper](https://b.org)\n")
    assert [base.sources[p.sources[0]].url for p in base.passages] == ["https://a.org", "https://b.org"]


def test_an_item_of_thousands_of_characters_is_prose(read: Read) -> None:
    base = read("# T\n## Claims\n- " + "The tide comes and goes. " * 400 + "\n- B. Evidence: weak (N)\n")
    assert {p.kind for p in base.passages[:-1]} == {Kind.SECTION}
    assert base.passages[-1].kind is Kind.CLAIM
    assert max(len(p.text) for p in base.passages) <= 800


PROBLEMS = {
    "- A. Evidence: stronk (Navy)": [
        f"page.md:3: error: the evidence level 'stronk' is not known; use one of {', '.join(Evidence)}"
    ],
    "- A. (Navy)": [
        "page.md:3: warning: this claim names no source; add one, such as [@key]",
        "page.md:3: warning: this claim states no evidence level; add one, such as Evidence: weak",
    ],
    "- A. Evidence: weak": ["page.md:3: warning: this claim names no source; add one, such as [@key]"],
    "- A. Evidence: weak [@nobody2024]": [
        "page.md:3: error: the source @nobody2024 is not in the bibliography; add it there or mend the key"
    ],
    "- A. Evidence: weak (N) {#x date=2024-13}": [
        "page.md:3: error: the date '2024-13' is not YYYY, YYYY-MM or YYYY-MM-DD"
    ],
    "- A. Evidence: weak (N) {#x level=1}": [
        "page.md:3: error: the attribute 'level' is not known; use #id, date= and contests="
    ],
    "- A. Evidence: weak (N) {#x}\n\n\n- B. Evidence: weak (N) {#x}": [
        "page.md:6: error: the id 'x' is already used at page.md:3; ids are unique over the whole base"
    ],
    "- A. Evidence: contested (N) {#x contests=y}": [
        "page.md:3: error: contests=y names no claim of this base; write the id of the claim that says otherwise"
    ],
    "- A. Evidence: contested (N) {#x contests=x}": [
        "page.md:3: error: contests=x has to stand at another claim than the one that it names"
    ],
    "- A. Evidence: contested (N) {#x contests=y}\n- B. Evidence: weak (N) {#y}": [
        "page.md:3: error: contests=y joins claims that are not both rated contested; 'y' is not"
    ],
}


@pytest.mark.parametrize("written", PROBLEMS)
def test_what_is_wrong_with_a_claim_is_said_with_its_place(read: Read, said: Said, written: str) -> None:
    assert said(read(f"# T\n## Key Claims\n{written}\n")) == PROBLEMS[written]


def test_a_dispute_is_known_at_both_claims_however_it_is_written(read: Read) -> None:
    base = read(
        {
            "a.md": "# A\n## Claims\n- Up. Evidence: contested (N) {#up contests=down,still}\n",
            "b.md": "# B\n## Claims\n- Down. Evidence: contested (N) {#down date=2024 contests=#up}\n"
            "- Still. Evidence: contested (N) {#still}\n- Else. Evidence: contested (N) {#else}\n",
        }
    )
    assert base.problems == ()
    sides = {p.id: p.contests for p in base.passages if p.kind is Kind.CLAIM}
    assert sides == {"up": ("down", "still"), "down": ("up",), "still": ("up",), "else": ()}


def test_an_open_question_contests_nothing(read: Read, said: Said) -> None:
    base = read(
        "# T\n## Claims\n- A. Evidence: contested (N) {#a}\n\n## Open Questions\n- Is it so? {#oq contests=a}\n"
    )
    assert said(base) == ["page.md:6: error: contests=a has to stand at another claim than the one that it names"]


def test_without_an_id_the_words_make_one(read: Read) -> None:
    first = read("# T\n## Claims\n- A.\n- A.\n- B. {#own}\n").passages
    second = read("# T\n\nNew text above.\n## Claims\n- B. {#own}\n- A.\n- A.\n").passages
    assert len({p.id for p in first}) == 3
    assert {p.id for p in first} <= {p.id for p in second}
    assert first[2].id == "own"
