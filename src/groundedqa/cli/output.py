"""What the commands print."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from groundedqa.errors import GroundedQAError, Hint

if TYPE_CHECKING:
    from groundedqa.answer.answers import Answer, Quote
    from groundedqa.base.models import Base
    from groundedqa.index.reading import Index

_COMMANDS = {
    Hint.BUILD: "groundedqa index",
    Hint.FOLDER: "groundedqa index FOLDER",
    Hint.REBUILD: "groundedqa index --model {}",
    Hint.ENCODER: "groundedqa index --model NAME",
    Hint.RERANKER: "--cross-encoder NAME",
    Hint.CALIBRATE: "groundedqa calibrate",
    Hint.EVALUATE: "groundedqa eval --json {}",
    Hint.INSTALL: "pip install 'groundedqa[{}]'",
}


def told(error: GroundedQAError) -> str:
    """An error with the command that mends it, where there is one."""
    if error.hint is None:
        return str(error)
    return f"{error}; {error.hint.value}: {_COMMANDS[error.hint].format(error.subject or '')}"


def summary(base: Base) -> str:
    """One line on how much a base holds and what is wrong with it."""
    from groundedqa.base.models import Kind

    kinds = {kind: sum(p.kind is kind for p in base.passages) for kind in Kind}
    errors = len(base.errors)
    asked = sum(len(p.questions) for p in base.passages)
    questions = f"{count(asked, 'question')} that they answer, " if asked else ""
    return (
        f"{count(len(base.concepts), 'page')}: {count(kinds[Kind.CLAIM], 'claim')}, "
        f"{count(kinds[Kind.OPEN_QUESTION], 'open question')}, {count(kinds[Kind.RELATION], 'relation')}, "
        f"{count(kinds[Kind.SECTION], 'passage')} of text, {questions}"
        f"{count(len(base.sources), 'source')}. "
        f"{count(errors, 'error')}, {count(len(base.problems) - errors, 'warning')}."
    )


def count(number: int, noun: str) -> str:
    """`1 page`, `1,200 pages`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def as_text(index: Index, answer: Answer) -> str:
    """An answer for a terminal."""
    from groundedqa.answer.answers import Grounded

    lines: list[str] = []
    if answer.question.understood:
        lines += [f"Understood as: {answer.question.understood}", ""]
    if isinstance(answer, Grounded) and answer.parts:
        lines.append(answer.lead)
        for part in answer.parts:
            lines += ["", f"{part.question.text}", "", as_text(index, part)]
    elif isinstance(answer, Grounded):
        lines += [answer.lead, *(quote_text(index, quote) for quote in answer.quotes)]
    else:
        lines.append(answer.reason)
        touching = answer.open_question
        if touching:
            lines += ["", "An open question of the base touches it:", quote_text(index, touching)]
        others = [quote for quote in answer.nearest if touching is None or quote.passage != touching.passage]
        if others:
            lines += ["", "What comes nearest, though it does not answer:", *(quote_text(index, q) for q in others)]
    return "\n".join(lines)


def quote_text(index: Index, quote: Quote) -> str:
    """A quote for a terminal, with evidence, place and sources."""
    from groundedqa.base.models import Kind

    passage = quote.passage
    label = passage.kind.value.replace("_", " ")
    if passage.kind is Kind.CLAIM:
        label = f"claim, evidence: {quote.evidence.value if quote.evidence else 'not stated'}"
    place = quote.page
    if place.is_relative_to(Path.cwd()):
        place = place.relative_to(Path.cwd())
    lines = ["", f"  {quote.text}", f"  [{label}] {quote.concept.title}, {place}:{passage.line}"]
    for other in (index.passage(identifier) for identifier in passage.contests):
        lines += [f"  The other side: {index.concepts[other.concept].title}, line {other.line}"] if other else []
    lines += [f"  Source: {source.citation} {source.url or ''}".rstrip() for source in quote.sources]
    return "\n".join(lines)


def write_whole(file: Path, content: bytes) -> None:
    """Write a file beside its place, then swap it in, so that what is there is never half of it.

    Raises:
        GroundedQAError: it cannot be written.
    """
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise GroundedQAError(
            f"{file}: cannot be written ({error.strerror}); name a file in a folder of yours"
        ) from None
