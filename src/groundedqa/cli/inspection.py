"""`groundedqa inspect`: what a question finds, why, and why a claim was not found before others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from groundedqa.cli.options import STORE, CrossEncoderName, ModelName, StoreDir, opened, workspace
from groundedqa.errors import GroundedQAError

if TYPE_CHECKING:
    from groundedqa.index.reading import Index
    from groundedqa.search.attribution import Attribution
    from groundedqa.search.hybrid import Hit
    from groundedqa.search.signals import Span


def inspect(
    question: Annotated[str, typer.Argument(help="What is asked.")],
    claim: Annotated[
        str | None, typer.Option(metavar="ID", help="The passage that should have answered; the best one if left out.")
    ] = None,
    top_k: Annotated[int, typer.Option(min=1, help="How many hits are listed.")] = 5,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    store: StoreDir = STORE,
    model: ModelName = None,
    cross_encoder: CrossEncoderName = None,
) -> None:
    """Show what a question finds, and what each of its words adds to a passage's score."""
    place = workspace(store, model, cross_encoder)
    index = opened(place)
    from groundedqa.answer.conversation import understand
    from groundedqa.authoring.outcome import outcome
    from groundedqa.index.model import encodable
    from groundedqa.search.attribution import attribute
    from groundedqa.search.hybrid import search

    if claim is not None and claim not in index.rows:
        raise GroundedQAError(
            f"the base has no passage {claim!r}; its page gives a claim's id in braces, as in {{#id}}"
        )
    query = understand(index, encodable(question)).query
    also = [] if claim is None else [index.rows[claim]]
    hits = search(index, query, top_k, also=also, reranker=place.reranker)
    if not hits:
        raise GroundedQAError("the base is empty; write a page first")
    best, meant = hits[0], next((hit for hit in hits if hit.passage.id == claim), hits[0])
    found = attribute(index, query, meant)
    above = None if meant is best else attribute(index, query, best)
    became = outcome(index, encodable(question), meant.passage, reranker=place.reranker)
    if json_:
        print(
            json.dumps(
                _as_json(index, question, query, hits, found, above) | {"outcome": became},
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        _print(query, hits, found, above)
        print(f"\n{became}")


def _print(query: str, hits: list[Hit], found: Attribution, above: Attribution | None) -> None:
    print(f"Searched as: {query}\n")
    for hit in hits:
        shares = ", ".join(f"{name} {part.contribution:.3f}" for name, part in hit.parts.items())
        print(f"{hit.rank:4d}  {hit.score:.3f}  {hit.passage.id}  ({shares})")
    print(f"\nWhat each word of the question adds to {found.hit.passage.id}, {_place(found.hit)}:")
    for word, share, rival in _words(found, above):
        beside = "" if rival is None else f"   {rival:+.4f} to the first, {share - rival:+.4f} apart"
        print(f"  {share:+.4f}  {word}{beside}")
    print(f"  {sum(found.floors.values()):+.4f}  what the worst candidate has of each signal")


def _as_json(
    index: Index, question: str, query: str, hits: list[Hit], found: Attribution, above: Attribution | None
) -> dict[str, Any]:
    return {
        "question": question,
        "query": query,
        "hits": [
            {
                "rank": hit.rank,
                "passage_id": hit.passage.id,
                "concept": index.concepts[hit.passage.concept].title,
                "score": hit.score,
                "parts": {
                    name: {"score": part.score, "contribution": part.contribution, "rank": part.rank}
                    for name, part in hit.parts.items()
                },
            }
            for hit in hits
        ],
        "passage_id": found.hit.passage.id,
        "rank": found.hit.rank,
        "pooled": found.pooled,
        "links": [
            {
                "signal": link.signal.name,
                "question": _word(found.query, found.query_words, link.query),
                "passage": _word(found.text, found.passage_words, link.passage),
                "contribution": link.contribution,
            }
            for link in found.links
        ],
        "floors": {signal.name: floor for signal, floor in found.floors.items()},
        "words": [{"word": word, "contribution": share, "first": rival} for word, share, rival in _words(found, above)],
    }


def _place(hit: Hit) -> str:
    return f"rank {hit.rank}, score {hit.score:.3f}"


def _words(found: Attribution, above: Attribution | None) -> list[tuple[str, float, float | None]]:
    """Each word of the question with what it adds, here and to the hit that is compared."""
    here, there = found.by_word(), None if above is None else above.by_word()
    words = [_word(found.query, found.query_words, at) for at in range(len(found.query_words))] + ["(no word)"]
    return [(word, here[at], None if there is None else there[at]) for at, word in enumerate(words)]


def _word(text: str, words: tuple[Span, ...], place: int | None) -> str:
    return "" if place is None else text[words[place].start : words[place].end]
