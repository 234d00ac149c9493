"""`groundedqa eval`: measure the product on gold cases, or on a data set by other people."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from groundedqa.cli.options import STORE, CrossEncoderName, ModelName, ShownProgress, StoreDir, opened, workspace
from groundedqa.errors import GoldError

if TYPE_CHECKING:
    from groundedqa.evaluate.gold import Case
    from groundedqa.evaluate.measures import Estimate, Ranking
    from groundedqa.index.reading import Index
    from groundedqa.workspace import Workspace

Split = Literal["all", "dev", "test"]


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
    ablation: Annotated[
        bool, typer.Option("--ablation", help="Print instead what each step of search is worth, as a Markdown table.")
    ] = False,
) -> None:
    """Measure search, answers and silence. Exit code 1 if a measure falls by more than the margin."""
    foreign = [given for given in (beir, conversations, claims, short_answers) if given]
    if len(foreign) + bool(gold) > 1:
        raise GoldError("one thing at a time: gold cases, --beir, --conversations, --claims or --short-answers")
    if foreign and (report or compare):
        raise GoldError("--report and --compare are for gold cases; a foreign data set gives --json and --run")
    place = workspace(store, model, cross_encoder)
    if ablation and (claims or short_answers or run or json_ or report or compare):
        raise GoldError("--ablation prints one table, for gold cases, --beir or --conversations; leave the rest out")
    if ablation:
        _ablation(gold, beir, conversations, place, split)
    elif beir or conversations:
        _ranked(beir, conversations, place, run, json_)
    elif claims:
        _claims(claims, place, json_)
    elif short_answers:
        _short_answers(short_answers, place, json_)
    else:
        _gold(gold, place, split, run, json_, report, compare, margin)


def _gold(
    gold: Path | None,
    place: Workspace,
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
    index = opened(place)
    cases, qrels = _cases(index, gold, split)
    with ShownProgress() as shown:
        shown.stage("Asking", len(cases))
        outcomes = list(ask(index, cases, shown.advance, place.reranker))
    concept_of = {passage.id: passage.concept for passage in index.passages}
    made = report(
        judge(outcomes, qrels, concept_of.__getitem__), index.manifest.fingerprint, index.manifest.model, split
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


def _cases(index: Index, gold: Path | None, split: Split) -> tuple[list[Case], dict[str, dict[str, int]]]:
    """The gold cases of one half, and what is relevant to each."""
    from groundedqa.base.references import references
    from groundedqa.evaluate.gold import read_gold, resolve

    cases = [case for case in read_gold(gold or index.root / "gold.yaml") if split in ("all", case.split)]
    return cases, resolve(cases, references(index.concepts, index.passages))


def _indexed(place: Workspace, pages: Path) -> Index:
    """A foreign base, indexed in a store of its own; --store keeps its vectors for the next time."""
    if place.settings.store == STORE:
        place = workspace(pages / ".store", place.settings.model, place.settings.cross_encoder)
    with ShownProgress() as shown:
        place.build(pages, shown.progress)
    return place.load()


def _ablation(gold: Path | None, beir: Path | None, conversations: Path | None, place: Workspace, split: Split) -> None:
    from groundedqa.evaluate.ablation import STEPS, ablate_dataset, ablate_gold, table
    from groundedqa.evaluate.datasets import read_beir, read_conversations, write_base

    with tempfile.TemporaryDirectory(prefix="groundedqa-") as scratch, ShownProgress() as shown:
        if beir or conversations:
            collection = read_beir(beir) if beir else read_conversations(conversations or Path())
            pages = Path(scratch)
            write_base(collection.texts, pages)
            index = _indexed(place, pages)
            shown.stage("Asking", (1 + len(STEPS)) * len(collection.queries))
            rows = list(ablate_dataset(index, collection, shown.advance))
        else:
            index = opened(place)
            cases, qrels = _cases(index, gold, split)
            cases = [case for case in cases if case.kind.answerable]
            shown.stage("Asking", len(STEPS) * len(cases))
            rows = list(ablate_gold(index, cases, qrels, shown.advance))
    print("\n".join(table(rows)))


def _ranked(
    beir: Path | None, conversations: Path | None, place: Workspace, run: Path | None, json_: Path | None
) -> None:
    from groundedqa.evaluate.datasets import read_beir, read_conversations, run_queries, understood, write_base
    from groundedqa.evaluate.measures import mean_of, rank_scores

    collection = read_beir(beir) if beir else read_conversations(conversations or Path())
    with tempfile.TemporaryDirectory(prefix="groundedqa-") as scratch:
        pages = Path(scratch)
        write_base(collection.texts, pages)
        index = _indexed(place, pages)
        with ShownProgress() as shown:
            shown.stage("Asking", 2 * len(collection.queries))
            step = shown.advance
            found = run_queries(index, collection, understood(index, collection, step), step)
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


def _claims(file: Path, place: Workspace, json_: Path | None) -> None:
    from groundedqa.evaluate.datasets import ask_claims, read_claims, write_claims
    from groundedqa.evaluate.measures import auroc

    questions = read_claims(file)
    with tempfile.TemporaryDirectory(prefix="groundedqa-") as scratch:
        pages = Path(scratch)
        write_claims(questions, pages)
        index = _indexed(place, pages)
        sure = ask_claims(index, questions)
    _print({"AUROC": auroc(sure, [asked.answerable for asked in questions])}, json_)


def _short_answers(file: Path, place: Workspace, json_: Path | None) -> None:
    from groundedqa.evaluate.short_answers import judge_all, measure, read_short_answers
    from groundedqa.quiz.bank import ClaimBank

    answers = read_short_answers(file)
    bank = ClaimBank(opened(place))
    with ShownProgress() as shown:
        shown.stage("Judging", len(answers))
        judged = judge_all(bank, answers, shown.advance)
    _print(measure(answers, judged), json_)


def _print(measures: Mapping[str, Estimate], json_: Path | None) -> None:
    from groundedqa.evaluate import render

    print("\n".join(render.table(measures)))
    if json_:
        json_.write_text(json.dumps({name: e.model_dump() for name, e in measures.items()}, indent=1), encoding="utf-8")


def _write_run(found: Mapping[str, Ranking], file: Path) -> None:
    from groundedqa.evaluate.datasets import trec_lines

    file.write_text("".join(f"{line}\n" for line in trec_lines(found)), encoding="utf-8")
