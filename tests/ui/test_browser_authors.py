"""What authors do in a real browser: see what is reached, open its place, mark findings, and watch their own edits."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from driver import CLI, DESKTOP, PHONE, OpenTab, served

from groundedqa.index.reading import open_index
from groundedqa.workspace import Workspace

pytestmark = pytest.mark.browser


def test_an_author_sees_what_is_reached_and_opens_it(small_store: Path, open_tab: OpenTab, tmp_path: Path) -> None:
    with served(CLI, small_store, tmp_path / "log") as address:
        for size in (DESKTOP, PHONE):
            tab = open_tab(address, size)
            tab.go("coverage", "text=Coverage")
            tab.page.get_by_text("Claims reached").wait_for()
            tab.settle()
            assert tab.fits()
            tab.page.get_by_role("tab", name="Map").click()
            chart = tab.page.locator('[data-testid="stVegaLiteChart"]')
            chart.wait_for()
            for color in ("Reach", "Concept", "Evidence"):
                tab.button(color).click()
                tab.settle()
                chart.wait_for()
            assert tab.fits()
            assert tab.outside == []
        tab = open_tab(address)
        tab.go("coverage", "text=Claims reached")
        place = tab.page.locator(".gq-list a").first
        with tab.context.expect_page() as opened:
            place.click()
        opened.value.locator(".gq-target").wait_for()


def test_a_finding_is_marked_as_seen(small_base: Path, small_store: Path, open_tab: OpenTab, tmp_path: Path) -> None:
    page = small_base / "lighthouses.md"
    page.write_text(page.read_text(encoding="utf-8").replace("date=2015-11", "date=2019"), encoding="utf-8")
    with served(CLI, small_store, tmp_path / "log") as address:
        tab = open_tab(address)
        tab.go("check", "text=have changed since they were indexed")
        tab.button("Bring the index up to date").click()
        tab.page.get_by_text("Worth a look (1)").wait_for()
        tab.page.locator('[data-testid="stCheckbox"]', has_text="Seen").click()
        tab.page.get_by_text("Worth a look (0)").wait_for()
        assert len(Workspace.at(small_store).seen.read()) == 1
        again = open_tab(address, PHONE, "dark")
        again.go("check", "text=All of it was seen.")
        assert again.fits()


def test_what_is_saved_shows_on_the_open_page(
    small_base: Path, small_store: Path, open_tab: OpenTab, tmp_path: Path
) -> None:
    page = small_base / "lighthouses.md"
    sound = page.read_text(encoding="utf-8")
    with served([*CLI, "--watch"], small_store, tmp_path / "log") as address:
        tab = open_tab(address)
        tab.go("concepts?concept=lighthouses", ".gq-page")
        tab.page.get_by_text("Following the pages").wait_for()
        taken = []
        for number in range(3):
            said = f"Lamp number {number} burned whale oil"
            page.write_text(sound.replace("## Open", f"- {said}. Evidence: weak\n\n## Open", 1), encoding="utf-8")
            began = time.monotonic()
            tab.page.get_by_text(said).wait_for()
            taken.append(time.monotonic() - began)
        assert min(taken) < 3, f"saved pages are to show within a second or two, not {taken}"
        page.write_text(sound.replace("Evidence: strong", "Evidence: strongish"), encoding="utf-8")
        tab.page.get_by_text("cannot be indexed as they are").wait_for()
        tab.page.get_by_text("the evidence level 'strongish' is not known").wait_for()
        assert open_index(small_store).passages
        page.write_text(sound, encoding="utf-8")
        tab.page.get_by_text("cannot be indexed as they are").wait_for(state="detached")
