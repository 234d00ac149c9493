"""Builders that are killed or meet, and readers that outlive a version: real processes on one store."""

from __future__ import annotations

import gc
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from groundedqa.index.build import Progress, build
from groundedqa.index.reading import open_index
from groundedqa.index.store import Store

KILLS = 10


class Builders:
    """Builds in processes of their own, and what they say."""

    def __init__(self) -> None:
        command = [sys.executable, str(Path(__file__).with_name("builder.py"))]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, base: Path, store: Path) -> None:
        assert self._process.stdin
        print(json.dumps([str(base), str(store)]), file=self._process.stdin, flush=True)

    def event(self) -> list[object]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the builders' process has died"
        found: list[object] = json.loads(line)
        assert found[1] != "failed", found
        return found

    def until(self, *what: object) -> list[object]:
        """The first event that begins with `what` after the process id; those before it are dropped."""
        while (event := self.event())[1 : 1 + len(what)] != [*what]:
            pass
        return event

    def stop(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=30)


@pytest.fixture(scope="module")
def builders() -> Iterator[Builders]:
    started = Builders()
    yield started
    started.stop()


def new_edition(base: Path, number: int) -> None:
    """Change every page, so that there is something to encode and something to tell editions by."""
    for page in base.rglob("*.md"):
        head, _, body = page.read_text(encoding="utf-8").partition("\n---\n\n")
        body = body.split("\n\n", 1)[1] if body.startswith("Edition ") else body
        page.write_text(f"{head}\n---\n\nEdition {number}.\n\n{body}", encoding="utf-8")


def edition(store: Path) -> set[str]:
    """The editions that an open index holds; its rows are checked against Chroma on the way."""
    index = open_index(store)
    for row in range(len(index.passages)):
        assert index.dense.nearest(np.asarray(index.vectors[row]), 1).tolist() == [row]
    return {passage.text for passage in index.passages if passage.text.startswith("Edition ")}


def versions(store: Path) -> set[str]:
    return {entry.name for entry in (store / "versions").iterdir() if entry.is_dir()}


@pytest.mark.process
def test_killed_at_any_moment_the_old_index_answers_and_the_next_run_completes(
    builders: Builders, small_base: Path, small_store: Path
) -> None:
    new_edition(small_base, 0)
    builders.start(small_base, small_store)
    builders.until("stage", "Loading the encoder")
    began = time.monotonic()
    builders.until("stage", "Encoding passages")
    encoding = time.monotonic()
    builders.until("stage", "Writing the index")
    writing = time.monotonic()
    builders.until("done")
    # How long each phase takes on this machine; the swap and the cleaning are at the end of the last.
    spans = {
        "Loading the encoder": encoding - began,
        "Encoding passages": writing - encoding,
        "Writing the index": time.monotonic() - writing,
    }
    phases = ["Loading the encoder"] + ["Encoding passages"] * 4 + ["Writing the index"] * 5
    chance = random.Random()
    for number, phase in enumerate(phases[:KILLS], start=1):
        new_edition(small_base, number)
        builders.start(small_base, small_store)
        pid = builders.until("stage", phase)[0]
        assert isinstance(pid, int)
        delay = chance.uniform(0, spans[phase])
        time.sleep(delay)
        os.kill(pid, signal.SIGKILL)
        where = f"killed {delay:.3f} s into {phase!r}"
        found = edition(small_store)
        assert found in ({f"Edition {number - 1}."}, {f"Edition {number}."}), where
        builders.start(small_base, small_store)
        # A builder killed too late has finished; its words come before those of the next.
        while (event := builders.event())[0] == pid or event[1] != "done":
            pass
        assert edition(small_store) == {f"Edition {number}."}, where
        assert versions(small_store) == {Store(small_store).current()}, where
        assert not list((small_store / "encoders").glob("*.new"))


@pytest.mark.process
def test_of_two_builders_one_waits_and_finds_nothing_to_do(
    builders: Builders, small_base: Path, small_store: Path
) -> None:
    new_edition(small_base, 1)
    builders.start(small_base, small_store)
    builders.start(small_base, small_store)
    changed: list[object] = []
    waited = 0
    while len(changed) < 2:
        event = builders.event()
        waited += event[1] == "waiting"
        changed += event[2:] if event[1] == "done" else []
    assert sorted(map(bool, changed)) == [False, True]
    assert waited == 1
    assert edition(small_store) == {"Edition 1."}


