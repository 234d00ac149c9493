"""What the commands print."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundedqa.base import Base, Concept, Kind, Passage, Source

if TYPE_CHECKING:
    from groundedqa.answer import Answer, Quote
    from groundedqa.index.opened import Index


def summary(base: Base) -> str:
    """One line on how much a base holds and what is wrong with it."""
    kinds = {kind: sum(p.kind is kind for p in base.passages) for kind in Kind}
    errors = len(base.errors)
    return (
        f"{count(len(base.concepts), 'page')}: {count(kinds[Kind.CLAIM], 'claim')}, "
        f"{count(kinds[Kind.OPEN_QUESTION], 'open question')}, {count(kinds[Kind.RELATION], 'relation')}, "
        f"{count(kinds[Kind.SECTION], 'passage')} of text, {count(len(base.sources), 'source')}. "
        f"{count(errors, 'error')}, {count(len(base.problems) - errors, 'warning')}."
    )


def count(number: int, noun: str) -> str:
    """`1 page`, `1,200 pages`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def as_json(opened: Index, given: Answer) -> dict[str, Any]:
    """An answer as data."""
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
    return passage_json(opened, quote.passage, quote.concept, quote.sources) | {"score": round(quote.hit.score, 4)}


def passage_json(opened: Index, passage: Passage, concept: Concept, sources: Sequence[Source]) -> dict[str, Any]:
    """A quoted passage as data: its words, evidence, sources and place."""
    return {
        "passage_id": passage.id,
        "kind": passage.kind.value,
        "concept": concept.title,
        "text": passage.text,
        "evidence": passage.evidence.value if passage.evidence else None,
        "contests": list(passage.contests),
        "sources": [{"id": s.id, "title": s.title, "url": s.url} for s in sources],
        "path": str(opened.root / passage.path),
        "start": passage.start,
        "end": passage.end,
        "line": passage.line,
    }


def as_text(opened: Index, given: Answer) -> str:
    """An answer for a terminal."""
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
    return passage_text(opened, quote.passage, quote.concept, quote.sources)


def passage_text(opened: Index, passage: Passage, concept: Concept, sources: Sequence[Source]) -> str:
    """A quoted passage for a terminal, with evidence, place and sources."""
    label = passage.kind.value.replace("_", " ")
    if passage.kind is Kind.CLAIM:
        label = f"claim, evidence: {passage.evidence.value if passage.evidence else 'not stated'}"
    place = opened.root / passage.path
    if place.is_relative_to(Path.cwd()):
        place = place.relative_to(Path.cwd())
    lines = ["", f"  {passage.text}", f"  [{label}] {concept.title}, {place}:{passage.line}"]
    for other in (opened.passage(identifier) for identifier in passage.contests):
        lines += [f"  The other side: {opened.concepts[other.concept].title}, line {other.line}"] if other else []
    lines += [f"  Source: {source.citation} {source.url or ''}".rstrip() for source in sources]
    return "\n".join(lines)
