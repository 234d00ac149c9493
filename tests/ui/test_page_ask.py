from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from driver import OpenPage, html_of
from streamlit.testing.v1 import AppTest

from groundedqa.index.build import build
from groundedqa.index.reading import Index
from groundedqa.ui.server import SCRIPT

CLAIM = "Evaporation raised the salinity of small pools by a third within one low tide."


def ask(page: AppTest, question: str) -> AppTest:
    return page.chat_input[0].set_value(question).run()


def choose(page: AppTest, question: str) -> AppTest:
    """Click a question."""
    page.button_group[-1].set_value(question)
    return page.run()


def chips(page: AppTest) -> list[str]:
    return [label.replace("\\", "") for label in page.button_group[-1].options]


def quotes(page: AppTest) -> list[str]:
    """The quotes of the last answer as text: what is said, badge, place, sources."""
    last = page.chat_message[-1]
    found = [element.proto.body for element in last.get("html")]
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split()) for body in found if 'class="gq-quote' in body]


def test_the_whole_app_opens_on_the_page_to_ask(small_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDEDQA_STORE", str(small_store))
    page = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    assert not page.exception
    assert page.title[0].value == "Ask the base"


def test_an_empty_conversation_suggests_questions_that_the_base_answers(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("ask", small_store)
    suggested = chips(page)
    assert "What are Tide Pools?" in suggested
    assert len(suggested) == 5
    for question in suggested:
        answered = ask(open_page("ask", small_store), question)
        assert not answered.exception
        assert quotes(answered), question


def test_an_answer_shows_quotes_with_badge_source_and_place(open_page: OpenPage, small_store: Path) -> None:
    page = ask(open_page("ask", small_store), "How much saltier do tide pools grow on hot days?")
    assert not page.exception
    first = quotes(page)[0]
    assert " ".join(re.findall(r"\w+", CLAIM)) in " ".join(re.findall(r"\w+", first))
    assert "●●● Strong evidence" in first
    assert "Okafor (2019). Salinity and Survival in Rock Pools." in first
    assert "Tide Pools, line 15" in first
    html = html_of(page)
    assert 'href="https://example.org/okafor2019"' in html
    assert 'href="concepts?concept=tide-pools&amp;passage=pools-salinity"' in html
    assert "<mark>saltier</mark>" in html


def test_what_the_base_does_not_say_is_not_answered(open_page: OpenPage, small_store: Path) -> None:
    page = ask(open_page("ask", small_store), "Who won the chess olympiad in Budapest?")
    assert not page.exception
    assert "The base does not say." in html_of(page)
    assert page.expander[0].label == "What comes nearest, though it does not answer"
    assert not page.button_group


@pytest.mark.parametrize("question", ["", "   ", "???", "x" * 3000, "\N{GRINNING FACE}", "the of and"])
def test_odd_questions_are_told_so(open_page: OpenPage, small_store: Path, question: str) -> None:
    page = open_page("ask", small_store, q=question)
    assert not page.exception
    assert "gq-lead" in html_of(page)
    assert not quotes(page)


def test_a_question_may_stand_in_the_address(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("ask", small_store, q="What are tide pools?")
    assert [message.name for message in page.chat_message] == ["user", "assistant"]
    assert "A tide pool is sea water" in quotes(page)[0]
    page = page.run()
    assert len(page.chat_message) == 2, "what stands in the address is asked once"


def test_chips_and_follow_ups_are_understood(open_page: OpenPage, small_store: Path) -> None:
    page = ask(open_page("ask", small_store), "How much saltier do tide pools grow on hot days?")
    assert "How strong is the evidence for that?" in chips(page)
    page = choose(page, "How strong is the evidence for that?")
    assert not page.exception
    assert len(page.chat_message) == 4
    assert "Understood as: how strong the evidence is for the claims just quoted" in html_of(page)
    assert "Strong evidence" in quotes(page)[0]
    page = ask(page, "What about lighthouses?")
    assert html_of(page).count("Understood as:") == 2


def test_a_new_conversation_begins_empty(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("ask", small_store, q="What are tide pools?")
    page = next(button for button in page.button if button.label == "New conversation").click().run()
    assert not page.chat_message
    assert page.title[0].value == "Ask the base"


def test_with_a_minimum_only_claims_as_good_are_quoted(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("ask", small_store)
    page.selectbox(key="minimum").set_value("●●○ Moderate evidence or better").run()
    page = ask(page, "What happens in tide pools?")
    levels = re.findall(r"gq-badge-(\w+)", html_of(page))
    assert levels
    assert set(levels) <= {"strong", "moderate"}
    page = open_page("ask", small_store)
    page.selectbox(key="minimum").set_value("●●● Strong evidence or better").run()
    page = ask(page, "Do hermit crabs trade shells in a queue?")
    assert "No claim rated strong or better answers this." in html_of(page)


def test_a_quote_whose_page_has_changed_is_withdrawn(open_page: OpenPage, small_store: Path, small_base: Path) -> None:
    page = ask(open_page("ask", small_store), "How much saltier do tide pools grow on hot days?")
    assert "by a third" in html_of(page)
    file = small_base / "tide-pools.md"
    file.write_text(file.read_text(encoding="utf-8").replace("by a third", "by a half"), encoding="utf-8")
    page = page.run()
    assert not page.exception
    assert "by a third" not in html_of(page), "what was shown before is read again"
    assert "A quote from Tide Pools was withdrawn" in html_of(page)
    assert "by a third" not in page.sidebar.code[0].value
    page = ask(page, "How much saltier do tide pools grow on hot days?")
    assert not any("by a third" in quote or "by a half" in quote for quote in quotes(page))


def test_what_only_moved_in_its_page_is_quoted_from_its_new_place(
    open_page: OpenPage, small_store: Path, small_base: Path
) -> None:
    page = ask(open_page("ask", small_store), "How much saltier do tide pools grow on hot days?")
    file = small_base / "tide-pools.md"
    file.write_text(file.read_text(encoding="utf-8").replace("## Life", "\n\n## Life"), encoding="utf-8")
    page = page.run()
    assert "Tide Pools, line 17" in quotes(page)[0]


def test_a_conversation_goes_on_over_a_new_index_without_its_page(
    open_page: OpenPage, small_store: Path, small_base: Path
) -> None:
    page = open_page("ask", small_store, q="Why are Lighthouses automatic?")
    assert quotes(page)
    (small_base / "lighthouses.md").unlink()
    build(small_base, small_store)
    page = ask(page, "How strong is the evidence for that?")
    assert not page.exception
    assert "A quote from Lighthouses was withdrawn" in html_of(page)


def test_the_conversation_is_kept_as_markdown_with_its_citations(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("ask", small_store, q="How much saltier do tide pools grow on hot days?")
    page = ask(page, "Who won the chess olympiad in Budapest?")
    kept = page.sidebar.code[0].value
    assert kept.startswith("## How much saltier do tide pools grow on hot days?\n")
    assert f"> **Tide pools grow saltier on hot days.** {CLAIM}\n" in kept
    assert "> Tide Pools (tide-pools.md, line 15); claim, evidence: strong\n" in kept
    assert "> Source: Okafor (2019). Salinity and Survival in Rock Pools. <https://example.org/okafor2019>\n" in kept
    assert "## Who won the chess olympiad in Budapest?\n\nThe base does not say." in kept, "with the last answer"


def test_a_whole_base_suggests_what_it_answers(open_page: OpenPage, frozen_index: Index, frozen_store: Path) -> None:
    page = open_page("ask", frozen_store)
    for question in chips(page):
        assert quotes(ask(open_page("ask", frozen_store), question)), question
