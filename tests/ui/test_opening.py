from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from driver import OpenPage, html_of

from groundedqa.index.reading import open_index
from groundedqa.index.store import Store


def test_where_there_is_no_index_it_is_built_first(
    open_page: OpenPage, new_store: Path, small_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_base.rename(tmp_path / "corpus")
    monkeypatch.chdir(tmp_path)
    shown: list[str] = []
    import groundedqa.ui.current as opened

    real = opened.st.empty

    def watched() -> object:
        place = real()
        draw = place.progress

        def progress(value: float, text: str) -> object:
            shown.append(text)
            return draw(value, text)

        place.progress = progress
        return place

    monkeypatch.setattr(opened.st, "empty", watched)
    page = open_page("ask", new_store, q="What are tide pools?")
    assert not page.exception
    assert "stays behind in the hollows" in html_of(page)
    assert any(text.startswith("Encoding passages: ") for text in shown), shown
    assert "Writing the index …" in shown


def test_a_damaged_index_is_built_again_from_its_own_folder(
    open_page: OpenPage, small_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    version = Store(small_store).current()
    (small_store / "versions" / version / "vectors.npy").write_bytes(b"cut")
    page = open_page("concepts", small_store)
    assert not page.exception
    assert "Tide Pools" in html_of(page)
    assert open_index(small_store).version != version


@pytest.mark.parametrize("name", ["ask", "quiz", "concepts", "inspect"])
def test_errors_of_a_base_are_told_as_sentences(
    open_page: OpenPage, new_store: Path, small_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    base = small_base.rename(tmp_path / "corpus")
    file = base / "lighthouses.md"
    text = file.read_text(encoding="utf-8").replace("Evidence: weak", "Evidence: :red[weka]")
    file.write_text(text.replace("@marchetti2015lamps", "@nobody"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    page = open_page(name, new_store)
    assert not page.exception
    assert page.error[0].value == "The base cannot be opened."
    said = page.code[0].value
    assert "lighthouses.md:11: error: the source @nobody is not in the bibliography" in said
    assert said.endswith("errors above first")
    assert "Traceback" not in said
    assert not page.dataframe
    assert not page.chat_input


def test_without_a_folder_of_pages_the_page_says_which_it_looked_for(
    open_page: OpenPage, new_store: Path, small_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = open_page("ask", new_store)
    assert not page.exception
    assert "no folder corpus here to build one from" in page.code[0].value
    shutil.rmtree(new_store)


def test_a_damaged_calibration_is_said_on_the_page(open_page: OpenPage, small_store: Path) -> None:
    (small_store / "calibration.json").write_text('{"weights":', encoding="utf-8")
    page = open_page("ask", small_store, q="What are tide pools?")
    assert not page.exception
    assert page.error[0].value == "The base cannot be opened."
    assert "this calibration is damaged or of another release" in page.code[0].value
    assert "Make the calibration again" in page.code[0].value
