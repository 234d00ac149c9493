"""What the app remembers of a learner: on the quiz page, on the progress page, and after asking."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from driver import OpenPage, html_of
from streamlit.testing.v1 import AppTest

from groundedqa.index.build import build
from groundedqa.index.reading import Index, open_index
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.grading import Response, Sure, grade
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Item
from groundedqa.quiz.make import make_quiz
from groundedqa.review.database import open_learners
from groundedqa.review.learners import Learners

NOW = datetime.now(UTC)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path}/learners.sqlite"
    monkeypatch.setenv("GROUNDEDQA_LEARNERS", url)
    return url


def named(page: AppTest, name: str = "Ada") -> AppTest:
    page.session_state["learner"] = name
    return page.run()


def right(item: Item) -> Response:
    assert isinstance(item.task, Choose)
    return Sure(item.task.answer, 0.6) if item.task.sure else item.task.answer


def answer(memory: Learners, bank: ClaimBank, item: Item, response: Response, when: datetime = NOW) -> None:
    memory.record("Ada", item, response, grade(bank, item, response), when, 3.0)


def items(bank: ClaimBank, kind: ItemKind, count: int) -> tuple[Item, ...]:
    return make_quiz(bank, count=count, seed=5, kinds=[kind]).items


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def said(page: AppTest) -> str:
    return "\n".join(element.value for element in (*page.markdown, *page.caption, *page.info, *page.warning))


def test_nobody_is_asked_for_a_name_and_somebody_to_begin(
    open_page: OpenPage, frozen_store: Path, database: str
) -> None:
    page = open_page("progress", frozen_store)
    assert page.info[0].value.startswith("Give a name in the sidebar.")
    page = named(page)
    assert not page.exception
    assert page.info[0].value.startswith("Nothing has been answered yet.")
    assert page.get("page_link")[0].proto.label == "Take a quiz"


def test_progress_shows_what_is_due_recalled_and_how_sure(
    open_page: OpenPage, frozen_store: Path, frozen_bank: ClaimBank, database: str
) -> None:
    memory = open_learners(database)
    for item in items(frozen_bank, ItemKind.EVIDENCE, 10):
        answer(memory, frozen_bank, item, right(item), NOW - timedelta(days=9))
    page = named(open_page("progress", frozen_store))
    assert not page.exception
    claims = len(frozen_bank.claims)
    assert f"questions on **10** of {claims} claims. **10** are due to be asked again." in said(page)
    assert "you said you were 60% sure on average, and 100% were right: you are **not sure enough**" in said(page)
    assert "Your Brier score is 0.16" in said(page)
    specs = [json.loads(chart.proto.spec) for chart in page.get("vega_lite_chart")]
    assert len(specs) == 2
    retention = memory.retention("Ada", datetime.now(UTC))
    assert f"{retention[0]:.0%} today, {retention[-1]:.0%} in 30 days" in said(page)
    assert retention[-1] < retention[0] < 1


def test_what_was_answered_on_the_page_is_remembered_and_comes_again(
    open_page: OpenPage, frozen_store: Path, frozen_bank: ClaimBank, database: str
) -> None:
    page = named(open_page("quiz", frozen_store))
    assert not page.exception
    assert [button.label for button in page.button[:2]] == ["Review what is due (0)", "Practice what I missed (0)"]
    page.button_group[0].set_value([ItemKind.SOURCE])
    page.slider[0].set_value(1)
    page = press(page, "Start")
    item = page.session_state["round"].turns[-1].item
    wrong = (item.task.answer + 1) % 4
    page = next(b for b in page.button if b.key.endswith(f"option {wrong}")).click().run()
    memory = open_learners(database)
    assert [(missed.claim_id, missed.kind) for missed in memory.missed("Ada")] == list(item.cards)
    page = press(press(page, "See how it went"), "Another quiz")
    page = press(page, "Practice what I missed (1)")
    assert page.session_state["round"].turns[-1].item.cards == item.cards
    due = memory.due("Ada", frozen_bank, datetime.now(UTC) + timedelta(days=2))
    assert [(card.claim_id, card.kind) for card in due] == list(item.cards)


def test_what_is_due_is_asked(open_page: OpenPage, frozen_store: Path, frozen_bank: ClaimBank, database: str) -> None:
    memory = open_learners(database)
    for kind in (ItemKind.SPEED, ItemKind.CONCEPT):
        for item in items(frozen_bank, kind, 2):
            answer(memory, frozen_bank, item, right(item), NOW - timedelta(days=30))
    page = press(named(open_page("quiz", frozen_store)), "Review what is due (4)")
    held = page.session_state["round"]
    due = memory.due("Ada", frozen_bank, datetime.now(UTC))
    assert {card for item in held.quiz.items for card in item.cards} == {(card.claim_id, card.kind) for card in due}


def test_a_question_that_was_asked_and_missed_stands_under_progress(
    open_page: OpenPage, frozen_store: Path, frozen_index: Index, frozen_bank: ClaimBank, database: str
) -> None:
    page = named(open_page("ask", frozen_store))
    page = page.chat_input[0].set_value("What are sparse autoencoders?").run()
    assert not page.exception
    quoted = {quote.passage.id for quote in page.session_state["turns"][0].quotes}
    memory = open_learners(database)
    item = make_quiz(frozen_bank, passage_ids=quoted, count=1, seed=1).items[0]
    memory.record("Ada", item, None, grade(frozen_bank, item, None), datetime.now(UTC))
    page = named(open_page("progress", frozen_store))
    assert "What are sparse autoencoders?" in [expander.label for expander in page.expander]


def test_a_withdrawn_claim_is_told_until_notice_is_taken(
    open_page: OpenPage, small_store: Path, small_base: Path, database: str
) -> None:
    bank = ClaimBank(open_index(small_store))
    claim = next(c for c in bank.claims if c.id == "pools-salinity")
    item = make_quiz(bank, passage_ids=[claim.id], count=1, seed=0, kinds=[ItemKind.EVIDENCE]).items
    item = item or make_quiz(bank, passage_ids=[claim.id], count=1, seed=0).items
    assert item
    answer(open_learners(database), bank, item[0], right(item[0]))
    file = small_base / "tide-pools.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Evidence: strong", "Evidence: weak", 1), encoding="utf-8")
    build(small_base, small_store)
    for name in ("quiz", "progress"):
        page = named(open_page(name, small_store))
        assert not page.exception
        assert "now less well supported" in said(page)
    assert "Weak evidence" in html_of(page)
    page = press(page, "I have taken notice")
    assert "less well supported" not in said(page)


def test_a_learner_takes_everything_along_and_is_forgotten(
    open_page: OpenPage, frozen_store: Path, frozen_bank: ClaimBank, database: str
) -> None:
    memory = open_learners(database)
    (item,) = items(frozen_bank, ItemKind.SOURCE, 1)
    answer(memory, frozen_bank, item, right(item))
    page = named(open_page("progress", frozen_store))
    assert page.get("download_button")[0].proto.label == "Download"
    assert len(memory.export("Ada")["answers"]) == 1
    page = press(page, "Delete all of it")
    assert page.toast[0].value == "All that was kept of you is deleted."
    assert memory.export("Ada")["answers"] == []


def test_a_quiz_goes_on_where_nothing_can_be_remembered(
    open_page: OpenPage, frozen_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "damaged.sqlite").write_bytes(b"no database" * 500)
    monkeypatch.setenv("GROUNDEDQA_LEARNERS", f"sqlite:///{tmp_path}/damaged.sqlite")
    page = named(open_page("quiz", frozen_store))
    assert not page.exception
    assert "cannot be opened" in page.warning[0].value
    page.button_group[0].set_value([ItemKind.SOURCE])
    page = press(page, "Start")
    page = next(b for b in page.button if b.key.endswith("option 0")).click().run()
    assert not page.exception
    assert page.success or page.error
