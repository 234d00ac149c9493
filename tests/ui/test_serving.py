"""How the app is served: to whom, with which settings and headers, from whatever folder it is started in."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from driver import CLI, STREAMLIT, OpenTab, served, wait_until

COMMANDS = pytest.mark.parametrize("command", [CLI, STREAMLIT], ids=["groundedqa", "streamlit"])
# What text that slipped through as HTML would try: each entry says whether it did.
TRIES = """async () => {
  const done = {};
  const script = document.createElement('script');
  script.textContent = 'window.pwned = 1';
  document.body.append(script);
  done.script = window.pwned === 1;
  document.body.insertAdjacentHTML('beforeend', '<img src="x:" onerror="window.pwned = 2">');
  done.image = await new Promise(tell => {
    const image = new Image();
    image.onload = () => tell(true);
    image.onerror = () => tell(false);
    image.src = OTHER + '/favicon.png';
  });
  done.request = await fetch(OTHER + '/_stcore/health', {mode: 'no-cors'}).then(() => true, () => false);
  await new Promise(tell => setTimeout(tell, 300));
  done.handler = window.pwned === 2;
  return done;
}"""


def lets_in(host: str, address: str) -> bool:
    try:
        with socket.create_connection((host, urlsplit(address).port or 0), timeout=5):
            return True
    except OSError:
        return False


@pytest.mark.process
def test_only_this_machine_is_let_in_unless_another_address_is_named(small_store: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    # All of 127.0.0.0/8 is this machine, but only what listens on every address answers on 127.0.0.2.
    with served(CLI, small_store, log) as address:
        assert lets_in("127.0.0.1", address)
        assert not lets_in("127.0.0.2", address)
    assert "warning" not in log.read_text()
    with served([*CLI, "--host", "0.0.0.0"], small_store, log) as address:
        assert lets_in("127.0.0.2", address)
    (warning,) = [line for line in log.read_text().splitlines() if "warning" in line]
    assert "can read the whole base" in warning
    assert "a name is no password" in warning


@pytest.mark.process
@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", "0"), ("localhost", "TAKEN"), ("localhost", "70000")])
def test_an_address_that_cannot_be_had_is_one_sentence(tmp_path: Path, host: str, port: str) -> None:
    with socket.create_server(("localhost", 0)) as other:
        port = port.replace("TAKEN", str(other.getsockname()[1]))
        command = [sys.executable, "-m", "groundedqa.cli", "app", "--host", host, "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"groundedqa: the app cannot listen on {host}, port {port} (")


@pytest.mark.browser
@COMMANDS
def test_the_browser_is_told_to_load_and_run_nothing_else(
    command: list[str], frozen_store: Path, tmp_path: Path, app_address: str, open_tab: OpenTab
) -> None:
    with served(command, frozen_store, tmp_path / "log") as address:
        with urllib.request.urlopen(address) as answer:
            told = dict(answer.headers)
        policy = told["content-security-policy"]
        assert "unsafe" not in re.sub("style-src [^;]*;", "", policy)
        assert "frame-ancestors 'none'" in policy
        assert told["x-frame-options"] == "DENY"
        assert told["x-content-type-options"] == "nosniff"
        assert told["referrer-policy"] == "same-origin"
        tab = open_tab(address)
        tab.go("?q=What+is+circuit+tracing%3F", ".gq-quote")
        tries = TRIES.replace("OTHER", repr(app_address))  # another server, which would answer
        assert tab.page.evaluate(tries) == dict.fromkeys(("script", "image", "request", "handler"), False)
        assert len(tab.refused) >= 4
        tab.refused.clear()
        tab.outside.clear()


@pytest.mark.browser
def test_it_looks_the_same_from_any_folder(small_store: Path, tmp_path: Path, open_tab: OpenTab) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_text("[theme.light]\nbackgroundColor = '#ff0000'\n")
    with served(CLI, small_store.absolute(), tmp_path / "log", tmp_path) as address:
        tab = open_tab(address)
        tab.go("concepts", ".gq-list li")
        ground = tab.page.locator('[data-testid="stApp"]').evaluate("it => getComputedStyle(it).backgroundColor")
        assert ground == "rgb(253, 253, 251)"
        assert not tab.page.locator('[data-testid="stMainMenu"]').count(), "the toolbar is the small one"
    assert f"URL: {address}" in (tmp_path / "log").read_text()


@pytest.mark.browser
def test_a_name_is_kept_and_an_answer_scrolled_to_by_scripts_that_the_browser_may_run(
    app_address: str, open_tab: OpenTab
) -> None:
    tab = open_tab(app_address)
    tab.go("?q=What+are+sparse+autoencoders%3F", ".gq-quote")
    tab.page.wait_for_timeout(1_500)
    assert 0 <= tab.page.locator(".gq-asked").evaluate("it => it.getBoundingClientRect().top") < 200
    tab.page.get_by_role("textbox", name="Your name").fill("Ada; 'B' <c>")
    tab.page.keyboard.press("Enter")
    tab.settle()
    wait_until(tab.page, "document.cookie.includes('groundedqa_learner')")
    kept = {cookie["name"]: cookie["value"] for cookie in tab.context.cookies()}
    assert kept["groundedqa_learner"] == "Ada%3B%20%27B%27%20%3Cc%3E"


def test_the_repository_s_settings_are_the_package_s() -> None:
    root = Path(__file__).parent.parent.parent
    ours = root / "src" / "groundedqa" / "ui" / ".streamlit" / "config.toml"
    assert (root / ".streamlit" / "config.toml").samefile(ours)
