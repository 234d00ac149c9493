"""Each file of an index cut, deleted and overwritten in turn: named when it is opened, and rebuilt by `ask`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from groundedqa.errors import Hint, IndexDamaged, IndexMissing, StoreError
from groundedqa.index import dense
from groundedqa.index.build import Progress, build
from groundedqa.index.reading import open_index
from groundedqa.index.store import Store
from groundedqa.workspace import Workspace


def cut(raw: bytes) -> bytes | None:
    return raw[: len(raw) // 2]


def delete(raw: bytes) -> bytes | None:
    return None


def overwrite(raw: bytes) -> bytes | None:
    """As long as before, with other bytes in the middle."""
    middle = len(raw) // 2
    width = min(64, max(1, len(raw) // 4))
    return raw[:middle] + bytes(byte ^ 0x5A for byte in raw[middle : middle + width]) + raw[middle + width :]


DAMAGES = [cut, delete, overwrite]


@contextmanager
def damaged(file: Path, damage: Callable[[bytes], bytes | None]) -> Iterator[None]:
    """The file damaged, and put back afterwards. It is replaced, since exports are links that tests share."""
    aside = file.with_name("aside")
    file.rename(aside)
    wrong = damage(aside.read_bytes())
    if wrong is not None:
        file.write_bytes(wrong)
    yield
    file.unlink(missing_ok=True)
    aside.rename(file)


def files_of(store: Path) -> list[Path]:
    version = store / "versions" / Store(store).current()
    return sorted(file for folder in (version, store / "encoders") for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_named_and_never_searched(small_store: Path, damage: Callable[[bytes], bytes | None]) -> None:
    files = files_of(small_store)
    names = {file.name for file in files}
    assert names >= {"manifest.json", "base.json", "vectors.npy", "chroma.sqlite3", "data_level0.bin", "model.onnx"}
    for file in files:
        with damaged(file, damage), pytest.raises(IndexDamaged):
            open_index(small_store)
    open_index(small_store)


def test_asking_rebuilds_a_damaged_version(
    small_store: Path,
    small_base: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # A folder `corpus` lies where the command is run: the index is not rebuilt from it but from its own pages.
    (tmp_path / "elsewhere" / "corpus").mkdir(parents=True)
    (tmp_path / "elsewhere" / "corpus" / "other.md").write_text("# Other\n\nNot this.\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "elsewhere")
    count = len(open_index(small_store).passages)
    done = 0
    for place in range(len(files_of(small_store))):
        version = small_store / "versions" / Store(small_store).current()
        file = files_of(small_store)[place]
        if not file.is_relative_to(version):
            continue
        wrong = [cut, delete][place % 2](file.read_bytes())
        file.unlink()
        if wrong is not None:
            file.write_bytes(wrong)
        notes: list[str] = []
        index = Workspace.at(small_store).open(Progress(note=notes.append))
        assert index.root == small_base
        assert len(index.passages) == count
        assert index.version != version.name
        assert [note.partition("; ")[2] for note in notes] == ["building the index again."]
        done += 1
    assert done >= 12


def test_index_of_one_base_with_the_graph_of_another_is_not_searched(
    small_base: Path, small_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file is whole, but they do not belong together: vectors have to find themselves."""
    monkeypatch.setattr(dense, "EXACT_BELOW", 0)  # as in a base that is large enough for the graph
    from groundedqa.index.seals import seals_of

    directory = small_store / "versions" / Store(small_store).current()
    other = tmp_path / "other-store"
    shutil.copytree(small_store / "encoders", other / "encoders", copy_function=os.link)
    page = small_base / "tide-pools.md"
    page.write_text(page.read_text(encoding="utf-8").replace("crabs ", "snails "), encoding="utf-8")
    build(small_base, other)
    foreign = other / "versions" / Store(other).current() / "chroma"
    shutil.rmtree(directory / "chroma")
    shutil.copytree(foreign, directory / "chroma")
    manifest = Store(small_store).manifest(directory.name)
    seals = {name: seal for name, seal in seals_of(directory).items() if name != "manifest.json"}
    text = manifest.model_copy(update={"files": seals}).model_dump_json()
    (directory / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(IndexDamaged, match="does not find vector"):
        open_index(small_store)


NO_VERSIONS = [
    b"",
    b" \n ",
    b".",
    b"..",
    b"/",
    b"../aside",
    b"aside/20200101T000000-00000000",
    b"20200101T000000-00000000/../../aside",
    b"20200101T000000-00000000\n20200101T000000-00000001",
    "\N{FULLWIDTH DIGIT TWO}0200101T000000-00000000".encode(),
    b"\0",
    b"notes",
    b"20200101T000000-00000000",
    bytes(range(256)) * 16,
]


@pytest.mark.parametrize("named", NO_VERSIONS)
def test_current_that_names_no_version_is_mended_and_costs_nothing_else(
    small_store: Path, small_base: Path, named: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Files are removed by that name: an empty one stood for the folder of all versions."""
    monkeypatch.chdir(tmp_path)
    version = Store(small_store).current()
    aside = [
        small_store / "aside" / "mine",
        small_store / "versions" / "notes" / "mine",
        small_store / "versions" / "notes.lock",
        small_store / "encoders" / "mine" / "model.onnx",
    ]
    for file in aside:
        file.parent.mkdir(exist_ok=True)
        file.write_text("mine", encoding="utf-8")
    before = {entry.name for entry in small_store.iterdir()}
    held = open_index(small_store)
    (small_store / "current").write_bytes(named)
    with pytest.raises(IndexDamaged):
        open_index(small_store)
    with suppress(IndexDamaged):
        Store(small_store).clean()
    assert (small_store / "versions" / version / "manifest.json").exists(), "a version that is held stays"
    index = Workspace.at(small_store).open()
    assert index.root == small_base
    assert len(index.passages) == len(held.passages)
    assert held.dense.nearest(np.asarray(held.vectors[0]), 1).tolist() == [0]
    assert {entry.name for entry in small_store.iterdir()} == before
    assert [file.read_text(encoding="utf-8") for file in aside] == ["mine"] * len(aside)
    assert not build(small_base, small_store).changed


def test_a_folder_in_place_of_current_is_said_and_left_alone(small_store: Path) -> None:
    (small_store / "current").unlink()
    (small_store / "current").mkdir()
    with pytest.raises(StoreError, match=r"current: this file cannot be read .*; mend or remove it"):
        Workspace.at(small_store).open()
    assert (small_store / "current").is_dir()


def test_store_without_current_is_missing(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="there is no index yet") as told:
        open_index(tmp_path)
    assert told.value.hint is Hint.BUILD
