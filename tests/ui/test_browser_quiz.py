"""A quiz in Chromium: one of each kind by keys alone and by pointing, the clock, two tabs, a name that stays."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from driver import CLI, DESKTOP, PHONE, OpenTab, Tab, served, wait_until

from groundedqa.quiz.item_kind import ItemKind
from groundedqa.review.database import open_learners
from groundedqa.review.learners import Learners

pytestmark = pytest.mark.browser

KINDS = {kind.label: kind for kind in ItemKind}
ANSWERED = ".stAlert"
OPTION = '[class*="option-"] button'


@pytest.fixture(scope="module")
def learners(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('learners')}/learners.sqlite"


@pytest.fixture(scope="module")
def address(frozen_store: Path, learners: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("quiz-app") / "log"
    with served([*CLI, "--learners", learners], frozen_store, log) as found:
        yield found


@pytest.fixture(scope="module")
def memory(learners: str) -> Learners:
    return open_learners(learners)


def begin(tab: Tab, name: str, *kinds: ItemKind, more: int = 0) -> None:
    """Give a name, leave only these kinds chosen, and start; `more` is added to the number of items."""
    open_sidebar(tab)
    field = tab.page.get_by_label("Your name", exact=True)
    field.fill(name)
    field.press("Enter")
    tab.page.get_by_role("button", name="Review what is due").wait_for()
    close_sidebar(tab)
    for kind in KINDS.values():
        if kind not in kinds:
            tab.page.get_by_role("button", name=kind.label, exact=True).click()
            tab.settle()
    for _ in range(more):
        tab.page.get_by_role("slider").press("ArrowRight")
    tab.button("Start").click()
    tab.page.locator(".gq-prompt").wait_for()


def open_sidebar(tab: Tab) -> None:
    if tab.page.viewport_size["width"] < DESKTOP[0]:
        tab.page.get_by_test_id("stExpandSidebarButton").click()


def close_sidebar(tab: Tab) -> None:
    if tab.page.viewport_size["width"] < DESKTOP[0]:
        tab.page.get_by_test_id("stSidebarCollapseButton").locator("button").click()


def kind_shown(tab: Tab) -> ItemKind:
    return KINDS[tab.page.locator(".gq-meta").first.inner_text()]


def wait_for_change(tab: Tab, number: int) -> None:
    """Until so many options are left, or the button that checks."""
    wait_until(tab.page, "number => document.querySelectorAll('[class*=\"option-\"] button').length === number", number)
    tab.settle()


def choose_one_by_one(tab: Tab, kind: ItemKind, choose: Callable[[], None]) -> None:
    """Choose until nothing is left; what can only come last in an order goes there by itself."""
    left = tab.page.locator(OPTION).count()
    last = 1 if kind is ItemKind.ORDER else 0
    while left > last:
        choose()
        left -= 1
        wait_for_change(tab, left if left > last else 0)


def answer_by_keys(tab: Tab, kind: ItemKind) -> None:
    keys = tab.page.keyboard
    if kind in (ItemKind.CLOZE, ItemKind.FREE):
        for _ in range(30):
            if tab.page.evaluate("document.activeElement.matches('textarea, main input')"):
                break
            keys.press("Tab")
        keys.type("sparse autoencoders")
        keys.press("Enter" if kind is ItemKind.CLOZE else "Control+Enter")
    elif kind in (ItemKind.MATCH, ItemKind.ORDER):
        choose_one_by_one(tab, kind, lambda: keys.press("1"))
        keys.press("Enter")
    else:
        keys.press("1")
        if kind is ItemKind.EVIDENCE:
            wait_for_change(tab, 5)
            keys.press("3")
    tab.page.locator(ANSWERED).first.wait_for()


def answer_by_pointing(tab: Tab, kind: ItemKind) -> None:
    if kind in (ItemKind.CLOZE, ItemKind.FREE):
        tab.page.locator("textarea, .stMain input").first.fill("sparse autoencoders")
        tab.button("Check").click()
    elif kind in (ItemKind.MATCH, ItemKind.ORDER):
        choose_one_by_one(tab, kind, lambda: tab.page.locator(OPTION).last.click())
        tab.button("Check").click()
    else:
        tab.page.locator(OPTION).nth(1).click()
        if kind is ItemKind.EVIDENCE:
            wait_for_change(tab, 5)
            tab.page.locator(OPTION).nth(4).click()
    tab.page.locator(ANSWERED).first.wait_for()


def explained(tab: Tab) -> bool:
    """Whether an answer is explained by a claim with its evidence, source and place."""
    quotes = tab.page.locator(".gq-quote")
    return bool(quotes.count()) and "line" in quotes.first.inner_text() and bool(quotes.locator(".gq-badge").count())


def test_one_of_each_kind_is_played_by_keys_alone(address: str, open_tab: OpenTab, memory: Learners) -> None:
    tab = open_tab(address)
    tab.go("quiz", "button:has-text('Start')")
    begin(tab, "Keys", *ItemKind, more=5)
    seen = []
    for number in range(1, 11):
        tab.page.get_by_text(f"Question {number} of 10").wait_for()
        tab.settle()
        seen.append(kind_shown(tab))
        answer_by_keys(tab, seen[-1])
        tab.settle()
        assert explained(tab), seen[-1]
        tab.page.keyboard.press("Enter")
    tab.page.get_by_role("heading", name="of 10 right").wait_for()
    assert set(seen) == set(ItemKind)
    kept = memory.export("Keys")
    assert [answer["kind"] for answer in kept["answers"]] == [kind.value for kind in seen]
    assert kept["answers"][seen.index(ItemKind.EVIDENCE)]["response"]["probability"] == 0.6


@pytest.mark.parametrize("scheme", ["dark"])
def test_one_of_each_kind_is_played_by_pointing_on_a_phone(
    address: str, open_tab: OpenTab, memory: Learners, scheme: str
) -> None:
    tab = open_tab(address, PHONE, scheme)
    tab.go("quiz", "button:has-text('Start')")
    begin(tab, "Pointing", *ItemKind, more=5)
    seen = []
    for number in range(1, 11):
        tab.page.get_by_text(f"Question {number} of 10").wait_for()
        tab.settle()
        seen.append(kind_shown(tab))
        assert tab.fits(), seen[-1]
        answer_by_pointing(tab, seen[-1])
        tab.settle()
        assert tab.fits(), seen[-1]
        assert explained(tab), seen[-1]
        tab.button("See how it went" if number == 10 else "Next question").click()
    tab.page.get_by_role("heading", name="of 10 right").wait_for()
    assert tab.fits()
    assert set(seen) == set(ItemKind)
    assert len(memory.export("Pointing")["answers"]) == 10


def test_the_clock_runs_out_and_the_answer_still_counts(address: str, open_tab: OpenTab, memory: Learners) -> None:
    tab = open_tab(address)
    tab.go("quiz", "button:has-text('Start')")
    begin(tab, "Late", ItemKind.SPEED)
    tab.page.get_by_text("seconds left").wait_for()
    tab.page.get_by_text("The time is up. You can still answer.").wait_for(timeout=60_000)
    tab.page.keyboard.press("2")
    tab.page.locator(ANSWERED).first.wait_for()
    assert "It came after the time was up." in tab.page.locator(ANSWERED).first.inner_text()
    (answer,) = memory.export("Late")["answers"]
    assert answer["seconds"] > 10
    assert answer["score"] is not None


def test_two_tabs_of_one_learner_keep_every_answer(address: str, open_tab: OpenTab, memory: Learners) -> None:
    tabs = [open_tab(address) for _ in range(2)]
    for tab in tabs:
        tab.go("quiz", "button:has-text('Start')")
        begin(tab, "Twice", ItemKind.SOURCE)
    for number in range(1, 6):
        for tab in tabs:
            tab.page.get_by_text(f"Question {number} of 5").wait_for()
            tab.settle()
        for tab in tabs:  # both at once
            tab.page.locator(OPTION).first.click(no_wait_after=True)
        for tab in tabs:
            tab.page.locator(ANSWERED).first.wait_for()
            tab.button("See how it went" if number == 5 else "Next question").click()
    for tab in tabs:
        tab.page.get_by_role("heading", name="of 5 right").wait_for()
    kept = memory.export("Twice")
    assert len(kept["answers"]) == 10
    assert len(kept["reviews"]) == 10


def test_a_name_is_remembered_by_the_browser(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    tab.go("progress", "text=Give a name in the sidebar")
    name = "Ada; =\"'<b>ö</b>"
    tab.page.get_by_label("Your name", exact=True).fill(name)
    tab.page.keyboard.press("Enter")
    tab.page.get_by_text("Nothing has been answered yet.").wait_for()
    until = time.monotonic() + 10
    while not any(cookie["name"] == "groundedqa_learner" for cookie in tab.context.cookies()):
        assert time.monotonic() < until
        time.sleep(0.1)
    tab.page.reload()
    tab.page.get_by_text("Nothing has been answered yet.").wait_for()
    from playwright.sync_api import expect

    expect(tab.page.get_by_label("Your name", exact=True)).to_have_value(name)
    assert tab.dialogs == []
