"""Coverage and Check, and what Ask and Quiz keep for them."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from driver import OpenPage, html_of
from streamlit.testing.v1 import AppTest

from groundedqa.authoring.asking import questions
from groundedqa.authoring.findings import find
from groundedqa.authoring.log import Event, Happened
from groundedqa.authoring.reach import reach, still_to_ask
from groundedqa.base.models import Kind
from groundedqa.index.build import build
from groundedqa.index.reading import open_index
from groundedqa.ui import coverage
from groundedqa.workspace import Workspace

pytestmark = pytest.mark.process

SALT = "Do tide pools grow saltier on hot days?"


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click()
    page.run()
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html_of(page))).split())


def test_reach_is_told_with_what_is_lost(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("coverage", small_store)
    assert not page.exception
    index = open_index(small_store)
    report = reach(index, questions(index))
    values = {metric.label: metric.value for metric in page.metric}
    claims = [found for found in report.passages if index.passages[index.rows[found.passage_id]].kind is Kind.CLAIM]
    assert values["Claims reached"] == f"{sum(claim.reached for claim in claims)} of {len(claims)}"
    said = words(page)
    for found in report.lost:
        assert found.rank is None or f"At best place {found.rank}, for “{found.question}”" in said
    Workspace.at(small_store).log.add(
        Event(what=Happened.ABSTAINED, day=date(2026, 1, 1), question="Whose trade did lamps end?")
    )
    again = open_page("coverage", small_store)
    assert any("1 by people" in caption.value for caption in again.caption), "a new question is asked at once"


def test_many_questions_are_asked_on_request(
    open_page: OpenPage, small_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coverage, "_AT_ONCE", 10)
    page = open_page("coverage", small_store)
    index = open_index(small_store)
    assert f"There are {len(questions(index)):,} questions to ask" in page.markdown[0].value
    assert "Claims reached" not in [metric.label for metric in page.metric]
    page = press(page, "Ask them all")
    assert "Claims reached" in [metric.label for metric in page.metric]
    assert still_to_ask(index, questions(index), small_store / "reach") == []
    again = open_page("coverage", small_store)
    assert not [button for button in again.button if button.label == "Ask them all"], "nothing is asked twice"


def test_demand_is_empty_then_by_topic_and_can_be_taken_along(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("coverage", small_store)
    assert any("Nobody has asked anything yet" in info.value for info in page.info)
    log = Workspace.at(small_store).log
    for what, question in ((Happened.ABSTAINED, "How deep are tide pools?"), (Happened.DISLIKED, "What are beacons?")):
        log.add(Event(what=what, day=date(2026, 1, 1), question=question))
    page = open_page("coverage", small_store)
    assert {m.label: m.value for m in page.metric}["Not answered"] == "1"
    said = words(page)
    assert "Tide Pools asked 1, not answered 1" in said
    assert "“How deep are tide pools?” (not answered" in said
    assert "Lighthouses not helpful 1" in said
    (download,) = page.get("download_button")
    assert download.proto.label == "Download what was asked"


def test_a_log_that_cannot_be_read_is_a_sentence(open_page: OpenPage, small_store: Path) -> None:
    Workspace.at(small_store).log.file.mkdir()
    page = open_page("coverage", small_store)
    assert not page.exception
    assert "cannot be read" in page.error[0].value


def test_what_is_asked_is_kept_without_a_name(
    open_page: OpenPage, small_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page("ask", small_store)
    page.session_state["learner"] = "Ada Lovelace"
    page = page.chat_input[0].set_value(SALT).run()
    page = page.chat_input[0].set_value("How strong is the evidence for that?").run()
    page = page.chat_input[0].set_value("How do I file my income tax return?").run()
    kept = list(Workspace.at(small_store).log.events())
    assert [event.what for event in kept] == [Happened.ANSWERED, Happened.ANSWERED, Happened.ABSTAINED]
    assert kept[0].passages[0] == "pools-salinity"
    assert (kept[1].question, kept[1].after) == ("How strong is the evidence for that?", (SALT,))
    assert kept[2].after == ()
    assert "Ada" not in Workspace.at(small_store).log.file.read_text(encoding="utf-8")
    press(page, "Not helpful")
    assert [event.question for event in Workspace.at(small_store).log.events() if event.what is Happened.DISLIKED] == [
        SALT
    ]
    assert "Noted, thank you" in [button.label for button in page.button]
    monkeypatch.setenv("GROUNDEDQA_LOG", "off")
    before = Workspace.at(small_store).log.file.read_bytes()
    page = open_page("ask", small_store).chat_input[0].set_value("What are beacons?").run()
    assert Workspace.at(small_store).log.file.read_bytes() == before
    assert "Not helpful" not in [button.label for button in page.button]
    assert any("not kept" in info.value for info in open_page("coverage", small_store).info)


def test_one_click_makes_a_gold_case_of_an_answer(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("ask", small_store)
    page = page.chat_input[0].set_value(SALT).run()
    assert "This is right" not in [button.label for button in page.button], "learners are not bothered"
    page.toggle[0].set_value(True).run()
    press(page, "This is right")
    (case,) = Workspace.at(small_store).proposals.cases()
    assert (case.question, case.answers) == (SALT, ("pools-salinity",))
    press(page, "Nothing answers this")
    assert [case.answers for case in Workspace.at(small_store).proposals.cases()] == [()]
    name = next(name for name in page.multiselect[-1].options if "pools-shell-queue" in name)
    page.multiselect[-1].set_value([name]).run()
    press(page, "Make it a gold case")
    assert [case.answers for case in Workspace.at(small_store).proposals.cases()] == [("pools-shell-queue",)]


def test_a_claim_that_is_gone_makes_no_gold_case(open_page: OpenPage, small_store: Path, small_base: Path) -> None:
    page = open_page("ask", small_store)
    page.toggle[0].set_value(True).run()
    page = page.chat_input[0].set_value(SALT).run()
    file = small_base / "tide-pools.md"
    file.write_text(file.read_text(encoding="utf-8").replace("{#pools-salinity ", "{#pools-salt "), encoding="utf-8")
    build(small_base, small_store)
    press(page, "This is right")
    assert Workspace.at(small_store).proposals.cases() == ()


def test_a_missed_item_is_kept(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("quiz", small_store)
    press(page, "Start")
    for _ in range(30):
        labels = [button.label for button in page.button]
        if missed := [event for event in Workspace.at(small_store).log.events() if event.what is Happened.MISSED]:
            assert missed[0].passages
            assert missed[0].passages[0] in open_index(small_store).rows
            return
        options = [button for button in page.button if button.key and " option " in button.key]
        if "Next question" in labels:
            press(page, "Next question")
        elif "See how it went" in labels:
            press(page, "See how it went")
            press(page, "Another quiz")
            press(page, "Start")
        elif options:
            options[-1].click().run()
        else:
            press(page, "I don't know")
    raise AssertionError("thirty steps, and nothing was missed")


def test_check_is_quiet_about_a_sound_base(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("check", small_store)
    assert not page.exception
    assert [heading.value for heading in page.subheader] == ["Problems in the files (0)", "Worth a look (0)"]


def test_check_lists_problems_and_findings_and_marks_them(
    open_page: OpenPage, small_store: Path, small_base: Path
) -> None:
    page_file = small_base / "lighthouses.md"
    text = (
        page_file.read_text(encoding="utf-8")
        .replace("date=2015-11", "date=2019")
        .replace("[[Salt Marshes]]", "[[Gone]]")
    )
    page_file.write_text(text, encoding="utf-8")
    page = open_page("check", small_store)
    assert "have changed since they were indexed" in page.warning[0].value
    assert "lighthouses.md:19 warning: the link to 'Gone' leads to no page" in words(page)
    page = press(page, "Bring the index up to date")
    assert page.subheader[1].value == "Worth a look (1)"
    (finding,) = find(open_index(small_store))
    assert "is dated 2019" in words(page)
    assert f"passage={finding.passages[0]}" in html_of(page)
    page.checkbox[0].set_value(True).run()
    assert finding.key in Workspace.at(small_store).seen.read()
    assert page.subheader[1].value == "Worth a look (0)"
    page.toggle[0].set_value(True).run()
    assert page.checkbox[0].value is True
    other = open_page("check", small_store)
    other.toggle[0].set_value(True).run()
    Workspace.at(small_store).seen.set(finding.key, False)  # by somebody else, meanwhile
    other.run()
    assert other.checkbox[0].value is False, "the page shows what is kept"
    assert Workspace.at(small_store).seen.read() == frozenset(), "and does not undo it"


def test_pages_that_cannot_be_indexed_are_told_with_their_place(
    open_page: OpenPage, small_store: Path, small_base: Path
) -> None:
    file = small_base / "lighthouses.md"
    file.write_text(
        file.read_text(encoding="utf-8").replace("Evidence: strong", "Evidence: strongish"), encoding="utf-8"
    )
    page = open_page("check", small_store)
    assert "lighthouses.md:11 error: the evidence level 'strongish' is not known" in words(page)
    assert not [button for button in page.button if button.label == "Bring the index up to date"]


def test_a_wording_is_tried_on_every_question_that_it_has_to_do_with(
    open_page: OpenPage, small_store: Path, small_base: Path
) -> None:
    gold = f"- id: g1\n  question: {SALT}\n  kind: fact\n  answers: [pools-salinity]\n"
    (small_base / "gold.yaml").write_text(gold, encoding="utf-8")
    build(small_base, small_store)
    asked = "How salty do small pools become?"
    Workspace.at(small_store).log.add(
        Event(what=Happened.ANSWERED, day=date(2026, 1, 1), question=asked, passages=("pools-salinity",))
    )
    page = open_page("inspect", small_store, q="Which pools grow saltier?", claim="pools-salinity")
    assert any(text.value.startswith("It is ") for text in page.markdown), "what becomes of it in an answer"
    page = page.text_area[0].set_value("**Lamps turn.** They are seen from afar.").run()
    assert not page.exception
    table = next(frame.value for frame in page.dataframe if "Place now" in frame.value)
    assert list(table.columns) == ["Question", "From", "Place now", "Then"]
    found = {row["Question"]: row for row in table.to_dict("records")}
    assert found[SALT]["From"] == "gold case"
    assert found[asked]["From"] == "people"
    assert found[SALT]["Place now"] == 1 < found[SALT]["Then"]
