"""Speed round: recall a concept by another name or by its definition, against a clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from groundedqa.base import Concept, Passage
from groundedqa.quiz.items import Cited, Item, ItemKind, Option
from groundedqa.quiz.kinds.maker import Free, choose, draws
from groundedqa.quiz.naming import (
    definition_of,
    hints_at,
    is_name_of,
    related,
    sort_of,
    telling_claim,
    told,
)
from groundedqa.quiz.stock import Stock

_WRONG = 3
_LONGEST = 260  # characters of a definition that is read in a hurry
_FAR, _ALIKE = 0.35, 0.6
"""Cosines of two definitions: below the first nobody takes one for the other, from the second on one may fit both."""
_PART = re.compile(r"\b(?:part|phase|stage|step|half|kind)\b")  # of it, the other name may be that of
_PLAIN = 0.45
"""By how much the right title may suit what is shown better than any other (see `Stock.plainly`)."""
_SECONDS = {"alias": 10, "definition": 20}
"""Time to read four titles, and a definition before them."""


def items(stock: Stock, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`. Each hangs on the claim that says most of its concept."""
    for claim in claims:
        concept = stock.index.concepts[claim.concept]
        telling = telling_claim(stock, concept)
        if telling is None or telling.id != claim.id or not free(claim) or (cited := stock.cite(claim)) is None:
            continue
        prompts = list(_prompts(stock, concept))
        for prompt, seconds, said in draws(claim, ItemKind.SPEED, seed).sample(prompts, len(prompts)):
            wrong, support = _wrong(stock, concept, prompt), stock.cite(said)
            titles = [other.title for other, _ in wrong]
            if len(wrong) == _WRONG and support and stock.plainly(concept.title, said, titles) <= _PLAIN:
                options = [Option(other.title, origin) for other, origin in wrong]
                yield Item(ItemKind.SPEED, prompt, choose(concept.title, options), (cited,), (support,), seconds)
                break


def _prompts(stock: Stock, concept: Concept) -> Iterator[tuple[str, int, Passage]]:
    """What may be asked of a concept without giving it away, with its seconds and the passage that tells."""
    noun = "page" if concept.kind == "entity" else "concept"
    for alias in concept.aliases:
        if is_name_of(alias, concept.title) or sort_of(stock, concept) == "person":
            continue
        if (said := _saying(stock, concept, alias)) is not None:
            yield f"Which {noun} is also called “{alias}”?", _SECONDS["alias"], said
    definition, words = definition_of(stock, concept), told(stock, concept)
    if definition is not None and words is not None and len(words) <= _LONGEST:
        yield f"Which {noun} is this? “{words}”", _SECONDS["definition"], definition


def _saying(stock: Stock, concept: Concept, alias: str) -> Passage | None:
    """A passage of the concept's page that gives the other name for the title."""
    name = re.escape(alias.casefold())
    other = re.compile(rf"\({name}\)|\b(?:called|known as|named|name|term|or|short for|as) [“\"']?{name}\b")
    title = concept.title.removesuffix("s").casefold()
    for passage in stock.index.passages:
        words = stock.plain[passage.id].casefold()
        if passage.concept == concept.slug and title in words and other.search(words) and not _PART.search(words):
            return passage
    return None


def _wrong(stock: Stock, concept: Concept, prompt: str) -> list[tuple[Concept, Cited]]:
    """The concepts whose definitions come nearest, short of fitting as well, each with its definition."""
    own = definition_of(stock, concept)
    near: list[tuple[float, Concept, Passage]] = []
    for other in related(stock, concept):
        definition = definition_of(stock, other)
        if own is not None and definition is not None and not hints_at(prompt, other):
            near.append((round(stock.likeness(own, definition), 5), other, definition))
    near.sort(key=lambda one: (-one[0], one[1].slug))
    fair = [(other, stock.cite(definition)) for likeness, other, definition in near if _FAR <= likeness < _ALIKE]
    return [(other, origin) for other, origin in fair[:_WRONG] if origin is not None]
