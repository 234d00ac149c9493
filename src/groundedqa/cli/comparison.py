"""`groundedqa diff` and `check --deep`: what needs the index of a folder that is not what learners use."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundedqa.cli.opening import CORPUS, STORE, ModelName, ShownProgress, StoreDir, build_index
from groundedqa.cli.output import count
from groundedqa.errors import GroundedQAError

if TYPE_CHECKING:
    from groundedqa.index.opened import Index


def diff(
    old: Annotated[str, typer.Argument(help="The state before: a folder of pages, or a git revision such as HEAD.")],
    new: Annotated[Path, typer.Argument(help="The folder of pages as it is now.")] = CORPUS,
    gold: Annotated[Path | None, typer.Option(help="The gold cases; gold.yaml of the newer state by default.")] = None,
    store: StoreDir = STORE,
    model: ModelName = None,
) -> None:
    """What an edit changes, as Markdown: claims, answers, quiz items. Exit code 1 if a gold case breaks."""
    from groundedqa.authoring.diff import compare
    from groundedqa.authoring.log import log_of
    from groundedqa.authoring.render import diff_markdown
    from groundedqa.evaluate.gold import own_gold, read_gold

    cases = read_gold(gold) if gold else own_gold(new)
    stored = log_of(store).conversations()
    with tempfile.TemporaryDirectory(prefix="groundedqa-") as scratch:
        before = _state(old, new, Path(scratch))
        with _beside(before, store, model) as first, _beside(new, store, model) as second, ShownProgress() as shown:
            shown.progress.stage("Asking both", len(cases) + len(stored))
            found = compare(first, second, cases, stored, lambda: shown.progress.advance(1))
    print(diff_markdown(found, old, str(new)), end="")
    raise typer.Exit(1 if found.broken else 0)


def _state(old: str, new: Path, scratch: Path) -> Path:
    """The folder that holds the older state; a git revision is unpacked."""
    if Path(old).is_dir():
        return Path(old)
    if not new.is_dir():
        raise GroundedQAError(f"{new}: there is no such folder; name the folder that holds the pages")
    try:
        if old.startswith("-"):  # git would take it for an option
            raise subprocess.CalledProcessError(1, "git", stderr=b"no revision begins with a hyphen")
        archive = subprocess.run(["git", "-C", str(new), "archive", old, "."], capture_output=True, check=True).stdout
    except FileNotFoundError:
        raise GroundedQAError(
            f"{old}: there is no such folder, and git is not installed to look for a revision"
        ) from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise GroundedQAError(
            f"{old}: this is neither a folder nor a git revision of {new} ({said[-1] if said else 'git failed'})"
        ) from None
    place = scratch / "pages"
    try:
        with tarfile.open(fileobj=BytesIO(archive)) as unpacked:
            unpacked.extractall(place, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise GroundedQAError(f"{old}: this revision of {new} cannot be unpacked ({error})") from None
    return place


@contextmanager
def _beside(pages: Path, store: Path, model: str | None) -> Iterator[Index]:
    """The index of a folder, in a store of its own that begins with the vectors of `store`, which stays as it is."""
    from groundedqa.answer.calibration import file_in as calibration_in
    from groundedqa.index.opened import open_index
    from groundedqa.index.store import Store

    with tempfile.TemporaryDirectory(prefix="groundedqa-") as scratch:
        own, kept = Store(Path(scratch)), Store(store)
        if kept.encoders.is_dir():
            shutil.copytree(kept.encoders, own.encoders, copy_function=_linked)
        for file in (kept.cache, calibration_in(kept.directory)):  # answers are to be as sure as they are for learners
            if file.is_file():
                shutil.copy(file, own.directory)
        build_index(pages, own.directory, model or kept.model())
        yield open_index(own.directory)


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def deep_check(corpus: Path, store: Path, model: str | None, seen: list[str], all_: bool) -> list[str]:
    """The lines that a deep check adds for the base in `corpus`, those left out that were marked as seen."""
    from groundedqa.authoring.findings import find
    from groundedqa.authoring.marks import marks_of
    from groundedqa.index.opened import open_index
    from groundedqa.index.store import Store

    marks = marks_of(store)
    with ShownProgress() as shown:
        if Store(store).root() in (None, Path(os.path.abspath(corpus))):  # noqa: PTH100 -- as `build` has it
            build_index(corpus, store, model)
            found = find(open_index(store), shown.progress.stage)
        else:
            with _beside(corpus, store, model) as opened:
                found = find(opened, shown.progress.stage)
    keys = {finding.key for finding in found}
    if unknown := [key for key in seen if key not in keys]:
        raise GroundedQAError(
            "\n".join(f"{key}: there is no such finding; its key stands in brackets" for key in unknown)
        )
    for key in seen:
        marks.set(key, True)
    marked = marks.read()
    lines = [
        f"{corpus / f.path}:{f.line}: {f.sort.value}: {f.message} [{f.key}{', seen' if f.key in marked else ''}]"
        for f in found
        if all_ or f.key not in marked
    ]
    hidden = sum(finding.key in marked for finding in found)
    return [*lines, f"{count(len(found), 'finding')} to look at, {hidden} of them marked as seen."]
