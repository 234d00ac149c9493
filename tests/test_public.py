"""The library's face: what it names, what it costs to import, and the examples of its guide."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import groundedqa
from groundedqa.errors import MissingExtra, needs_extra

GUIDE = Path(__file__).parents[1] / "docs" / "python.md"
HEAVY = {"numpy", "pydantic", "torch", "chromadb", "streamlit", "onnxruntime", "sqlalchemy", "markdown_it", "sklearn"}


def test_every_name_is_there_and_at_one_place() -> None:
    assert sorted(groundedqa._HOME_OF) == sorted(groundedqa.__all__)
    for name in groundedqa.__all__:
        assert getattr(groundedqa, name).__name__ if name != "Answer" else groundedqa.Answer
    assert set(groundedqa.__all__) <= set(dir(groundedqa))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        groundedqa.nothing  # noqa: B018


@pytest.mark.process
@pytest.mark.parametrize("script", ["import groundedqa", "from groundedqa.cli.commands import cli"])
def test_what_is_not_used_is_not_loaded(script: str) -> None:
    loaded = f"{script}; import sys; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())


@pytest.mark.process
def test_asking_from_cold_loads_neither_chroma_nor_torch(small_store: Path) -> None:
    asked = (
        "import sys\nfrom groundedqa.cli.commands import main\n"
        "sys.argv = ['groundedqa', 'ask', 'why do pools get saltier']\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    environment = {**os.environ, "GROUNDEDQA_STORE": str(small_store)}
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, env=environment)
    assert "Tide pools grow saltier" in done.stdout
    assert not {"chromadb", "torch", "streamlit", "sklearn", "matplotlib", "ir_measures"} & set(done.stderr.split())


def test_the_examples_of_the_guide_run(
    frozen_base: Path, frozen_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = Path(shutil.copytree(frozen_base, tmp_path / "corpus"))
    shutil.copytree(frozen_store / "encoders", pages / ".groundedqa" / "encoders", copy_function=os.link)
    shutil.copy(frozen_store / "vectors.sqlite", pages / ".groundedqa")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 8
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, str(GUIDE), "exec"), names)


def test_a_store_is_opened_as_it_is_and_a_folder_is_brought_up_to_date(small_base: Path, small_store: Path) -> None:
    assert groundedqa.open(str(small_store)).index.root == small_base
    first = groundedqa.open(small_base, store=small_store)
    assert groundedqa.open(small_base, store=small_store).index.version == first.index.version
    page = small_base / "lighthouses.md"
    page.write_text(page.read_text(encoding="utf-8").replace("1998", "1999"), encoding="utf-8")
    question = "When did the last keeper on the northern coast leave?"
    assert first.ask(question, top_k=1).to_dict()["quotes"] == [], "its page says otherwise now"
    later = groundedqa.open(small_base, store=small_store).ask(question, top_k=1)
    assert "1999" in later.to_dict()["quotes"][0]["text"]


def test_errors_carry_what_they_know(small_base: Path, small_store: Path, tmp_path: Path) -> None:
    page = small_base / "lighthouses.md"
    page.write_text(page.read_text(encoding="utf-8").replace("Evidence: weak", "Evidence: weka"), encoding="utf-8")
    with pytest.raises(groundedqa.BaseError, match="nothing was indexed") as told:
        groundedqa.open(small_base, store=small_store)
    (problem,) = told.value.problems
    assert (problem.path, problem.line, problem.severity) == ("lighthouses.md", 12, "error")
    assert "'weka' is not known" in problem.message
    with pytest.raises(groundedqa.BaseError, match="there is no such folder") as told:
        groundedqa.open(tmp_path / "nowhere")
    assert told.value.hint is groundedqa.Hint.FOLDER
    with pytest.raises(groundedqa.ModelMismatch, match="built with the encoder") as other:
        groundedqa.open(small_store, model=str(tmp_path))
    assert (other.value.hint, other.value.subject) == (groundedqa.Hint.REBUILD, str(tmp_path))
    base = groundedqa.open(small_store)
    with pytest.raises(
        groundedqa.GroundedQAError, match="no page 'Light Houses of Old'; the nearest are 'Lighthouses'"
    ):
        base.ask("What is it?", concept="Light Houses of Old")
    assert [problem.message for problem in base.check() if problem.severity == "error"] == [problem.message]


def test_no_error_of_the_library_names_a_command() -> None:
    source = Path(groundedqa.__file__).parent
    for file in source.rglob("*.py"):
        if file.relative_to(source).parts[0] in ("ui", "cli"):
            continue
        told = re.findall(
            r"(?:Error|Damaged|Missing|Mismatch)\((?:[^()]|\([^()]*\))*\)", file.read_text(encoding="utf-8")
        )
        assert not [text for text in told if re.search(r"groundedqa [a-z]+|--[a-z]", text)], file


def test_a_package_of_an_extra_that_is_missing_is_named_with_its_extra() -> None:
    with (
        pytest.raises(MissingExtra, match="needs the package nobody_has_this, which is not installed") as told,
        needs_extra("exports"),
    ):
        import_module("nobody_has_this")
    assert (told.value.hint, told.value.subject) == (groundedqa.Hint.INSTALL, "exports")
    with pytest.raises(ModuleNotFoundError), needs_extra("exports"):
        import_module("groundedqa.nothing")
