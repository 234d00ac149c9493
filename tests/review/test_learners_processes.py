"""Several processes and one learner: killed in the middle, answering at once, opening at once."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from learning import kept, replay

from groundedqa.review.database import open_learners

pytestmark = pytest.mark.process

CHILD = Path(__file__).with_name("learning.py")


class Child:
    """A process that answers; see `learning.py`."""

    def __init__(self, url: str, count: int) -> None:
        command = [sys.executable, str(CHILD), url, "Ada", str(count)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def wait_until_ready(self) -> None:
        assert self._line() == "ready"

    def start(self) -> None:
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def kill_after(self, answers: int) -> int:
        """Kill it without warning once so many were acknowledged; gives back how many were in the end."""
        for _ in range(answers):
            assert self._line()
        self._process.kill()
        assert self._process.stdout
        rest = [line for line in self._process.stdout.read().split("\n") if line]
        assert self._process.wait() == -9
        return answers + len(rest)

    def finish(self) -> None:
        out, _ = self._process.communicate(timeout=120)
        assert self._process.returncode == 0, out


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'learners.sqlite'}"


def test_a_killed_process_loses_nothing_that_was_answered(url: str) -> None:
    acknowledged = 0
    children = [Child(url, 100_000) for _ in range(3)]
    for child, answers in zip(children, (1, 17, 40), strict=True):
        child.wait_until_ready()
        child.start()
        acknowledged += child.kill_after(answers)
        learner = open_learners(url).export("Ada")
        # The one answer that was being written when the process died may or may not be there.
        assert acknowledged <= len(learner["answers"]) <= acknowledged + 1
        assert len(learner["reviews"]) == len(learner["answers"])
        assert len(learner["cards"]) == 1
        assert kept(learner) == replay(learner)
        acknowledged = len(learner["answers"])


def test_two_processes_that_answer_one_card_at_once_both_count(url: str) -> None:
    children = [Child(url, 60) for _ in range(2)]  # both make the new file, and one brings it up to date
    for child in children:
        child.wait_until_ready()
    for child in children:
        child.start()
    for child in children:
        child.finish()
    learner = open_learners(url).export("Ada")
    assert len(learner["answers"]) == len(learner["reviews"]) == 120
    assert len(learner["cards"]) == 1
    assert kept(learner) == replay(learner)
    assert [row["rating"] for row in learner["reviews"]].count(3) == 60


def test_processes_that_open_a_new_file_together_do_not_collide(tmp_path: Path) -> None:
    # Both wait for the same instants on the clock, 80 times: without a lock, about one file in 15 collided.
    code = (
        "import sys, time\n"
        "from groundedqa.review.database import open_learners\n"
        "print('ready', flush=True)\n"
        "begin = float(sys.stdin.readline())\n"
        "for turn in range(80):\n"
        "    while time.time() < begin + turn / 20: pass\n"
        f"    open_learners(f'sqlite:///{tmp_path}/{{turn}}.sqlite')\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    begin = time.time() + 0.1
    for process in processes:
        assert process.stdin
        process.stdin.write(f"{begin}\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=120)
        assert process.returncode == 0
    assert len(list(tmp_path.glob("*.sqlite"))) == 80