def test_a_builder_says_that_it_waits(small_base: Path, small_store: Path) -> None:
    waiting = threading.Event()
    finished = threading.Event()

    def second() -> None:
        build(small_base, small_store, progress=Progress(waiting=waiting.set))
        finished.set()

    with Store(small_store).building(lambda: None):
        thread = threading.Thread(target=second)
        thread.start()
        assert waiting.wait(30)
        assert not finished.is_set()
    thread.join(60)
    assert finished.is_set()


READER = """
import json, sys
from pathlib import Path
from groundedqa.index.reading import open_index
store = Path(sys.argv[1])
index = open_index(store)
for line in sys.stdin:
    if line.strip() == "open":
        index = open_index(store)
    row = int(index.dense.nearest(index.encoder.encode("Which edition is this?").vector, 1)[0])
    editions = sorted(p.text for p in index.passages if p.text.startswith("Edition"))
    print(json.dumps([index.version, editions, index.passages[row].text]), flush=True)
"""


@pytest.mark.process
def test_a_reader_elsewhere_keeps_its_version_and_opens_the_new_one(small_base: Path, small_store: Path) -> None:
    command = [sys.executable, "-c", READER, str(small_store)]
    reader = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert reader.stdin
    assert reader.stdout

    def say(what: str) -> list[object]:
        print(what, file=reader.stdin, flush=True)
        assert reader.stdout
        found: list[object] = json.loads(reader.stdout.readline())
        return found

    first = Store(small_store).current()
    assert say("ask")[:2] == [first, []]
    new_edition(small_base, 7)
    second = build(small_base, small_store).version
    assert versions(small_store) == {first, second}
    assert say("ask")[:2] == [first, []]
    version, editions, _ = say("open")
    assert (version, editions) == (second, ["Edition 7."] * 3)
    assert not build(small_base, small_store).changed  # nothing to build, but something to clean
    assert versions(small_store) == {second}
    reader.kill()
    reader.wait()


def test_an_old_index_answers_in_this_process_until_it_is_let_go(small_base: Path, small_store: Path) -> None:
    old = open_index(small_store)
    also_old = open_index(small_store)
    new_edition(small_base, 3)
    build(small_base, small_store)
    new = open_index(small_store)
    assert new.version != old.version
    del also_old  # closing one reader of a version leaves the other its files
    gc.collect()
    build(small_base, small_store)
    for index in (old, new):
        for row in range(len(index.passages)):
            assert index.dense.nearest(np.asarray(index.vectors[row]), 1).tolist() == [row]
    assert versions(small_store) == {old.version, new.version}
    del old, index
    gc.collect()
    build(small_base, small_store)
    assert versions(small_store) == {new.version}
    assert {lock.name for lock in (small_store / "versions").glob("*.lock")} == {f"{new.version}.lock"}


@pytest.mark.process
def test_readers_never_write_to_a_version(small_store: Path) -> None:
    directory = small_store / "versions" / Store(small_store).current()

    def state() -> dict[str, tuple[bytes, int]]:
        files = [file for file in directory.rglob("*") if file.is_file()]
        return {str(file): (file.read_bytes(), file.stat().st_mtime_ns) for file in files}

    before = state()
    command = [sys.executable, "-c", READER, str(small_store)]
    words = "open\nopen\nask\n"
    reader = subprocess.run(command, input=words, capture_output=True, text=True, timeout=120, check=True)
    assert len(reader.stdout.splitlines()) == 3
    assert state() == before


def test_readers_that_open_while_versions_are_replaced_always_get_one(small_base: Path, small_store: Path) -> None:
    seen: set[str] = set()
    failures: list[Exception] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                index = open_index(small_store)
                seen.add(index.version)
                assert index.dense.nearest(np.asarray(index.vectors[0]), 1).tolist() == [0]
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    built = {build(small_base, small_store, force=True).version for _ in range(8)}
    stop.set()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert len(seen & built) >= 2


def test_an_index_that_cannot_be_cleaned_away_fails_no_build(small_base: Path, small_store: Path) -> None:
    stray = small_store / "versions" / "20200101T000000-00000000"
    shutil.copytree(small_store / "versions" / Store(small_store).current(), stray)
    (small_store / "versions" / "20200101T000000-00000001.lock").mkdir()  # opening it as a lock file fails
    assert not build(small_base, small_store).changed
    assert not stray.exists()
