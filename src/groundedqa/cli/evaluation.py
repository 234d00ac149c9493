"""`groundedqa eval`: measure the product on gold cases, or on a data set by other people."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from groundedqa.cli.opening import (
    STORE,
    CrossEncoderName,
    ModelName,
    ShownProgress,
    StoreDir,
    build_index,
    open_or_build,
)
from groundedqa.errors import GoldError

if TYPE_CHECKING:
    from groundedqa.evaluate.gold import Case
    from groundedqa.evaluate.measures import Estimate, Ranking
    from groundedqa.index.opened import Index

Split = Literal["all", "dev", "test"]


@dataclass(frozen=True, slots=True)
class Opening:
    """What an evaluation asks: where the index is kept, its encoder, and a cross-encoder if there is one."""

    store: Path
    model: str | None
    cross_encoder: str | None

    def of_store(self) -> Index:
        """The index of the learners' base."""
        return open_or_build(self.store, self.model, self.cross_encoder)

    def of_pages(self, pages: Path) -> Index:
        """A foreign base, indexed in a store of its own; --store keeps its vectors for the next time."""
        from groundedqa.index.opened import open_index

        kept = pages / ".store" if self.store == STORE else self.store
        build_index(pages, kept, self.model)
        return open_index(kept, self.model, self.cross_encoder)


def evaluate(
    gold: Annotated[
        Path | None, typer.Argument(help="The gold cases; gold.yaml of the indexed base by default.")
    ] = None,
    store: StoreDir = STORE,
    model: ModelName = None,
    cross_encoder: CrossEncoderName = None,
    split: Annotated[Split, typer.Option(help="Which half of the gold cases.")] = "all",
    beir: Annotated[Path | None, typer.Option(help="A data set in BEIR layout instead of gold cases.")] = None,
    conversations: Annotated[Path | None, typer.Option(help="turns.jsonl, with passages.jsonl beside it.")] = None,
    claims: Annotated[Path | None, typer.Option(help="Questions that each come with claims of their own.")] = None,
    short_answers: Annotated[
        Path | None, typer.Option(help="Answers in learners' own words that people graded.")
    ] = None,
    run: Annotated[Path | None, typer.Option(help="Write what was found as a TREC run file.")] = None,
    json_: Annotated[Path | None, typer.Option("--json", help="Write every figure as JSON.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a report, .html or .md.")] = None,
    compare: Annotated[Path | None, typer.Option(help="An older --json: list what got better and worse.")] = None,
    margin: Annotated[float, typer.Option(help="How far a measure may fall before the exit code is 1.")] = 0.01,
    steps: Annotated[
        bool, typer.Option("--steps", help="Print instead what each step of search is worth, as a Markdown table.")
    ] = False,
) -> None:
    """Measure search, answers and silence. Exit code 1 if a measure falls by more than the margin."""
    foreign = [given for given in (beir, conversations, claims, short_answers) if given]
    if len(foreign) + bool(gold) > 1:
        raise GoldError("one thing at a time: gold cases, --beir, --conversations, --claims or --short-answers")
    if foreign and (report or compare):
        raise GoldError("--report and --compare are for gold cases; a foreign data set gives --json and --run")
    opening = Opening(store, model, cross_encoder)
    if steps and (claims or short_answers or run or json_ or report or compare):
        raise GoldError("--steps prints one table, for gold cases, --beir or --conversations; leave the rest out")
    if steps:
        _steps(gold, beir, conversations, opening, split)
    elif beir or conversations:
        _ranked(beir, conversations, opening, run, json_)
    elif claims:
        _claims(claims, opening, json_)
    elif short_answers:
        _short_answers(short_answers, opening, json_)
    else:
        _gold(gold, opening, split, run, json_, report, compare, margin)


def _gold(
    gold: Path | None,
    opening: Opening,
    split: Split,
    run: Path | None,
    json_: Path | None,
    report_file: Path | None,
    compare_with: Path | None,
    margin: float,
) -> None:
    from groundedqa.evaluate import render
    from groundedqa.evaluate.report import compare, judge, load_report, report
    from groundedqa.evaluate.run import ask

    old = load_report(compare_with) if compare_with else None
    opened = opening.of_store()
    cases, qrels = _cases(opened, gold, split)
    with ShownProgress() as shown:
        shown.progress.stage("Asking", len(cases))
        outcomes = list(ask(opened, cases, lambda: shown.progress.advance(1)))
    concept_of = {passage.id: passage.concept for passage in opened.passages}
    made = report(
        judge(outcomes, qrels, concept_of.__getitem__), opened.manifest.fingerprint, opened.manifest.model, split
    )
    print("\n".join(render.table(made.measures)))
    if run:
        _write_run({o.case.id: o.ranking for o in outcomes}, run)
    if json_:
        json_.write_text(made.model_dump_json(indent=1), encoding="utf-8")
    if report_file:
        render.write(made, report_file)
    if old:
        compared = compare(old, made, margin)
        print("\n".join(["", *render.comparison(compared)]))
        raise typer.Exit(1 if compared.fell else 0)


