# ruff: noqa: E501 (a claim is one line)
"""The deep check: what it questions, what it leaves alone, and that what was seen stays seen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from edits import Edit

from groundedqa.authoring.findings import Finding, Sort, find
from groundedqa.authoring.seen import SeenFindings
from groundedqa.errors import GroundedQAError
from groundedqa.index.reading import Index

MARSH = "- **Salt marshes store"


def beside(claim: str) -> dict[str, str]:
    """An edit that puts a claim on another page than the one it is about."""
    return {MARSH: f"- {claim}\n{MARSH}"}


def of(found: list[Finding], sort: Sort) -> list[Finding]:
    return [finding for finding in found if finding.sort is sort]


def test_a_sound_base_has_nothing_to_question(small_index: Index) -> None:
    assert find(small_index) == []


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        (
            "**Tide pools do not grow saltier on hot days.** It was measured. Evidence: weak {#x}",
            "“not grow” here, “grow” there",
        ),
        ("**The Fresnel lens multiplied the range of lighthouses four times.** So it was. Evidence: weak {#x}", ""),
        ("**Hermit crabs never trade shells in a queue.** They fight. Evidence: weak {#x}", "never trade"),
    ],
)
def test_what_one_page_says_and_another_denies_is_named(edited: Edit, claim: str, reason: str) -> None:
    found = of(find(edited(beside(claim))), Sort.CONTRADICTION)
    if not reason:
        assert found == []
        return
    (finding,) = found
    assert "x" in finding.passages
    assert reason in finding.message
    assert "tide-pools.md:" in finding.message


def test_numbers_and_years_that_differ_are_named(edited: Edit) -> None:
    last = "**The last lighthouse keeper of the northern coast left in {}.** Automatic lamps ended the keepers' trade."
    new = edited(
        {
            **beside(f"{last.format(1989)} Evidence: weak {{#x}}"),
            "**Automatic lamps ended the keepers' trade.** The last keeper on the northern coast left in 1998.": last.format(
                1998
            ),
        }
    )
    (finding,) = of(find(new), Sort.CONTRADICTION)
    assert "the years differ, 1989 here, 1998 there" in finding.message


def test_claims_that_are_joined_as_a_dispute_are_left_alone(edited: Edit) -> None:
    claim = (
        "**Pools with starfish do not hold more species.** Removing the starfish let mussels crowd out none of the rest. "
        "Evidence: contested {#x contests=pools-starfish}"
    )
    assert of(find(edited(beside(claim))), Sort.CONTRADICTION) == []
    apart = claim.replace(" contests=pools-starfish", "")
    assert of(find(edited(beside(apart))), Sort.CONTRADICTION)


def test_a_claim_that_is_said_twice_is_named_with_its_levels(edited: Edit) -> None:
    copy = (
        "**Salt marshes store carbon faster than forests.** Cores showed burial rates forty times those of a temperate "
        "forest. Evidence: weak {#x}"
    )
    new = edited(
        {"- **Tide pools grow": f"- {copy}\n- **Tide pools grow", "title: Tide Pools": "title: Salt Marsh Pools"}
    )
    (finding,) = of(find(new), Sort.REPEAT)
    assert set(finding.passages) == {"x", "marshes-carbon"}
    assert "weak" in finding.message
    assert "moderate" in finding.message


def test_a_source_older_than_the_claim_s_date_is_named(edited: Edit) -> None:
    found = of(
        find(edited({"{#lighthouses-fresnel date=2015-11}": "{#lighthouses-fresnel date=2019}"})), Sort.OLD_SOURCE
    )
    (finding,) = found
    assert finding.passages == ("lighthouses-fresnel",)
    assert "2019" in finding.message
    assert "2015" in finding.message


def test_links_to_files_and_headings_that_are_not_there_are_named(edited: Edit) -> None:
    text = (
        "See [plan](plan.pdf), [life](../tide-pools.md#life-between-the-tides), [none](../tide-pools.md#no-such-part), "
        "[here](#key-claims), [two](<my plan.pdf>), [brackets](a_(b).pdf), [page](../lighthouses.md), [web](https://example.org/a.pdf), `[code](gone.pdf)`, [odd](%00{'x' * 400}).\n\n"
        "```\n[code](gone.pdf)\n```\n\nCordgrass holds"
    )
    found = of(find(edited({"Cordgrass holds": text})), Sort.DEAD_LINK)
    messages = " ".join(finding.message for finding in found)
    assert "'plan.pdf' leads to no file" in messages
    assert "'../tide-pools.md#no-such-part' names a heading that tide-pools.md does not have" in messages
    assert "life-between" not in messages
    assert "key-claims" not in messages
    assert "example.org" not in messages
    assert "gone.pdf" not in messages
    assert "'my plan.pdf' leads" in messages
    assert "'a_(b).pdf' leads" in messages
    assert {(finding.path, finding.line) for finding in found} == {("coast/salt-marshes.md", 7)}


def test_each_finding_has_a_key_of_its_own(edited: Edit) -> None:
    claim = "**Otters sleep in kelp at night.** They hold hands. Evidence: weak"
    thrice = {
        MARSH: f"- {claim}\n{MARSH}",
        "- **Tide pools grow": f"- {claim}\n- **Tide pools grow",
        "- **The Fresnel lens": f"- {claim}\n- **The Fresnel lens",
        "title: Tide Pools": "title: Otters of the Pools",
        "title: Salt Marshes": "title: Otters of the Marshes",
        "title: Lighthouses": "title: Otters of the Lamps",
        "Cordgrass holds": "[a](gone.pdf) [b](gone.pdf)\n\nOnce more [c](gone.pdf). Cordgrass holds",
    }
    found = find(edited(thrice))
    assert len(of(found, Sort.REPEAT)) == 3
    assert [finding.line for finding in of(found, Sort.DEAD_LINK)] == [7], "said once, at its first place"
    assert len({finding.key for finding in found}) == len(found)


def test_a_page_without_an_open_question_is_named(edited: Edit) -> None:
    (finding,) = find(
        edited({"## Open Questions\n- Can a marsh climb inland as fast as the sea rises? {#oq-marshes-climb}": ""})
    )
    assert (finding.sort, finding.path) == (Sort.NO_OPEN_QUESTION, "coast/salt-marshes.md")


def test_a_source_that_carries_many_claims_alone_is_named(edited: Edit) -> None:
    subjects = "Otters Gulls Seals Urchins Limpets Herons Mussels Barnacles".split()
    verbs = "sleep dive bark graze cling wait filter feed".split()
    claims = "\n".join(
        f"- **{subject} {verb} at the coast.** Seen. Evidence: weak [@lindqvist2021crabs] {{#c{subject}}}"
        for subject, verb in zip(subjects, verbs, strict=True)
    )
    (finding,) = of(find(edited({MARSH: f"{claims}\n{MARSH}"})), Sort.CROWDED_SOURCE)
    assert "Lindqvist (2021)" in finding.message
    assert "Vacancy Chains of Hermit Crabs" in finding.message


def test_a_mark_holds_until_the_claim_changes(edited: Edit, tmp_path: Path) -> None:
    wrong = {"{#lighthouses-fresnel date=2015-11}": "{#lighthouses-fresnel date=2019}"}
    (finding,) = find(edited(wrong))
    marks = SeenFindings(tmp_path / "new" / "seen.json")
    assert marks.read() == frozenset()
    marks.set(finding.key, True)
    moved = edited(
        {**wrong, "# ": "# "} if False else {**wrong, "A Fresnel lens bends": "Once more: a Fresnel lens bends"}
    )
    (same,) = find(moved)
    assert same.key == finding.key in marks.read()
    (other,) = find(edited({**wrong, "four times as far": "five times as far"}))
    assert other.key not in marks.read()
    marks.set(finding.key, False)
    assert marks.read() == frozenset()
    for damaged in ("{", "null", "7"):
        (tmp_path / "new" / "seen.json").write_text(damaged, encoding="utf-8")
        with pytest.raises(GroundedQAError, match="mend the file"):
            marks.read()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "groundedqa.cli", "check", *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=False)


@pytest.mark.process
def test_the_command_lists_findings_and_marks_them(small_base: Path, small_store: Path) -> None:
    page = small_base / "lighthouses.md"
    page.write_text(page.read_text(encoding="utf-8").replace("date=2015-11", "date=2019"), encoding="utf-8")
    store = ["--store", str(small_store)]
    plain = run(str(small_base), *store)
    assert (plain.returncode, "old source" in plain.stdout) == (0, False)
    deep = run(str(small_base), "--deep", *store)
    assert deep.returncode == 0, deep.stderr
    (line,) = [line for line in deep.stdout.splitlines() if "old source" in line]
    assert line.startswith(f"{page}:11: old source: this claim is dated 2019")
    key = line[-9:-1]
    marked = run(str(small_base), "--seen", key, *store)
    assert "1 finding to look at, 1 of them marked as seen." in marked.stdout
    assert "old source" not in marked.stdout
    assert f"[{key}, seen]" in run(str(small_base), "--deep", "--all", *store).stdout
    unknown = run(str(small_base), "--seen", "nosuch", *store)
    assert unknown.returncode == 1
    assert unknown.stderr.endswith("groundedqa: nosuch: there is no such finding; its key stands in brackets\n")
    assert "Traceback" not in unknown.stderr
    assert "Evidence: strongish" not in page.read_text(encoding="utf-8")


@pytest.mark.process
def test_another_folder_than_the_indexed_one_is_checked_beside_it(
    small_base: Path, small_store: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "reefs.md").write_text(
        "# Reefs\n\n## Claims\n- **Reefs grow.** Slowly. Evidence: weak\n", encoding="utf-8"
    )
    before = (small_store / "current").read_text()
    deep = run(str(other), "--deep", "--store", str(small_store))
    assert "reefs.md:1: no open question" in deep.stdout, deep.stderr
    assert (small_store / "current").read_text() == before
