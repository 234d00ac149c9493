"""Folders: what is read, what is named, when two folders are the same, and finding a passage again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from groundedqa.base.files import fingerprint, read_page
from groundedqa.base.folder import find_again, read_base
from groundedqa.base.models import Base
from groundedqa.errors import BaseError

Read = Callable[..., Base]
Said = Callable[[Base], list[str]]


def test_every_problem_of_a_folder_is_named_at_once(read: Read, said: Said, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.md"
    outside.write_text("secret")
    (tmp_path / "leaves.md").symlink_to(outside)
    (tmp_path / "broken.md").symlink_to("nothing")
    (tmp_path / "loop.md").symlink_to("loop.md")
    os.mkfifo(tmp_path / "pipe.md")
    base = read(
        {
            "binary.md": b"\x89PNG\0\0",
            "latin.md": b"# T\r\n\r\ncaf\xe9\r\n",
            "yaml.md": "---\ntitle: [\n---\n",
            "good.md": "# Good\n\ntext [[nowhere]]\n",
            "good.txt": "again",
            "references.yaml": "- {id: a}\n",
        }
    )
    assert [line.split(" cannot be read: field")[0].split(": expected")[0] for line in said(base)] == [
        "binary.md:1: error: this is a binary file, not a page; move it out of the folder or rename it",
        "broken.md:1: error: this link leads to nothing; remove it or mend it",
        "good.md:3: warning: the link to 'nowhere' leads to no page of this base; mend it or write that page",
        "good.txt:1: error: good.md has the same name but for its ending; rename one of the two",
        "latin.md:3: error: the page is not UTF-8 (byte 0xe9); save it as UTF-8",
        "leaves.md:1: error: this link leads out of the base's folder; copy the page here instead",
        "loop.md:1: error: this link leads to nothing; remove it or mend it",
        "pipe.md:1: error: the page cannot be read: it is no ordinary file",
        "references.yaml:1: error: source 'a': title",
        "yaml.md:3: error: the front matter is not valid YAML",
    ]
    assert not any("secret" in passage.text for passage in base.passages)


def test_a_file_name_that_is_not_utf8_is_named(read: Read, said: Said, tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.md")).write_text("text")
    except OSError:
        pytest.skip("this file system keeps names in UTF-8")
    assert said(read("text")) == ["caf\\udce9.md:1: error: this file's name is not UTF-8; rename it"]


def test_links_inside_the_folder_are_read_once_at_their_own_place(read: Read, tmp_path: Path) -> None:
    (tmp_path / "other.md").symlink_to("page.md")
    (tmp_path / "references.yaml").symlink_to("lists/all.yaml")
    base = read({"page.md": "# T\n## Claims\n- A. Evidence: weak [@a]\n", "lists/all.yaml": "- {id: a, title: T}\n"})
    assert ([p.path for p in base.passages], list(base.sources), base.problems) == (["page.md"], ["a"], ())


def test_pages_are_found_in_folders_and_hidden_ones_left_out(read: Read) -> None:
    files = {"b/c.markdown": "C", "a.MD": "A", "z.txt": "Z", ".obsidian/x.md": "no", ".x.md": "no", "n.rst": "no"}
    assert list(read(files).concepts) == ["a", "b/c", "z"]


def test_a_folder_without_pages_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BaseError, match="there is no page in this folder"):
        read_base(tmp_path)
    with pytest.raises(BaseError, match="there is no such folder"):
        read_base(tmp_path / "gone")


def test_titles_shared_by_two_pages(read: Read, said: Said) -> None:
    base = read({"a.md": "# Winds\n", "b.md": "# Winds\n", "c.md": "[[Winds]]\n"})
    assert said(base) == ["b.md:1: warning: the title 'Winds' is also that of a.md; links to it go there"]
    assert base.concepts["c"].links == ("a",)


def test_accents_stored_in_two_ways_are_the_same_name(read: Read) -> None:
    assert read({"caf\u00e9.md": "x", "b.md": "[[cafe\u0301]]"}).concepts["b"].links == ("caf\u00e9",)


def test_fingerprint_follows_every_file_that_is_read(read: Read, tmp_path: Path) -> None:
    read({"page.md": "text", "sub/other.md": "text", "references.yaml": "- {id: a, title: T}\n"})
    seen = [fingerprint(tmp_path)]
    (tmp_path / "picture.png").write_bytes(b"x")
    (tmp_path / "page.md").touch()
    assert fingerprint(tmp_path) == seen[0]
    changes: list[Callable[[], object]] = [
        lambda: (tmp_path / "page.md").write_bytes(b"text\n"),
        lambda: (tmp_path / "references.yaml").write_text("[]"),
        lambda: (tmp_path / "sub/other.md").rename(tmp_path / "sub/new.md"),
        lambda: (tmp_path / "sub/new.md").unlink(),
        lambda: (tmp_path / "link.md").symlink_to("page.md"),
        lambda: ((tmp_path / "link.md").unlink(), (tmp_path / "link.md").symlink_to("gone.md")),
    ]
    for change in changes:
        change()
        seen.append(fingerprint(tmp_path))
    assert len(set(seen)) == len(seen)
    with pytest.raises(BaseError):
        fingerprint(tmp_path / "gone")


CLAIM = "- Ice floats. Evidence: strong (Navy) {#ice}\n"


@pytest.mark.parametrize(
    ("after", "line"),
    [
        ("# T\n## Claims\n" + CLAIM, 3),
        ("# T\r\n\r\nNew words.\r\n\r\n## Claims\r\n- Other. [low] (N)\r\n" + CLAIM, 7),
        ("# T\n## Claims\n" + CLAIM.replace("#ice", "#other"), 3),
        ("# T\n## Claims\n" + CLAIM.replace("strong", "weak"), None),
        ("# T\n## Claims\n" + CLAIM.replace("Navy", "Port"), None),
        ("# T\n## Claims\n" + CLAIM.replace("floats", "sinks"), None),
        ("# T\n## Other\n" + CLAIM, None),
        ("", None),
    ],
)
def test_find_again(read: Read, tmp_path: Path, after: str, line: int | None) -> None:
    (claim,) = read("# T\n## Claims\n" + CLAIM).passages
    (tmp_path / "page.md").write_bytes(after.encode())
    page = read_page(tmp_path, "page.md")
    assert page is not None
    found = find_again(page, claim)
    assert (found.line if found else None) == line
    if found:
        assert after[found.start : found.end] == claim.text == found.text
        assert found.id == "ice"


def test_read_page_gives_none_for_what_is_no_page(tmp_path: Path) -> None:
    (tmp_path / "latin.md").write_bytes(b"\xe9")
    assert read_page(tmp_path, "latin.md") is None
    assert read_page(tmp_path, "gone.md") is None
