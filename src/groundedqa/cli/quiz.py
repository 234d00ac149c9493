"""`groundedqa quiz`: a quiz in the terminal, as data, or as a file for another program."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from groundedqa.base import Evidence
from groundedqa.cli.opening import STORE, ModelName, StoreDir, open_or_build
from groundedqa.cli.output import count as counted
from groundedqa.cli.output import passage_json
from groundedqa.cli.play import play
from groundedqa.errors import GroundedQAError
from groundedqa.quiz.export import Format
from groundedqa.quiz.items import Choose, Cited, Item, ItemKind, Quiz

if TYPE_CHECKING:
    from groundedqa.index.opened import Index


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
    opened = open_or_build(store, model)
    from groundedqa.quiz.kinds import MAKERS
    from groundedqa.quiz.make import make_quiz
    from groundedqa.quiz.stock import Stock

    stock, slug = Stock(opened), None if concept is None else _slug(opened, concept)
    made = make_quiz(
        stock,
        concepts=None if slug is None else [slug],
        min_evidence=min_evidence,
        count=count,
        seed=secrets.randbelow(2**31) if seed is None else seed,
        kinds=kind or tuple(MAKERS),
    )
    if json_:
        print(json.dumps(_quiz_json(opened, made), ensure_ascii=False, indent=2))
        return
    if not made.items:
        raise GroundedQAError(
            "no sound question can be made from these claims; leave out --kind or --min-evidence, or name another page"
        )
    if export_:
        _write(*export_, made, "Quiz" if slug is None else f"Quiz: {opened.concepts[slug].title}")
        return
    if made.short_by:
        print(f"You asked for {made.asked}; the claims give {counted(len(made.items), 'sound question')}.\n")
    play(opened, stock, made)


def _write(format_: Format, file: Path, made: Quiz, title: str) -> None:
    """Write a quiz beside its place, then swap it in, so that a file that is there is never half a quiz."""
    from groundedqa.quiz.export import export

    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        beside.write_bytes(export(made, format_, title))
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise GroundedQAError(
            f"{file}: cannot be written ({error.strerror}); name a file in a folder of yours"
        ) from None
    short = f"; you asked for {made.asked}" if made.short_by else ""
    print(f"{file}: {counted(len(made.items), 'item')} for {format_.value}{short}.")


def _slug(opened: Index, name: str) -> str:
    """The concept of that file name, title or alias."""
    from rapidfuzz import process

    from groundedqa.index.words import terms

    if name in opened.concepts:
        return name
    if (slug := opened.names.get(tuple(terms(name)))) is not None:
        return slug
    titles = [concept.title for concept in opened.concepts.values()]
    near = ", ".join(f"{title!r}" for title, _, _ in process.extract(name, titles, limit=3))
    raise GroundedQAError(f"the base has no page {name!r}; the nearest are {near}")


def _quiz_json(opened: Index, made: Quiz) -> dict[str, Any]:
    return {
        "asked": made.asked,
        "seed": made.seed,
        "items": [
            {
                "kind": item.kind.value,
                "prompt": item.prompt,
                "task": type(item.task).__name__.casefold(),
                **_task_json(opened, item),
                **({"seconds": item.seconds} if item.seconds is not None else {}),
                "cards": [claim for claim, _ in item.cards],
                "quotes": [_cited_json(opened, quote) for quote in item.quotes],
            }
            for item in made.items
        ],
    }


def _task_json(opened: Index, item: Item) -> dict[str, Any]:
    if isinstance(item.task, Choose):
        options = [
            {"text": option.text, "from": _cited_json(opened, option.origin) if option.origin else None}
            for option in item.task.options
        ]
        return {"options": options, "answer": item.task.answer, "sure": item.task.sure}
    return asdict(item.task)


def _cited_json(opened: Index, cited: Cited) -> dict[str, Any]:
    return passage_json(opened, cited.passage, cited.concept, cited.sources)
