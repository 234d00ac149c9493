"""The commands for authors that ask the learners' own index: `reach`, `gold` and `demand`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundedqa.cli.options import STORE, ModelName, ShownProgress, StoreDir, opened, workspace
from groundedqa.cli.output import count, write_whole
from groundedqa.errors import GroundedQAError

if TYPE_CHECKING:
    from groundedqa.authoring.reach import Reach, Reached
    from groundedqa.evaluate.gold import Case
    from groundedqa.index.reading import Index

_SHOWN = 20
"""Lines of a list, unless all are asked for."""


def reach(
    store: StoreDir = STORE,
    all_: Annotated[bool, typer.Option("--all", help="Print whole lists.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    model: ModelName = None,
) -> None:
    """Which claims, open questions and relations some natural question brings into the first five."""
    place = workspace(store, model)
    index = opened(place)
    from groundedqa.authoring.asking import questions
    from groundedqa.authoring.demand import asked_of
    from groundedqa.authoring.reach import by_need, reach, still_to_ask
    from groundedqa.evaluate.gold import own_gold

    gold = [case.question for case in own_gold(index.root) if not case.after]
    asked = questions(index, gold, place.log.questions())
    with ShownProgress() as shown:
        if new := still_to_ask(index, asked, place.reach_cache, place.reranker):
            shown.stage("Asking", len(new))
        report = reach(index, asked, place.reach_cache, shown.advance, place.reranker)
    if json_:
        print(report.model_dump_json(indent=2))
    else:
        lost = by_need(index, report.lost, asked_of(index, place.log.events()))
        print("\n".join(_reach_lines(index, report, lost, None if all_ else _SHOWN)))


def _reach_lines(index: Index, report: Reach, lost: list[Reached], most: int | None) -> Iterator[str]:
    from groundedqa.base.models import Kind

    kinds = {passage.passage_id: index.passages[index.rows[passage.passage_id]].kind for passage in report.passages}
    totals, gone = Counter(kinds.values()), Counter(kinds[found.passage_id] for found in lost)
    parts = [
        f"{totals[kind] - gone[kind]:,} of {count(totals[kind], kind.value.replace('_', ' '))}"
        for kind in Kind
        if totals[kind]
    ]
    sources = ", ".join(f"{number:,} {origin.value}" for origin, number in report.asked.items() if number)
    yield f"Reached: {', '.join(parts)}. Questions asked: {sources}."
    if lost:
        yield f"\nNever among the first five ({len(lost)}), the best supported first:"
        for found in lost[:most]:
            yield f"  {_named(index, found.passage_id)}"
            if found.rank is None:
                yield "      no question finds it at all"
            else:
                yield f"      at best place {found.rank}, for “{found.question}”"
                yield f"      before it: {', '.join(found.above)}"
        yield from _more(lost, most)
    if report.twins:
        yield f"\nPairs that say nearly the same ({len(report.twins)}), so that one may push the other out:"
        for one, other, cosine in report.twins[:most]:
            yield f"  {cosine:.2f}  {_named(index, one)} and {_named(index, other)}"
        yield from _more(report.twins, most)
    if report.unasked:
        yield f"\nClaims of whose words no question of a person holds any ({len(report.unasked)}):"
        yield from (f"  {_named(index, identifier)}" for identifier in report.unasked[:most])
        yield from _more(report.unasked, most)
    if report.swallowed:
        yield "\nPages whose own questions are mostly answered first by another page:"
        for page in report.swallowed[:most]:
            names = index.concepts[page.page].title, index.concepts[page.by].title
            yield f"  {names[0]}: {page.lost} of {page.questions} by {names[1]}"
        yield from _more(report.swallowed, most)


def _named(index: Index, identifier: str) -> str:
    passage = index.passages[index.rows[identifier]]
    level = f", {passage.evidence.value}" if passage.evidence else ""
    return f"{identifier} ({passage.path}:{passage.line}{level})"


def _more(rows: object, most: int | None) -> Iterator[str]:
    length = len(rows)  # type: ignore[arg-type]
    if most is not None and length > most:
        yield f"  and {length - most:,} more; see them with --all"


def gold(
    write: Annotated[bool, typer.Option("--write", help="Add them to gold.yaml of the base.")] = False,
    drop: Annotated[list[str] | None, typer.Option(metavar="ID", help="Forget a proposed case.")] = None,
    store: StoreDir = STORE,
) -> None:
    """The gold cases that were proposed from answers; --write adds them to the base's own."""
    from groundedqa.evaluate.gold import NAME, as_yaml

    place = workspace(store)
    proposals = place.proposals
    if drop:
        known = {case.id for case in proposals.cases()}
        if unknown := [identifier for identifier in drop if identifier not in known]:
            raise GroundedQAError(
                "\n".join(f"{proposals.file}: no case {identifier!r} was proposed" for identifier in unknown)
            )
        proposals.drop(drop)
    cases: tuple[Case, ...] = proposals.cases()
    if not cases:
        print("No gold case was proposed; propose one below an answer on the Ask page.")
        return
    if not write:
        print(as_yaml(cases), end="")
        print(f"# {count(len(cases), 'case')}; add them to the base with: groundedqa gold --write")
        return
    root = place.root
    proposals.write_to(root / NAME)
    print(f"{root / NAME}: added {count(len(cases), 'case')}.")


def questions(
    write: Annotated[bool, typer.Option("--write", help="Add them to questions.yaml of the base.")] = False,
    store: StoreDir = STORE,
) -> None:
    """The questions that were proposed below answers; --write adds them to the base."""
    from groundedqa.base.questions import NAME

    place = workspace(store)
    listed = place.proposed_questions.listed()
    if not listed:
        print("No question was proposed; add one to a claim below an answer on the Ask page.")
        return
    if not write:
        for reference, own in listed.items():
            print("\n".join([f"{reference}:", *(f"  {question}" for question in own)]))
        print(f"# {count(sum(map(len, listed.values())), 'question')}; add them with: groundedqa questions --write")
        return
    added = place.proposed_questions.write_to(place.root)
    print(f"{place.root / NAME}: added {count(added, 'question')}.")


def demand(
    store: StoreDir = STORE,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object a topic.")] = False,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the whole log, one JSON object a line.")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Forget everything that was asked.")] = False,
    model: ModelName = None,
) -> None:
    """What people asked the app, by topic: where the base is silent, weak, or was no help."""
    from dataclasses import asdict

    from groundedqa.authoring.demand import topics

    place = workspace(store, model)
    log = place.log
    if export:
        write_whole(export, "".join(f"{event.model_dump_json()}\n" for event in log.events()).encode())
    if clear:
        log.clear()
    if export or clear:
        return
    index = opened(place)
    found = topics(index, log.events())
    if json_:
        print("\n".join(json.dumps(asdict(topic), ensure_ascii=False) for topic in found))
        return
    if not found:
        print("Nothing was asked yet; what people ask the app is kept in the store, without names.")
    for topic in found:
        title = index.concepts[topic.slug].title if topic.slug else "About no page of the base"
        print(
            f"{title}: asked {topic.asked}, silent {topic.abstained}, weak {topic.weak}, "
            f"thumbs down {topic.disliked}, missed in quizzes {topic.missed}"
        )
        for question in topic.unanswered:
            print(f"  not answered: {question}")
        for question in topic.doubtful:
            print(f"  answered weakly: {question}")
