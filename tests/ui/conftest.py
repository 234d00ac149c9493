"""Fixtures of the app: `open_page` runs one page without a browser, `open_tab` opens a window on a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from driver import CHROMIUM, CLI, DESKTOP, FLAGS, OpenPage, OpenTab, Tab, served
from streamlit.testing.v1 import AppTest


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """`open_page("ask", store, q="…")` runs one page of the app on a store, with what its address holds."""

    def opened(name: str, store: Path, **address: str) -> AppTest:
        monkeypatch.setenv("GROUNDEDQA_STORE", str(store))
        page = AppTest.from_string(f"from groundedqa.ui import {name}\n{name}.page()", default_timeout=120)
        for key, value in address.items():
            page.query_params[key] = value
        return page.run()

    return opened


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def app_address(frozen_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The frozen base served by `groundedqa app`."""
    with served(CLI, frozen_store, tmp_path_factory.mktemp("app") / "log") as address:
        yield address


@pytest.fixture
def open_tab(chromium: Any) -> Iterator[OpenTab]:
    """`open_tab(address, size, scheme)`; every tab is closed at the end, and must not have left the app.

    Nor may the app's own headers have forbidden anything that its pages do.
    """
    tabs: list[Tab] = []

    def opened(address: str, size: tuple[int, int] = DESKTOP, scheme: str = "light") -> Tab:
        tabs.append(Tab(chromium, address, size, scheme))
        return tabs[-1]

    yield opened
    for tab in tabs:
        tab.context.close()
    assert [url for tab in tabs for url in tab.outside] == []
    assert [message for tab in tabs for message in tab.refused] == []
