"""The index follows the files while an author writes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from groundedqa.errors import BaseError, GroundedQAError
from groundedqa.index.build import BuildReport
from groundedqa.index.reading import open_index
from groundedqa.index.watch import follow

Told = list[BuildReport | GroundedQAError]


def wait(until: Callable[[], bool], seconds: float = 30) -> float:
    """Wait for something; gives the seconds that it took."""
    began = time.monotonic()
    while not until():
        assert time.monotonic() - began < seconds, "nothing happened"
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.fixture
def told(small_base: Path, small_store: Path) -> Iterator[Told]:
    """What is said while `small_base` is followed; the first build is done."""
    heard: Told = []
    stop = Event()
    thread = Thread(target=follow, args=(small_base, small_store, heard.append), kwargs={"stop": stop})
    thread.start()
    wait(lambda: len(heard) == 1)
    yield heard
    stop.set()
    thread.join(10)
    assert not thread.is_alive(), "it stops when it is told to"


def test_what_is_saved_is_found_soon(told: Told, small_base: Path, small_store: Path) -> None:
    page = small_base / "lighthouses.md"
    taken = []
    for number in range(3):
        said = f"Lamp {number} burns whale oil from the north"
        page.write_text(page.read_text(encoding="utf-8").replace("## Open", f"- {said}. {{#w{number}}}\n\n## Open", 1))
        taken.append(wait(lambda number=number: f"w{number}" in open_index(small_store).rows))  # type: ignore[misc]
    assert min(taken) < 2, f"saved pages are to show within a second or two, not {taken}"


def test_a_mistake_is_told_and_what_was_there_still_answers(told: Told, small_base: Path, small_store: Path) -> None:
    page = small_base / "lighthouses.md"
    sound = page.read_text(encoding="utf-8")
    version = open_index(small_store).version
    page.write_text(sound.replace("Evidence: strong", "Evidence: strongish"), encoding="utf-8")
    wait(lambda: isinstance(told[-1], BaseError))
    assert "lighthouses.md:11: error: the evidence level 'strongish' is not known" in str(told[-1])
    assert open_index(small_store).version == version
    page.write_text(sound.replace("Evidence: strong", "Evidence: weak"), encoding="utf-8")
    wait(lambda: isinstance(told[-1], BuildReport))
    evidence = open_index(small_store).passages[open_index(small_store).rows["lighthouses-fresnel"]].evidence
    assert str(evidence) == "weak"


def test_what_is_saved_while_the_first_build_runs_is_not_missed(small_base: Path, small_store: Path) -> None:
    page = small_base / "lighthouses.md"
    stop, heard = Event(), Told()

    def hear(result: BuildReport | GroundedQAError) -> None:
        if not heard:  # the first build has read the pages, and nobody has looked again yet
            page.write_text(page.read_text(encoding="utf-8").replace("four times", "six times"), encoding="utf-8")
        heard.append(result)

    thread = Thread(target=follow, args=(small_base, small_store, hear), kwargs={"stop": stop})
    thread.start()
    try:
        wait(lambda: any("six times" in passage.text for passage in open_index(small_store).passages))
    finally:
        stop.set()
        thread.join(10)
