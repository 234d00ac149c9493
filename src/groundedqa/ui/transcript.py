"""A conversation as Markdown, every quote with its evidence, source and place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from groundedqa.answer import Answer, Grounded, Quote
from groundedqa.base import Kind


def as_markdown(answers: Iterable[Answer]) -> str:
    """The whole conversation, to be kept or pasted elsewhere."""
    return "\n".join(line for answer in answers for line in _turn(answer))


def _turn(answer: Answer) -> Iterator[str]:
    yield f"## {' '.join(answer.question.text.split())}\n"
    if answer.question.understood:
        yield f"Understood as: {answer.question.understood}\n"
    if isinstance(answer, Grounded):
        yield f"{answer.lead}\n"
        for quote in answer.quotes:
            yield from _quote(quote)
    else:
        yield f"{answer.reason}\n"
        if answer.open_question:
            yield "The open question that touches it:\n"
            yield from _quote(answer.open_question)


def _quote(quote: Quote) -> Iterator[str]:
    for line in quote.text.splitlines():
        yield f"> {line.strip()}"
    yield ">"
    passage = quote.passage
    label = passage.kind.value.replace("_", " ")
    if passage.kind is Kind.CLAIM:
        label = f"claim, evidence: {passage.evidence.value if passage.evidence else 'not stated'}"
    yield f"> {quote.concept.title} ({passage.path}, line {passage.line}); {label}"
    for source in quote.sources:
        yield f"> Source: {source.citation}{f' <{source.url}>' if source.url else ''}"
    yield ""
