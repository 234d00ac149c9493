"""A conversation as Markdown, every quote with its evidence, source and place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from groundedqa.answer.answers import Answer, Grounded, Quote
from groundedqa.base.models import Kind
from groundedqa.index.reading import Index
from groundedqa.ui.components import still_there, withdrawn


def as_markdown(index: Index, answers: Iterable[Answer]) -> str:
    """The whole conversation, to be kept or pasted elsewhere; its quotes are read again in their pages."""
    return "\n".join(line for answer in answers for line in _turn(index, answer))


def _turn(index: Index, answer: Answer) -> Iterator[str]:
    yield f"## {' '.join(answer.question.text.split())}\n"
    if answer.question.understood:
        yield f"Understood as: {answer.question.understood}\n"
    if isinstance(answer, Grounded) and answer.parts:
        yield f"{answer.lead}\n"
        for part in answer.parts:
            yield from (line.replace("## ", "### ", 1) for line in _turn(index, part))
    elif isinstance(answer, Grounded):
        yield f"{answer.lead}\n"
        for quote in answer.quotes:
            yield from _quote(index, quote)
    else:
        yield f"{answer.reason}\n"
        if answer.open_question:
            yield "The open question that touches it:\n"
            yield from _quote(index, answer.open_question)


def _quote(index: Index, quote: Quote) -> Iterator[str]:
    passage = still_there(index, quote.passage)
    if passage is None:
        yield f"{withdrawn(quote.concept)}\n"
        return
    for line in passage.text.splitlines():
        yield f"> {line.strip()}"
    yield ">"
    label = passage.kind.value.replace("_", " ")
    if passage.kind is Kind.CLAIM:
        label = f"claim, evidence: {passage.evidence.value if passage.evidence else 'not stated'}"
    yield f"> {quote.concept.title} ({passage.path}, line {passage.line}); {label}"
    for other in (index.passage(identifier) for identifier in passage.contests):
        if other:
            yield f"> The other side: {index.concepts[other.concept].title} ({other.path}, line {other.line})"
    for source in quote.sources:
        yield f"> Source: {source.citation}{f' <{source.url}>' if source.url else ''}"
    yield ""
