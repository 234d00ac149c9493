"""The command line: wires the parts together and turns errors into sentences and exit codes.

Exit codes: 0 done or answered, 1 a mistake in what was given, 3 the base does not answer.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundedqa import __version__
from groundedqa.base.evidence import Evidence
from groundedqa.cli.authoring import demand, gold, questions, reach
from groundedqa.cli.calibration import calibrate
from groundedqa.cli.comparison import deep_check, diff
from groundedqa.cli.evaluation import evaluate
from groundedqa.cli.inspection import inspect
from groundedqa.cli.options import (
    CORPUS,
    STORE,
    CrossEncoderName,
    ModelName,
    ShownProgress,
    StoreDir,
    opened,
    workspace,
)
from groundedqa.cli.output import as_text, count, summary, told
from groundedqa.cli.quiz import quiz
from groundedqa.errors import GroundedQAError

if TYPE_CHECKING:
    from groundedqa.index.build import BuildReport

ABSTAINED = 3

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # whose help takes half a second to import
    help="Ask a concept base and get its claims, quoted word for word, with evidence and source.",
)

Corpus = Annotated[Path, typer.Argument(help="The folder that holds the pages.", show_default=True)]

cli.command(name="eval")(evaluate)
cli.command()(calibrate)
cli.command()(quiz)
cli.command()(inspect)
cli.command()(reach)
cli.command()(diff)
cli.command()(gold)
cli.command()(questions)
cli.command()(demand)


def main() -> None:
    """Run the command line; an expected error is one sentence on standard error and exit code 1."""
    try:
        cli()
    except GroundedQAError as error:
        print(f"groundedqa: {told(error)}", file=sys.stderr)
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
def check(
    corpus: Corpus = CORPUS,
    deep: Annotated[
        bool, typer.Option("--deep", help="Look as well for contradictions, repeats, doubtful sources and dead links.")
    ] = False,
    seen: Annotated[list[str] | None, typer.Option(metavar="KEY", help="Mark a finding of --deep as seen.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="List also what was marked as seen.")] = False,
    store: StoreDir = STORE,
    model: ModelName = None,
) -> None:
    """Name every error and warning of a base, each with its place. Exit code 1 if there is an error."""
    from groundedqa.base.folder import read_base

    base = read_base(corpus)
    for problem in base.problems:
        print(f"{corpus / problem.path}:{problem.line}: {problem.severity}: {problem.message}")
    print(summary(base))
    if (deep or seen) and not base.errors:
        print("\n".join(deep_check(corpus, store, model, seen or [], all_)))
    raise typer.Exit(1 if base.errors else 0)


@cli.command()
def index(
    corpus: Corpus = CORPUS,
    store: StoreDir = STORE,
    model: ModelName = None,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and follow the files while you write.")] = False,
) -> None:
    """Bring the index up to date with the pages; only what has changed is encoded."""
    place = workspace(store, model)

    def shown_report(result: BuildReport | GroundedQAError) -> None:
        if isinstance(result, GroundedQAError):
            print(f"groundedqa: {told(result)}", file=sys.stderr, flush=True)
        else:
            _print_report(corpus, result)
            sys.stdout.flush()

    with ShownProgress() as shown:
        if watch:
            place.follow(corpus, shown_report, shown.progress)
        else:
            report = place.build(corpus, shown.progress)
    if not watch:
        _print_report(corpus, report)


def _print_report(corpus: Path, report: BuildReport) -> None:
    if not report.changed:
        print(f"{corpus}: nothing has changed; the index of {count(report.passages, 'passage')} stays as it is.")
        return
    reused = report.passages - report.encoded
    print(
        f"{corpus}: indexed {count(report.pages, 'page')}, {count(report.passages, 'passage')}; "
        f"encoded {report.encoded}, reused {max(0, reused)}."
    )
    if report.warnings:
        print(f"{count(report.warnings, 'warning')}; see them with: groundedqa check {corpus}")


@cli.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    store: StoreDir = STORE,
    min_evidence: Annotated[
        Evidence | None, typer.Option(help="Quote only claims of this evidence level or a better one.")
    ] = None,
    top_k: Annotated[int, typer.Option(min=1, max=20, help="The most passages that are quoted.")] = 5,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    model: ModelName = None,
    cross_encoder: CrossEncoderName = None,
) -> None:
    """Answer a question with quotes from the base. Exit code 3 if the base does not answer it."""
    from groundedqa.answer.answers import Abstention
    from groundedqa.concept_base import ConceptBase
    from groundedqa.index.model import encodable

    place = workspace(store, model, cross_encoder)
    base = ConceptBase(place, opened(place))
    # A shell may hand over any bytes.
    given = base.ask(encodable(question), min_evidence=min_evidence, top_k=top_k)
    if json_:
        print(json.dumps(given.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(as_text(base.index, given))
    raise typer.Exit(ABSTAINED if isinstance(given, Abstention) else 0)


@cli.command()
def app(
    store: StoreDir = STORE,
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8501,
    host: Annotated[
        str, typer.Option(help="The address to listen on; any other than the default lets other machines in.")
    ] = "127.0.0.1",
    learners: Annotated[
        str | None,
        typer.Option(
            envvar="GROUNDEDQA_LEARNERS",
            metavar="URL",
            help="The database that remembers learners, as SQLAlchemy writes it; a file in the store if left out.",
        ),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Follow the pages while they are written.")] = False,
    log: Annotated[
        bool,
        typer.Option("--log/--no-log", help="Keep what is asked, without names, so that authors see what is missing."),
    ] = True,
) -> None:
    """Serve the page to a browser, as `streamlit run app.py` does."""
    _listen_once(host, port)
    script = Path(__file__).parent.parent / "ui" / "server.py"
    environment = {**os.environ, "GROUNDEDQA_STORE": str(store)}
    if learners is not None:
        environment["GROUNDEDQA_LEARNERS"] = learners
    if watch:
        environment["GROUNDEDQA_WATCH"] = "1"
    if not log:
        environment["GROUNDEDQA_LOG"] = "off"
    flags = ["--server.port", str(port), "--server.address", host]
    flags += ["--browser.serverAddress", "localhost" if host in ("", "127.0.0.1", "0.0.0.0", "::") else host]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *flags]
    if os.name == "posix":
        os.execve(sys.executable, command, environment)  # who ends this process ends the app, not its parent only
    sys.exit(subprocess.run(command, env=environment, check=False).returncode)


def _listen_once(host: str, port: int) -> None:
    """Listen for a moment, so that an address that cannot be had is told in a sentence; warn if others can reach it.

    Raises:
        GroundedQAError: nobody can listen there, or another program does.
    """
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as server:
            open_to_others = not ip_address(server.getsockname()[0]).is_loopback
    except (OSError, UnicodeError, OverflowError) as error:
        raise GroundedQAError(
            f"the app cannot listen on {host or 'an empty address'}, port {port} ({error}); "
            "name others with --host and --port"
        ) from error
    if open_to_others:
        print(
            f"groundedqa: warning: whoever can reach port {port} of this machine can read the whole base, what was "
            "asked and, since a name is no password, what any learner answered; leave out --host to keep others out",
            file=sys.stderr,
        )
