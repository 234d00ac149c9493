"""The questions that passages answer: what of questions.yaml is read, what is told, and how one is added."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundedqa.base.files import fingerprint
from groundedqa.base.folder import read_base
from groundedqa.base.questions import LONGEST, NAME, add_question
from groundedqa.errors import BaseError

LISTED = """# what people ask
pools-salinity:
  - why does it get saltier
  - "Is salt: a problem?"
summary:lighthouses: [what is a lighthouse]
"""


def write(base: Path, text: str) -> Path:
    file = base / NAME
    file.write_text(text, encoding="utf-8")
    return file


def questions_of(base: Path) -> dict[str, tuple[str, ...]]:
    return {passage.id: passage.questions for passage in read_base(base).passages if passage.questions}


def test_each_passage_has_its_questions(small_base: Path) -> None:
    write(small_base, LISTED)
    read = read_base(small_base)
    definition = read.concepts["lighthouses"].definition
    assert questions_of(small_base) == {
        "pools-salinity": ("why does it get saltier", "Is salt: a problem?"),
        definition: ("what is a lighthouse",),
    }
    assert read.problems == ()


def test_a_base_without_the_file_or_with_an_empty_one_has_none(small_base: Path) -> None:
    assert questions_of(small_base) == {}
    write(small_base, "# nothing yet\n")
    assert questions_of(small_base) == {}
    assert read_base(small_base).problems == ()


def test_another_question_is_another_base(small_base: Path) -> None:
    before = fingerprint(small_base)
    write(small_base, LISTED)
    assert fingerprint(small_base) != before


@pytest.mark.parametrize(
    ("text", "severity", "line", "message"),
    [
        ("lost-claim:\n  - who\n", "warning", 1, "'lost-claim' names nothing in this base"),
        ("pools-salinity:\n  - a b\n  - c\n  - a  b\n", "warning", 4, "'a b' is listed twice"),
        ("pools-salinity: why\n", "error", 1, "a reference, a colon, and a list"),
        ("- why\n", "error", 1, "each passage's reference"),
        ("pools-salinity:\n  - [a]\n", "error", 2, "one line of text"),
        ("pools-salinity:\n  -\n", "error", 2, "one line of text"),
        (f"pools-salinity:\n  - {'a' * (LONGEST + 1)}\n", "error", 2, f"at most {LONGEST}"),
        ("pools-salinity: [a\n", "error", 2, "not valid YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    small_base: Path, text: str, severity: str, line: int, message: str
) -> None:
    write(small_base, text)
    (problem,) = read_base(small_base).problems
    assert (problem.severity, problem.path, problem.line) == (severity, NAME, line)
    assert message in problem.message


def test_what_is_not_utf8_is_told(small_base: Path) -> None:
    (small_base / NAME).write_bytes(b"pools-salinity:\n  - caf\xe9\n")
    (problem,) = read_base(small_base).problems
    assert "UTF-8" in problem.message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '"pools-salinity":\n  - "how: salty?"\n'),
        ("# kept\nother:\n- x", '# kept\nother:\n- x\n"pools-salinity":\n  - "how: salty?"\n'),
        ("pools-salinity:\n- a\n# note\nother:\n- x\n", 'pools-salinity:\n- a\n- "how: salty?"\n# note\nother:\n- x\n'),
        ("pools-salinity:\n    - a\n", 'pools-salinity:\n    - a\n    - "how: salty?"\n'),
    ],
)
def test_a_question_is_added_and_all_else_stays(tmp_path: Path, before: str, after: str) -> None:
    file = write(tmp_path, before)
    assert add_question(tmp_path, "pools-salinity", "how:  salty?")
    assert file.read_text(encoding="utf-8") == after
    assert not add_question(tmp_path, "pools-salinity", "how: salty?"), "it is there already"
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize("text", ["- a list\n", "pools-salinity: [a]\n", "pools-salinity: [\n", "pools-salinity: x\n"])
def test_a_file_that_cannot_take_one_stays_as_it_is(tmp_path: Path, text: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(BaseError, match=NAME):
        add_question(tmp_path, "pools-salinity", "how salty?")
    assert file.read_text(encoding="utf-8") == text
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
