"""Driving the app: one page by itself, the whole as a process, and a browser window on it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
DESKTOP, PHONE = (1200, 900), (390, 844)


OpenPage = Callable[..., AppTest]
OpenTab = Callable[..., "Tab"]


def html_of(page: AppTest) -> str:
    """All HTML of our own on a page, from top to bottom."""
    return "\n".join(element.proto.body for element in page.get("html"))


@contextmanager
def served(command: list[str], store: Path, log: Path, folder: Path = ROOT) -> Iterator[str]:
    """Run the app as a process of its own, in a folder; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = [part.format(port=port, store=store) for part in command]
    environment = {**os.environ, "GROUNDEDQA_STORE": str(store)}
    with log.open("w") as out:
        process = subprocess.Popen(line, cwd=folder, env=environment, stdout=out, stderr=out)
    address = f"http://localhost:{port}"
    try:
        until = time.monotonic() + 60
        while not _answers(f"{address}/_stcore/health"):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        yield address
        assert process.poll() is None, f"the app ended meanwhile, with exit code {process.poll()}: {log.read_text()}"
    finally:
        process.terminate()
        process.wait(20)
        assert not _answers(f"{address}/_stcore/health"), "the app went on after its process was ended"


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


CLI = [sys.executable, "-m", "groundedqa.cli", "app", "--store", "{store}", "--port", "{port}"]
STREAMLIT = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", "{port}"]


def wait_until(page: Any, script: str, given: Any = None) -> None:
    """Wait until a script says yes; Playwright's own way has the page evaluate text, which the app's headers forbid."""
    until = time.monotonic() + 30
    while not page.evaluate(script, given):
        assert time.monotonic() < until, script
        time.sleep(0.1)


class Tab:
    """A browser window on the app that notes what it must not do."""

    def __init__(self, browser: Any, address: str, size: tuple[int, int], scheme: str) -> None:
        self.address = address
        self.outside: list[str] = []
        self.dialogs: list[str] = []
        self.refused: list[str] = []  # what the app's own headers forbade
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, accept_downloads=False
        )
        self.context.set_default_timeout(30_000)
        self.context.on("request", lambda request: self._note(request.url))
        self.page = self.context.new_page()
        self.page.on("websocket", lambda socket: self._note(socket.url))
        self.page.on("dialog", self._refuse)
        self.context.on("console", self._listen)

    def _note(self, url: str) -> None:
        if not url.startswith(("data:", "blob:")) and urlsplit(url).netloc != urlsplit(self.address).netloc:
            self.outside.append(url)

    def _listen(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.refused.append(message.text)

    def _refuse(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def go(self, path: str, until: str) -> None:
        """Open a page of the app, and wait until it shows what a selector names."""
        self.page.goto(f"{self.address}/{path}")
        self.page.locator(until).first.wait_for()
        self.settle()

    def settle(self) -> None:
        """Wait until the app has drawn its page."""
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()

    def button(self, words: str) -> Any:
        return self.page.locator("button", has_text=words).first

    def fits(self) -> bool:
        """Whether nothing sticks out at the side."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    def text(self) -> str:
        """What can be read on the page, without joiners that take no room."""
        return str(self.page.inner_text("body")).replace("\N{WORD JOINER}", "")
