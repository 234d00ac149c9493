"""`groundedqa check`, run as an author runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "groundedqa.cli", "check", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120)


def test_warnings_alone_are_no_failure(tmp_path: Path) -> None:
    (tmp_path / "ice.md").write_text("# Ice\n\n## Claims\n- Ice floats. Evidence: strong\n")
    done = check(tmp_path)
    assert done.stdout.splitlines() == [
        f"{tmp_path}/ice.md:4: warning: this claim names no source; add one, such as [@key]",
        "1 page: 1 claim, 0 open questions, 0 relations, 0 passages of text, 0 sources. 0 errors, 1 warning.",
    ]
    assert done.returncode == 0


def test_errors_are_printed_with_their_place_and_the_exit_code_is_1(tmp_path: Path) -> None:
    (tmp_path / "ice.md").write_text("# Ice\n\n## Claims\n- Ice floats. Evidence: strnog [@navy]\n")
    (tmp_path / "photo.md").write_bytes(b"\0")
    done = check(tmp_path)
    assert done.stdout.splitlines() == [
        f"{tmp_path}/ice.md:4: error: the evidence level 'strnog' is not known; "
        "use one of strong, moderate, weak, contested",
        f"{tmp_path}/ice.md:4: error: the source @navy is not in the bibliography; add it there or mend the key",
        f"{tmp_path}/photo.md:1: error: this is a binary file, not a page; move it out of the folder or rename it",
        "1 page: 1 claim, 0 open questions, 0 relations, 0 passages of text, 0 sources. 3 errors, 0 warnings.",
    ]
    assert done.returncode == 1


def test_no_folder_and_an_empty_folder_are_one_sentence(tmp_path: Path) -> None:
    for folder, sentence in ((tmp_path / "gone", "there is no such folder"), (tmp_path, "there is no page")):
        done = check(folder)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert done.stderr.startswith(f"groundedqa: {folder}: {sentence}")
