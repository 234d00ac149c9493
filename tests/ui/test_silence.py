"""Nothing leaves the machine, and nothing is written but the store, as the system's own record of calls shows it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from driver import CLI, OpenTab, served

STRACE = shutil.which("strace")
CALLS = "connect,sendto,sendmsg,sendmmsg,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2"
ADDRESS = re.compile(r'sa_family=AF_INET6?,.*?(?:inet_addr\("|inet_pton\(AF_INET6, ")([^"]+)"')
WRITTEN = re.compile(r'(?:open(?:at)?\([^"]*"([^"]+)", [^,)]*(?:O_WRONLY|O_RDWR|O_CREAT)|mkdir(?:at)?\([^"]*"([^"]+)")')


class Watched:
    """A folder for a command to be at home in, and what the system noted of it."""

    def __init__(self, folder: Path, store: Path) -> None:
        self._folder, self._store = folder, store
        self._calls = folder / "calls"
        for name in ("home", "cache", "config", "tmp", "work"):
            (folder / name).mkdir()

    def command(self, line: list[str]) -> list[str]:
        """The same command, watched from its first call to its last."""
        assert STRACE is not None
        homes = {"HOME": "home", "XDG_CACHE_HOME": "cache", "XDG_CONFIG_HOME": "config", "TMPDIR": "tmp"}
        settings = [f"{name}={self._folder / place}" for name, place in homes.items()]
        # What the caller may hand on; torch, once imported, exports the folder that it writes to.
        names = ("HF_HUB_OFFLINE", "ANONYMIZED_TELEMETRY", "ORT_DISABLE_TELEMETRY", "TORCHINDUCTOR_CACHE_DIR")
        unset = [part for name in names for part in ("-u", name)]
        # With -D the command itself is the child, so that whoever ends it ends the app.
        trace = [STRACE, "-D", "-f", "-q", "--seccomp-bpf", "-e", f"trace={CALLS}", "-o", str(self._calls)]
        return ["env", *unset, "PYTHONDONTWRITEBYTECODE=1", *settings, *trace, *line]

    def assert_silent(self) -> None:
        """Whether it reached for this machine alone, and left nothing but the store."""
        until = time.monotonic() + 30
        while not re.search(r"\+\+\+ .*\+\+\+\s*$", calls := self._calls.read_text(errors="replace")):
            assert time.monotonic() < until
            time.sleep(0.1)
        assert "openat(" in calls, "it was watched"
        reached = set(ADDRESS.findall(calls))
        assert {address for address in reached if not address.startswith("127.") and address != "::1"} == set()
        assert "resolv.conf" not in calls, "no name was to be looked up"
        written = {Path(path) for found in WRITTEN.findall(calls) for path in found if path.startswith("/")}
        own = (self._store, self._folder / "tmp", Path("/dev"), Path("/proc"))
        assert [path for path in written if not any(path.is_relative_to(place) for place in own)] == []
        left = [path for name in ("home", "cache", "config", "tmp", "work") for path in (self._folder / name).iterdir()]
        # Torch makes a folder for compiled code when it is imported, and puts nothing there.
        assert [
            path for path in left if not (path.name.startswith("torchinductor_") and not list(path.iterdir()))
        ] == []

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `groundedqa` with some arguments."""
        line = self.command([sys.executable, "-m", "groundedqa.cli", *arguments])
        work = self._folder / "work"
        return subprocess.run(line, capture_output=True, text=True, timeout=300, check=False, cwd=work)


@pytest.fixture
def watched(tmp_path: Path) -> Callable[[Path], Watched]:
    if STRACE is None:
        pytest.skip("strace is not installed")
    if subprocess.run([STRACE, "-f", "--seccomp-bpf", "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace may not watch processes here")
    folder = tmp_path / "watched"
    folder.mkdir()
    return lambda store: Watched(folder, store)


@pytest.mark.process
def test_asking_is_silent(watched: Callable[[Path], Watched], small_store: Path) -> None:
    command = watched(small_store)
    done = command.run("ask", "Why do tide pools grow saltier?", "--store", str(small_store))
    assert done.returncode == 0, done.stderr
    command.assert_silent()


@pytest.mark.process
def test_a_first_index_is_made_in_silence(watched: Callable[[Path], Watched], small_base: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    command = watched(store)
    done = command.run("index", str(small_base), "--store", str(store))
    assert done.returncode == 0, done.stderr
    assert "encoded 20" in done.stdout
    command.assert_silent()


@pytest.mark.browser
def test_the_app_is_silent(
    watched: Callable[[Path], Watched], small_store: Path, tmp_path: Path, open_tab: OpenTab
) -> None:
    command = watched(small_store)
    with served(command.command(CLI), small_store, tmp_path / "log", tmp_path / "watched" / "work") as address:
        tab = open_tab(address)
        tab.go("?q=Why+do+tide+pools+grow+saltier%3F", ".gq-quote")
        tab.go("quiz", "button:has-text('Start')")
    command.assert_silent()
