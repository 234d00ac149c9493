"""`groundedqa diff` and `check --deep`: what needs the index of a folder that is not what learners use."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundedqa.cli.options import CORPUS, STORE, ModelName, ShownProgress, StoreDir, workspace
from groundedqa.cli.output import count
from groundedqa.errors import GroundedQAError

if TYPE_CHECKING:
    pass


def diff(
    old: Annotated[str, typer.Argument(help="The state before: a folder of pages, or a git revision such as HEAD.")],
    new: Annotated[Path, typer.Argument(help="The folder of pages as it is now.")] = CORPUS,
    gold: Annotated[Path | None, typer.Option(help="The gold cases; gold.yaml of the newer state by default.")] = None,
    store: StoreDir = STORE,
    model: ModelName = None,
) -> None:
    """What an edit changes, as Markdown: claims, answers, quiz items. Exit code 1 if a gold case breaks."""
    from groundedqa.authoring.diff import compare
    from groundedqa.authoring.diff_report import diff_markdown
    from groundedqa.evaluate.gold import own_gold, read_gold
    from groundedqa.workspace import pages_at

    place = workspace(store, model)
    cases = read_gold(gold) if gold else own_gold(new)
    stored = place.log.conversations()
    with tempfile.TemporaryDirectory(prefix="groundedqa-") as scratch, ShownProgress() as shown:
        before = pages_at(old, new, Path(scratch))
        with place.beside(before, shown.progress) as first, place.beside(new, shown.progress) as second:
            shown.stage("Asking both", len(cases) + len(stored))
            found = compare(first, second, cases, stored, shown.advance)
    print(diff_markdown(found, old, str(new)), end="")
    raise typer.Exit(1 if found.broken else 0)


def deep_check(corpus: Path, store: Path, model: str | None, seen: list[str], all_: bool) -> list[str]:
    """The lines that a deep check adds for the base in `corpus`, those left out that were marked as seen."""
    from groundedqa.authoring.findings import find

    place = workspace(store, model)
    marks = place.seen
    with ShownProgress() as shown:
        if place.is_of(corpus):
            place.build(corpus, shown.progress)
            found = find(place.load(), shown.stage)
        else:
            with place.beside(corpus, shown.progress) as index:
                found = find(index, shown.stage)
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
