"""`groundedqa quiz`: a quiz in the terminal, as data, or as a file for another program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundedqa.base.evidence import Evidence
from groundedqa.cli.options import STORE, ModelName, StoreDir, opened, workspace
from groundedqa.cli.output import count as counted
from groundedqa.cli.output import write_whole
from groundedqa.errors import GroundedQAError
from groundedqa.quiz.export import Format
from groundedqa.quiz.item_kind import ItemKind

if TYPE_CHECKING:
    from groundedqa.quiz.items import Quiz


def quiz(
    concept: Annotated[
        str | None, typer.Argument(help="The page to be asked about, by title, alias or file name; all if left out.")
    ] = None,
    kind: Annotated[list[ItemKind] | None, typer.Option(help="A kind of item; can be given more than once.")] = None,
    count: Annotated[int, typer.Option(min=1, help="How many items.")] = 10,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same quiz; drawn if left out.")] = None,
    min_evidence: Annotated[Evidence | None, typer.Option(help="Only claims of this level or a better one.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the items as one JSON object.")] = False,
    export_: Annotated[
        tuple[Format, Path] | None,
        typer.Option("--export", metavar="FORMAT FILE", help=f"Write a file: {', '.join(Format)}."),
    ] = None,
    store: StoreDir = STORE,
    model: ModelName = None,
) -> None:
    """Make a quiz from the claims, and play it here."""
    if json_ and export_:
        raise GroundedQAError("--json and --export do not go together; leave out one of them")
    from groundedqa.cli.play import play
    from groundedqa.concept_base import ConceptBase

    place = workspace(store, model)
    base = ConceptBase(place, opened(place))
    made = base.quiz(concept, kinds=kind or None, count=count, seed=seed, min_evidence=min_evidence)
    if json_:
        print(json.dumps(made.to_dict(), ensure_ascii=False, indent=2))
        return
    if not made.items:
        raise GroundedQAError(
            "no sound question can be made from these claims; leave out --kind or --min-evidence, or name another page"
        )
    if export_:
        _write(*export_, made, "Quiz" if concept is None else f"Quiz: {base.concept(concept).title}")
        return
    if made.short_by:
        print(f"You asked for {made.asked}; the claims give {counted(len(made.items), 'sound question')}.\n")
    play(base.index, base.bank, made)


def _write(format_: Format, file: Path, made: Quiz, title: str) -> None:
    from groundedqa.quiz.export import export

    write_whole(file, export(made, format_, title))
    short = f"; you asked for {made.asked}" if made.short_by else ""
    print(f"{file}: {counted(len(made.items), 'item')} for {format_.value}{short}.")
