"""The command line: wires the parts together and turns errors into sentences and exit codes.

Exit codes: 0 done or answered, 1 a mistake in what was given, 3 the base does not answer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from groundedqa import __version__
from groundedqa.base import Base, Evidence, Kind, read_base
from groundedqa.errors import BaseError, GroundedQAError

if TYPE_CHECKING:
    from groundedqa.answer import Answer, Quote
    from groundedqa.index.build import Progress, Report
    from groundedqa.index.opened import Index

ABSTAINED = 3

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Ask a concept base and get its claims, quoted word for word, with evidence and source.",
)

Corpus = Annotated[Path, typer.Argument(help="The folder that holds the pages.", show_default=True)]
StoreDir = Annotated[Path, typer.Option("--store", envvar="GROUNDEDQA_STORE", help="Where the index is kept.")]
ModelName = Annotated[
    str | None,
    typer.Option(
        "--model",
        envvar="GROUNDEDQA_MODEL",
        help="A sentence-transformers model, a folder or a hub name; kept until another is named.",
    ),
]
CORPUS = Path("corpus")
STORE = Path(".groundedqa")


def main() -> None:
    """Run the command line; an expected error is one sentence on standard error and exit code 1."""
    try:
        cli()
    except GroundedQAError as error:
        print(f"groundedqa: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("groundedqa: stopped; what answered before still does", file=sys.stderr)
        sys.exit(130)


@cli.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False) -> None:
    if version:
        print(f"groundedqa {__version__}")
        raise typer.Exit


@cli.command()
def check(corpus: Corpus = CORPUS) -> None:
    """Name every error and warning of a base, each with its place. Exit code 1 if there is an error."""
    base = read_base(corpus)
    for problem in base.problems:
        print(f"{corpus / problem.path}:{problem.line}: {problem.severity}: {problem.message}")
    print(_summary(base))
    raise typer.Exit(1 if base.errors else 0)


@cli.command()
def index(corpus: Corpus = CORPUS, store: StoreDir = STORE, model: ModelName = None) -> None:
    """Bring the index up to date with the pages; only what has changed is encoded."""
    report = _build(corpus, store, model)
    if not report.changed:
        print(f"{corpus}: nothing has changed; the index of {_count(report.passages, 'passage')} stays as it is.")
        return
    reused = report.passages - report.encoded
    print(
        f"{corpus}: indexed {_count(report.pages, 'page')}, {_count(report.passages, 'passage')}; "
        f"encoded {report.encoded}, reused {max(0, reused)}."
    )
    if report.warnings:
        print(f"{_count(report.warnings, 'warning')}; see them with: groundedqa check {corpus}")


@cli.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    store: StoreDir = STORE,
    min_evidence: Annotated[
        Evidence | None, typer.Option(help="Quote only claims of this evidence level or a better one.")
    ] = None,
    top_k: Annotated[int, typer.Option(min=1, max=20, help="The most passages that are quoted.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    model: ModelName = None,
) -> None:
    """Answer a question with quotes from the base. Exit code 3 if the base does not answer it."""
    opened = _open(store, model)
    from groundedqa.answer import Abstention, answer
    from groundedqa.index.model import encodable
    from groundedqa.search import Filters

    # A shell may hand over any bytes.
    given = answer(opened, encodable(question), filters=Filters(min_evidence=min_evidence), top_k=top_k)
    if as_json:
        print(json.dumps(_as_json(opened, given), ensure_ascii=False, indent=2))
    else:
        print(_as_text(opened, given))
    raise typer.Exit(ABSTAINED if isinstance(given, Abstention) else 0)


@cli.command()
def app(store: StoreDir = STORE, port: Annotated[int, typer.Option(help="The port to listen on.")] = 8501) -> None:
    """Open the page in a browser, as `streamlit run app.py` does."""
    script = Path(__file__).parent / "ui" / "app.py"
    environment = {**os.environ, "GROUNDEDQA_STORE": str(store)}
    flags = ["--server.port", str(port), "--browser.gatherUsageStats", "false", "--server.showEmailPrompt", "false"]
    # Without an address Streamlit asks a server on the internet what this machine's is.
    flags += ["--browser.serverAddress", "localhost"]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *flags]
    if os.name == "posix":
        os.execve(sys.executable, command, environment)  # who ends this process ends the app, not its parent only
    sys.exit(subprocess.run(command, env=environment, check=False).returncode)


def _open(store: Path, model: str | None) -> Index:
    """The index in `store`; built first where there is none, rebuilt where it is damaged."""
    from groundedqa.errors import IndexDamaged, IndexMissing
    from groundedqa.index.opened import open_index

    try:
        return open_index(store, model)
    except IndexMissing:
        if not CORPUS.is_dir():
            raise BaseError(
                f"{store}: there is no index yet, and no folder {CORPUS} here to build one from; "
                "name the folder that holds the pages: groundedqa index FOLDER"
            ) from None
        print(f"There is no index in {store} yet; building it from {CORPUS}.", file=sys.stderr)
        _build(CORPUS, store, model)
    except IndexDamaged as damage:
        from groundedqa.index.store import Store

        print(f"{damage}; building the index again.", file=sys.stderr)
        _build(Store(store).root() or CORPUS, store, model, force=True)
    return open_index(store, model)


def _build(corpus: Path, store: Path, model: str | None, force: bool = False) -> Report:
    from groundedqa.index.build import build
    from groundedqa.index.model import DEFAULT_MODEL
    from groundedqa.index.store import Store

    with _ShownProgress() as shown:
        return build(corpus, store, model or Store(store).model() or DEFAULT_MODEL, shown.progress, force)


class _ShownProgress:
    """A progress bar on standard error, made when the first stage of a build begins."""

    def __enter__(self) -> _ShownProgress:
        self._bars: Any = None
        self._task: Any = None
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars:
            self._bars.stop()

    @property
    def progress(self) -> Progress:
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


def _summary(base: Base) -> str:
    kinds = {kind: sum(p.kind is kind for p in base.passages) for kind in Kind}
    errors = len(base.errors)
    return (
        f"{_count(len(base.concepts), 'page')}: {_count(kinds[Kind.CLAIM], 'claim')}, "
        f"{_count(kinds[Kind.OPEN_QUESTION], 'open question')}, {_count(kinds[Kind.RELATION], 'relation')}, "
        f"{_count(kinds[Kind.SECTION], 'passage')} of text, {_count(len(base.sources), 'source')}. "
        f"{_count(errors, 'error')}, {_count(len(base.problems) - errors, 'warning')}."
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _as_json(opened: Index, given: Answer) -> dict[str, Any]:
    from groundedqa.answer import Grounded

    grounded = given if isinstance(given, Grounded) else None
    strength = grounded.strength if grounded else None
    return {
        "question": given.question.text,
        "status": "answered" if grounded else "abstained",
        "strength": strength.value if strength else None,
        "quotes": [_quote_json(opened, quote) for quote in grounded.quotes] if grounded else [],
        "nearest": [] if isinstance(given, Grounded) else [_quote_json(opened, quote) for quote in given.nearest],
        "reason": None if isinstance(given, Grounded) else given.reason,
    }


def _quote_json(opened: Index, quote: Quote) -> dict[str, Any]:
    passage = quote.passage
    return {
        "passage_id": passage.id,
        "kind": passage.kind.value,
        "concept": quote.concept.title,
        "text": quote.text,
        "evidence": passage.evidence.value if passage.evidence else None,
        "contests": list(passage.contests),
        "sources": [{"id": s.id, "title": s.title, "url": s.url} for s in quote.sources],
        "path": str(opened.root / passage.path),
        "start": passage.start,
        "end": passage.end,
        "line": passage.line,
        "score": round(quote.hit.score, 4),
    }


def _as_text(opened: Index, given: Answer) -> str:
    from groundedqa.answer import Grounded

    lines: list[str] = []
    if given.question.understood:
        lines += [f"Understood as: {given.question.understood}", ""]
    if isinstance(given, Grounded):
        lines += [given.lead, *(_quote_text(opened, quote) for quote in given.quotes)]
    else:
        lines.append(given.reason)
        if given.open_question:
            lines += ["", "An open question of the base touches it:", _quote_text(opened, given.open_question)]
        others = [q for q in given.nearest if given.open_question is None or q.passage != given.open_question.passage]
        if others:
            lines += ["", "What comes nearest, though it does not answer:", *(_quote_text(opened, q) for q in others)]
    return "\n".join(lines)


def _quote_text(opened: Index, quote: Quote) -> str:
    passage = quote.passage
    label = passage.kind.value.replace("_", " ")
    if passage.kind is Kind.CLAIM:
        label = f"claim, evidence: {passage.evidence.value if passage.evidence else 'not stated'}"
    place = opened.root / passage.path
    if place.is_relative_to(Path.cwd()):
        place = place.relative_to(Path.cwd())
    lines = ["", f"  {quote.text}", f"  [{label}] {quote.concept.title}, {place}:{passage.line}"]
    for other in (opened.passage(identifier) for identifier in passage.contests):
        lines += [f"  The other side: {opened.concepts[other.concept].title}, line {other.line}"] if other else []
    lines += [f"  Source: {source.citation} {source.url or ''}".rstrip() for source in quote.sources]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