def _cases(opened: Index, gold: Path | None, split: Split) -> tuple[list[Case], dict[str, dict[str, int]]]:
    """The gold cases of one half, and what is relevant to each."""
    from groundedqa.evaluate.gold import read_gold, references, resolve

    cases = [case for case in read_gold(gold or opened.root / "gold.yaml") if split in ("all", case.split)]
    return cases, resolve(cases, references(opened.concepts, opened.passages))


def _steps(gold: Path | None, beir: Path | None, conversations: Path | None, opening: Opening, split: Split) -> None:
    from groundedqa.evaluate.collections import read_beir, read_conversations, write_base
    from groundedqa.evaluate.steps import STEPS, steps_of_collection, steps_of_gold, table

    with tempfile.TemporaryDirectory(prefix="groundedqa-") as scratch, ShownProgress() as shown:
        if beir or conversations:
            collection = read_beir(beir) if beir else read_conversations(conversations or Path())
            pages = Path(scratch)
            write_base(collection.texts, pages)
            opened = opening.of_pages(pages)
            shown.progress.stage("Asking", (1 + len(STEPS)) * len(collection.queries))
            rows = list(steps_of_collection(opened, collection, partial(shown.progress.advance, 1)))
        else:
            opened = opening.of_store()
            cases, qrels = _cases(opened, gold, split)
            cases = [case for case in cases if case.kind.answerable]
            shown.progress.stage("Asking", len(STEPS) * len(cases))
            rows = list(steps_of_gold(opened, cases, qrels, lambda: shown.progress.advance(1)))
    print("\n".join(table(rows)))


def _ranked(
    beir: Path | None, conversations: Path | None, opening: Opening, run: Path | None, json_: Path | None
) -> None:
    from groundedqa.evaluate.collections import read_beir, read_conversations, run_queries, understood, write_base
    from groundedqa.evaluate.measures import mean_of, rank_scores

    collection = read_beir(beir) if beir else read_conversations(conversations or Path())
    with tempfile.TemporaryDirectory(prefix="groundedqa-") as scratch:
        pages = Path(scratch)
        write_base(collection.texts, pages)
        opened = opening.of_pages(pages)
        with ShownProgress() as shown:
            shown.progress.stage("Asking", 2 * len(collection.queries))
            step = partial(shown.progress.advance, 1)
            found = run_queries(opened, collection, understood(opened, collection, step), step)
    scores = rank_scores({query: collection.qrels[query] for query in collection.queries}, found)
    parts = {f"{part}, ": queries for part, queries in collection.parts.items() if queries} or {"": tuple(scores)}
    measures = {
        f"{part}{name}": mean_of([getattr(scores[query], field) for query in queries])
        for part, queries in parts.items()
        for name, field in (("nDCG@10", "ndcg"), ("RR@10", "rr"), ("Recall@5", "recall"))
    }
    if run:
        _write_run(found, run)
    _print(measures, json_)


def _claims(file: Path, opening: Opening, json_: Path | None) -> None:
    from groundedqa.evaluate.collections import ask_claims, read_claims, write_claims
    from groundedqa.evaluate.measures import auroc

    questions = read_claims(file)
    with tempfile.TemporaryDirectory(prefix="groundedqa-") as scratch:
        pages = Path(scratch)
        write_claims(questions, pages)
        opened = opening.of_pages(pages)
        sure = ask_claims(opened, questions)
    _print({"AUROC": auroc(sure, [asked.answerable for asked in questions])}, json_)


def _short_answers(file: Path, opening: Opening, json_: Path | None) -> None:
    from groundedqa.evaluate.short_answers import judge_all, measure, read_short_answers
    from groundedqa.quiz.stock import Stock

    answers = read_short_answers(file)
    stock = Stock(opening.of_store())
    with ShownProgress() as shown:
        shown.progress.stage("Judging", len(answers))
        judged = judge_all(stock, answers, lambda: shown.progress.advance(1))
    _print(measure(answers, judged), json_)


def _print(measures: Mapping[str, Estimate], json_: Path | None) -> None:
    from groundedqa.evaluate import render

    print("\n".join(render.table(measures)))
    if json_:
        json_.write_text(json.dumps({name: e.model_dump() for name, e in measures.items()}, indent=1), encoding="utf-8")


def _write_run(found: Mapping[str, Ranking], file: Path) -> None:
    from groundedqa.evaluate.collections import trec_lines

    file.write_text("".join(f"{line}\n" for line in trec_lines(found)), encoding="utf-8")
