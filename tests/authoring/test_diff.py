"""What an edit changes: claims, answers, quiz items; as Markdown, and by the command with git."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from edits import Edit

from groundedqa.authoring.diff import Change, Diff, compare
from groundedqa.authoring.diff_report import diff_markdown
from groundedqa.evaluate.gold import Asks, Case
from groundedqa.index.reading import Index
from groundedqa.quiz.item_kind import ItemKind

SALT = "Do tide pools grow saltier on hot days?"
GOLD = (
    Case(id="g1", question=SALT, kind=Asks.FACT, answers=("pools-salinity",)),
    Case(id="g2", question="How do I file my income tax return?", kind=Asks.FAR),
    Case(id="g3", question="What are beacons?", kind=Asks.DEFINITION, answers=("summary:lighthouses",)),
)
RETIRE = {
    "- **Tide pools grow saltier on hot days.** Evaporation raised the salinity of small pools by a third within one "
    "low tide. Evidence: strong [@okafor2019pools] {#pools-salinity date=2019-06}\n": ""
}


def notes(diff: Diff, identifier: str) -> tuple[str, ...]:
    return next(change.notes for change in diff.passages if change.new and change.new.id == identifier)


def test_a_base_does_not_differ_from_itself(small_index: Index) -> None:
    done: list[int] = []
    diff = compare(small_index, small_index, GOLD, [("What are rock pools?",)], lambda: done.append(1))
    assert (diff.passages, diff.answers, diff.items) == ((), (), ())
    assert (diff.asked, diff.gold, len(done)) == (4, 3, 4)
    assert "Nothing changes" in diff_markdown(diff, "a", "b")


def test_claims_are_told_apart_by_what_changed(small_index: Index, edited: Edit) -> None:
    new = edited(
        {
            "Evidence: moderate [@lindqvist2021crabs] {#pools-shell-queue date=2021-03}": (
                "Evidence: strong [@okafor2019pools] {#pools-shell-queue date=2021-04}"
            ),
            "four times as far-reaching": "five times as far-reaching",
            "- **Salt marshes store": "- **Marsh mud smells.** It does so in summer. Evidence: weak {#marsh-smell}\n"
            "- **Salt marshes store",
            "Evidence: weak [@marchetti2015lamps] {#lighthouses-keepers}": "Evidence: weak {#lighthouses-last-keeper}",
        }
    )
    diff = compare(small_index, new)
    by = {change: [c for c in diff.passages if c.change is change] for change in Change}
    assert [c.new.id for c in by[Change.ADDED] if c.new] == ["marsh-smell"]
    assert by[Change.RETIRED] == []
    assert notes(diff, "pools-shell-queue") == (
        "level up: moderate to strong",
        "source: Lindqvist (2021) to Okafor (2019)",
        "date: 2021-03 to 2021-04",
    )
    assert notes(diff, "lighthouses-fresnel") == ("reworded",)
    assert notes(diff, "lighthouses-last-keeper") == (
        "id: lighthouses-keepers to lighthouses-last-keeper",
        "source: Marchetti (2015) to none",
    ), "found again by its words"
    shown = diff_markdown(diff, "HEAD", "work tree")
    assert "level up: moderate to strong" in shown
    assert "before: The Fresnel lens" in shown
    assert "now: The Fresnel lens" in shown
    assert "five times" in shown


def test_a_level_that_falls_says_so(small_index: Index, edited: Edit) -> None:
    new = edited({"Evidence: strong [@okafor2019pools]": "Evidence: weak [@okafor2019pools]"})
    diff = compare(small_index, new)
    assert notes(diff, "pools-salinity") == ("level down: strong to weak",)
    evidence = [item for item in diff.items if item.kind is ItemKind.EVIDENCE]
    for item in evidence:
        assert item.claim_id == "pools-salinity"
        assert item.before.startswith("Strong")
        assert item.after is None or item.after.startswith("Weak")


def test_a_retired_claim_breaks_its_gold_case_and_its_items(small_index: Index, edited: Edit) -> None:
    diff = compare(small_index, edited(RETIRE), GOLD, [("How do pools grow saltier?",)])
    (broken,) = diff.broken
    assert (broken.case, broken.was_right, broken.is_right) == ("g1", True, False)
    assert broken.before[0] == "pools-salinity"
    assert "pools-salinity" not in broken.after
    assert diff.items, "the claim gave items before"
    assert all(item.claim_id == "pools-salinity" and item.after is None for item in diff.items)
    shown = diff_markdown(diff, "old", "new")
    assert "**1 gold case broke.**" in shown
    assert "no longer asked" in shown
    assert "### Retired claims (1)" in shown


def test_the_way_back_mends_it(small_index: Index, edited: Edit) -> None:
    diff = compare(edited(RETIRE), small_index, GOLD)
    assert diff.broken == ()
    assert [(change.case, change.mended) for change in diff.answers] == [("g1", True)]


def test_a_claim_s_words_break_no_table(small_index: Index, edited: Edit) -> None:
    new = edited({"four times as far-reaching": "four | times `as` <b>far</b>-reaching\\"})
    shown = diff_markdown(compare(small_index, new), "a|b", "c")
    assert "four \\| times as &lt;b>far" in shown
    assert "a\\|b" in shown
    loud = edited({"four times as far-reaching": "four ![x](http://a.example) @team times"})
    told = diff_markdown(compare(small_index, loud), "a", "b")
    assert "![" not in told
    assert "@team" not in told


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "groundedqa.cli", "diff", *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=False, cwd=cwd)


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.process
def test_the_command_compares_a_revision_with_the_files(small_base: Path, small_store: Path) -> None:
    repository = small_base.parent
    gold = f"- id: g1\n  question: {SALT}\n  kind: fact\n  answers: [pools-salinity]\n"
    (small_base / "gold.yaml").write_text(gold, encoding="utf-8")
    git(repository, "init", "-q")
    git(repository, "add", "base")
    git(repository, "commit", "-qm", "one")
    store = {file: file.stat().st_mtime_ns for file in small_store.rglob("*")}
    same = run("HEAD", "base", "--store", str(small_store), cwd=repository)
    assert same.returncode == 0, same.stderr
    assert "Nothing changes" in same.stdout
    page = small_base / "tide-pools.md"
    ((old, new),) = RETIRE.items()
    assert old in page.read_text(encoding="utf-8")
    page.write_text(page.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    broke = run("HEAD", "base", "--store", str(small_store), cwd=repository)
    assert broke.returncode == 1, broke.stderr
    assert "**1 gold case broke.**" in broke.stdout
    assert "Traceback" not in broke.stderr
    assert {file: file.stat().st_mtime_ns for file in small_store.rglob("*")} == store, "what learners use stays"
    folders = run(str(small_base), str(small_base), "--store", str(small_store), cwd=repository)
    assert (folders.returncode, "Nothing changes" in folders.stdout) == (0, True)


@pytest.mark.process
@pytest.mark.parametrize("old", ["no-such-revision", "--upload-pack=x"])
def test_what_is_neither_folder_nor_revision_is_a_sentence(small_base: Path, tmp_path: Path, old: str) -> None:
    done = run("--", old, str(small_base), cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"groundedqa: {old}: this is neither a folder nor a git revision")
    assert "Traceback" not in done.stderr
