"""Opening the index for a command, built first where it has to be, with progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from groundedqa.errors import BaseError, GroundedQAError

if TYPE_CHECKING:
    from groundedqa.index.build import Progress, Report
    from groundedqa.index.opened import Index

StoreDir = Annotated[Path, typer.Option("--store", envvar="GROUNDEDQA_STORE", help="Where the index is kept.")]
ModelName = Annotated[
    str | None,
    typer.Option(
        "--model",
        envvar="GROUNDEDQA_MODEL",
        help="A sentence-transformers model, a folder or a hub name; kept until another is named.",
    ),
]
CrossEncoderName = Annotated[
    str | None,
    typer.Option(
        "--cross-encoder",
        envvar="GROUNDEDQA_CROSS_ENCODER",
        help="A sentence-transformers cross-encoder, a folder or a hub name, that judges the best hits once more.",
    ),
]
CORPUS = Path("corpus")
STORE = Path(".groundedqa")


def open_or_build(store: Path, model: str | None, cross_encoder: str | None = None) -> Index:
    """The index in `store`; built first where there is none, rebuilt where it is damaged."""
    from groundedqa.errors import IndexDamaged, IndexMissing
    from groundedqa.index.opened import open_index

    try:
        return open_index(store, model, cross_encoder)
    except IndexMissing:
        if not CORPUS.is_dir():
            raise BaseError(
                f"{store}: there is no index yet, and no folder {CORPUS} here to build one from; "
                "name the folder that holds the pages: groundedqa index FOLDER"
            ) from None
        print(f"There is no index in {store} yet; building it from {CORPUS}.", file=sys.stderr)
        build_index(CORPUS, store, model)
    except IndexDamaged as damage:
        from groundedqa.index.store import Store

        print(f"{damage}; building the index again.", file=sys.stderr)
        build_index(Store(store).root() or CORPUS, store, model, force=True)
    return open_index(store, model, cross_encoder)


def build_index(corpus: Path, store: Path, model: str | None, force: bool = False) -> Report:
    """Bring the index up to date, with progress bars; the model is the one named, else the one it was built with."""
    from groundedqa.index.build import build
    from groundedqa.index.model import DEFAULT_MODEL
    from groundedqa.index.store import Store

    with ShownProgress() as shown:
        return build(corpus, store, model or Store(store).model() or DEFAULT_MODEL, shown.progress, force)


def watch_index(corpus: Path, store: Path, model: str | None, built: Callable[[Report], None]) -> None:
    """Bring the index up to date whenever a page is saved, until the program is stopped; errors are printed."""
    from groundedqa.index.model import DEFAULT_MODEL
    from groundedqa.index.store import Store
    from groundedqa.index.watch import follow

    def told(result: Report | GroundedQAError) -> None:
        if isinstance(result, GroundedQAError):
            print(f"groundedqa: {result}", file=sys.stderr, flush=True)
        else:
            built(result)
            sys.stdout.flush()

    if not corpus.is_dir():
        raise BaseError(f"{corpus}: there is no such folder; name the folder that holds the pages")
    with ShownProgress() as shown:
        follow(corpus, store, told, model or Store(store).model() or DEFAULT_MODEL, progress=shown.progress)


class ShownProgress:
    """A progress bar on standard error, made when the first stage of a build begins."""

    def __enter__(self) -> ShownProgress:
        self._bars: Any = None
        self._task: Any = None
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars:
            self._bars.stop()

    @property
    def progress(self) -> Progress:
        """What a build reports to."""
        from groundedqa.index.build import Progress

        return Progress(self._stage, self._advance, self._waiting)

    def _stage(self, name: str, total: int) -> None:
        if self._bars is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bars

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bars = Bars(*columns, console=Console(stderr=True))
            self._bars.start()
        elif self._task is not None:
            total_so_far = self._bars.tasks[self._task].total or 1
            self._bars.update(self._task, total=total_so_far, completed=total_so_far)
        self._task = self._bars.add_task(name, total=total or None)

    def _advance(self, steps: int) -> None:
        self._bars.advance(self._task, steps)

    def _waiting(self) -> None:
        print("Another process is building this index; waiting for it.", file=sys.stderr)
