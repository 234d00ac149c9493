"""Options that commands share, and progress on standard error."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from groundedqa.index.build import Progress
    from groundedqa.index.reading import Index
    from groundedqa.workspace import Workspace

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


def workspace(store: Path, model: str | None = None, cross_encoder: str | None = None) -> Workspace:
    """The workspace that a command works in."""
    from groundedqa.workspace import Settings, Workspace

    return Workspace(Settings.of(store=store, model=model, cross_encoder=cross_encoder))


def opened(place: Workspace) -> Index:
    """Its index, built where it has to be, with progress bars."""
    with ShownProgress() as shown:
        return place.open(shown.progress)


class ShownProgress:
    """A progress bar on standard error, made when the first stage begins."""

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

        return Progress(self.stage, self.advance, self._waiting, self._note)

    def stage(self, name: str, total: int) -> None:
        """A stage begins, with its number of steps; 0 where that is not known."""
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

    def advance(self, steps: int = 1) -> None:
        """Some steps are done."""
        self._bars.advance(self._task, steps)

    def _waiting(self) -> None:
        print("Another process is building this index; waiting for it.", file=sys.stderr)

    def _note(self, words: str) -> None:
        print(words, file=sys.stderr)
