from __future__ import annotations

from itertools import pairwise

import pytest

from groundedqa.base.models import Concept
from groundedqa.quiz.facts import Lexicon
from groundedqa.text.plain import plain, short_claim

CONCEPTS = {
    "tides": Concept(slug="tides", title="Spring Tides", path="tides.md", aliases=("spring tide", "tide springs")),
    "port-authority": Concept(
        slug="port-authority", title="Portwell", path="port-authority.md", kind="entity", aliases=("Port of Portwell",)
    ),
    "ada-marsh": Concept(slug="ada-marsh", title="Ada Marsh", path="ada-marsh.md", kind="entity"),
    "ai-control": Concept(slug="ai-control", title="AI Control", path="ai-control.md"),
}
BACKGROUND = (
    "In one year the Marlin 3 and the Marlin 4 sailed; only a few, the boats of the in and after.",
    "Researchers at Harbour Institute and colleagues at Dockside College agreed.",
    "AI researchers and Portwell staff and Ada Marsh met.",
)


def exposed(text: str) -> list[tuple[str, str]]:
    lexicon = Lexicon((*BACKGROUND, text), CONCEPTS)
    return [(fact.type.value, fact.text) for fact in lexicon.facts(text) if fact.exposed]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They held 13 boats in 2034 berths.", [("count", "13"), ("year", "2034")]),
        ("The share fell to 3.5 percent.", [("percent", "3.5 percent")]),
        ("The share was 3.5% in March 2025.", [("percent", "3.5%"), ("month", "March 2025")]),
        ("It began on 27 March 2025.", [("day", "27 March 2025")]),
        ("It began on March 27, 2025.", [("day", "March 27, 2025")]),
        ("They counted 2,294 boats.", [("count", "2,294")]),
        ("It moved 34 million boats.", [("scaled", "34 million")]),
        ("They saw seven boats and two boats.", [("word", "seven")]),
        ("Turner and colleagues (2023) agreed.", [("author", "Turner"), ("year", "2023")]),
        ("Turner et al. agreed.", [("author", "Turner")]),
        ("Hewitt and Liang (2019) agreed.", [("authors", "Hewitt and Liang"), ("year", "2019")]),
        ("It was shown by Portwell.", [("group", "Portwell")]),
        ("It was shown by Port of Portwell.", [("group", "Port of Portwell")]),
        ("It was shown by Dockside College in tests.", [("group", "Dockside College")]),
        ("They sailed on Marlin 4 and came back.", [("version", "Marlin 4")]),
        ("Often spring tides are high.", [("concept", "spring tides")]),
    ],
)
def test_a_fact_is_found_whole(text: str, expected: list[tuple[str, str]]) -> None:
    assert exposed(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It was over 90% of boats.",  # 80% would be right too
        "It was up to about 32 percent of boats.",
        "It was at most 13 boats.",
        "They took 95 to 99 percent of boats.",  # one value, not two
        "It rose in 1% to 2% of boats.",
        "It was rated 9 out of 10 by boats.",
        "A 512-metre boat sailed.",  # part of a word
        "It was CVE-2025-32711 for boats.",
        "It ran on Marlin-4-like boats.",
        "It was the Orca 2000 that sailed.",  # a name, and no line of them
        "It was shown by groups such as Portwell and others.",  # an open list
        "It was shown outside Portwell only.",
        "It was shown by the Portwell Boat Club.",
        "It was shown by FAR.Portwell alone.",
        "It was shown by Ada Marsh in tests.",  # an entity, but no group
        "It was shown by AI in tests.",  # a field, though it has researchers
        "They sailed on the Marlin 4 large.",
        "They sailed on Marlin 3 and 4 alone.",
        "Liu, Liu and Gore sailed.",
        "Gasteiger, Mikulik and colleagues sailed.",
        "Often spring tide tables are right.",  # it is about tables
        "The two boats and the other three boats sailed.",
        "It has three parts: a bow, a hull and a stern.",
        "It grew before 1998, since 1999 and in the mid 1990s.",
    ],
)
def test_what_is_doubtful_is_not_asked_for(text: str) -> None:
    assert exposed(text) == []


def test_a_change_is_two_values() -> None:
    assert ("percent", "0.4%") in exposed("It fell from 13% to 0.4% of boats.")


def test_facts_never_overlap() -> None:
    text = "Turner et al. of Portwell used Marlin 3 in May 2025, 13% of 2,294 boats,  40 million tons at spring tides."
    facts = Lexicon((*BACKGROUND, text), CONCEPTS).facts(text)
    assert [text[fact.start : fact.end] for fact in facts] == [fact.text for fact in facts]
    assert all(one.end <= two.start for one, two in pairwise(facts))
    assert len(facts) == 8


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**Boats *sail* fast.** See [[Spring Tides|tides]] [@key2025, p. 3].", "Boats sail fast. See tides."),
        ("A [link](https://example.org) and `code` and __bold__.", "A link and code and bold."),
        ("[[Tides#High]] rise\n  twice[^1].", "Tides rise twice."),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        (r"5 \* 3 by someone@example.org", "5 * 3 by someone@example.org"),
    ],
)
def test_marks_go_and_words_stay(written: str, shown: str) -> None:
    assert plain(written) == shown


def test_the_short_claim_is_the_bold_sentence_at_the_start() -> None:
    assert short_claim("**Boats [[Sail|sail]].** They do.") == "Boats sail."
    assert short_claim("**Boats** sail.") is None
    assert short_claim("They **sail.**") is None
