"""The real app in Chromium: what a learner does on a first visit, on a desktop and on a phone."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from driver import DESKTOP, PHONE, STREAMLIT, OpenTab, Tab, served, wait_until

pytestmark = pytest.mark.browser

QUESTION = "Are sparse autoencoders trained on the same data alike?"
PAGES = {
    "ask": ("", '[data-testid="stButtonGroup"] button'),
    "answer": ("?q=What+are+sparse+autoencoders%3F", '[data-testid="stButtonGroup"] button'),
    "quiz": ("quiz", "button:has-text('Start')"),
    "concepts": ("concepts", ".gq-list li"),
    "concept": ("concepts?concept=sparse-autoencoders", ".gq-page h3"),
    "progress": ("progress", ".stAlert"),
    "inspect": ("inspect?q=sparse+autoencoders", '[data-testid="stDataFrame"]'),
    "coverage": ("coverage", "button:has-text('Ask them all')"),
    "check": ("check", ".gq-list .gq-badge"),
}
READABLE = ".gq-badge, .gq-lead, .gq-meta, .gq-list small, .gq-quote a, .gq-quote mark"
PRESSED = "[data-testid^='stBaseButton-primary'] p"
# The contrast of an element's text with all that lies behind it, as WCAG counts it.
CONTRAST = """element => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const paint = canvas.getContext('2d', {willReadFrequently: true});
  const fill = colour => { paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1); };
  const light = () => {
    const parts = [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3).map(v => v / 255);
    const [r, g, b] = parts.map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = [];
  for (let at = element; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
  fill('#fff');
  behind.forEach(fill);
  const ground = light();
  fill(getComputedStyle(element).color);
  const text = light();
  return (Math.max(ground, text) + 0.05) / (Math.min(ground, text) + 0.05);
}"""


@pytest.fixture
def shoot(tmp_path: Path) -> Any:
    """Saves a picture of a tab: in GROUNDEDQA_SCREENSHOTS where that is set."""
    folder = Path(os.environ.get("GROUNDEDQA_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def shot(tab: Tab, name: str) -> None:
        file = folder / f"{name}.png"
        tab.page.screenshot(path=str(file))
        assert file.stat().st_size > 5000

    return shot


def test_a_learner_asks_reads_follows_and_is_quizzed(app_address: str, open_tab: OpenTab, shoot: Any) -> None:
    tab = open_tab(app_address)
    page = tab.page
    tab.go("", '[data-testid="stButtonGroup"] button')
    page.get_by_test_id("stChatInputTextArea").fill(QUESTION)
    page.keyboard.press("Enter")
    quote = page.locator(".gq-quote", has_text="trained on the same data learn different features").first
    quote.wait_for()
    assert quote.locator(".gq-badge-moderate").inner_text() == "●●○ Moderate evidence"
    assert "Paulo & Belrose (2025)" in quote.inner_text()
    tab.settle()
    shoot(tab, "answer")

    with tab.context.expect_page() as opened:
        quote.get_by_role("link", name=re.compile("Sparse Autoencoders, line")).click()
    place = opened.value
    target = place.locator(".gq-target")
    target.wait_for()
    assert "learn different features" in target.inner_text()
    wait_until(
        place,
        "() => { const at = document.querySelector('.gq-target')?.getBoundingClientRect();"
        " return at && at.top >= 0 && at.bottom <= innerHeight && scrollY >= 0 }",
    )
    place.close()

    tab.button("How strong is the evidence for that?").click()
    understood = page.locator(".gq-understood")
    understood.wait_for()
    assert understood.inner_text() == "Understood as: how strong the evidence is for the claims just quoted"

    page.get_by_role("link", name="Quiz").click()
    tab.button("Start").wait_for()
    assert page.get_by_role("combobox", name="About").input_value() == "What I just asked"
    tab.button("Start").click()
    page.locator('[class*="option-0"] button').wait_for()
    page.keyboard.press("1")
    told, sure = page.locator(".gq-options"), page.get_by_text("How sure are you?")
    told.or_(sure).first.wait_for()
    if sure.is_visible():  # an item about evidence asks that too
        page.keyboard.press("1")
    told.wait_for()
    page.locator(".gq-quote .gq-badge").first.wait_for()
    assert "(your answer)" in page.inner_text(".gq-options")
    shoot(tab, "quiz-explained")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_reads_and_stays_at_home(app_address: str, open_tab: OpenTab, shoot: Any, scheme: str) -> None:
    tab = open_tab(app_address, PHONE, scheme)
    for name, (path, until) in PAGES.items():
        tab.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        tab.go(path, until)
        assert tab.fits(), name
        assert not tab.page.locator('[data-testid="stException"]').count(), name
        for element in tab.page.locator(f"{READABLE}, {PRESSED}").all():
            assert element.evaluate(CONTRAST) >= 4.5, (name, element.inner_text())
        for chip in tab.page.locator('[data-testid="stButtonGroup"] button p').all():
            cut = chip.evaluate("chip => chip.scrollWidth > chip.clientWidth + 1")
            assert not cut, f"to be read in full: {chip.inner_text()}"
        shoot(tab, f"{name}-phone-{scheme}")
        tab.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        assert tab.fits(), name
        shoot(tab, f"{name}-desktop-{scheme}")
    assert tab.outside == []


def test_the_sidebar_offers_the_conversation_with_its_last_answer(app_address: str, open_tab: OpenTab) -> None:
    tab = open_tab(app_address)
    tab.go("?q=What+are+sparse+autoencoders%3F", ".gq-quote")
    tab.button("Copy as Markdown").click()
    kept = tab.page.locator('[data-testid="stPopoverBody"] [data-testid="stCode"]')
    kept.wait_for()
    assert "## What are sparse autoencoders?" in kept.inner_text()
    assert "evidence: " in kept.inner_text()
    tab.page.keyboard.press("Escape")
    tab.button("New conversation").click()
    tab.page.get_by_role("heading", name="Ask the base").wait_for()
    assert "q=" not in tab.page.url


def test_streamlit_run_opens_the_same_app(frozen_store: Path, tmp_path: Path, open_tab: OpenTab) -> None:
    with served(STREAMLIT, frozen_store, tmp_path / "log") as address:
        tab = open_tab(address)
        tab.go("?q=What+is+circuit+tracing%3F", ".gq-quote")
        assert "Circuit tracing is a method" in tab.page.inner_text(".gq-quote")
    told = (tmp_path / "log").read_text()
    assert "external" not in told.lower(), "no server on the internet is asked for this machine's address"
