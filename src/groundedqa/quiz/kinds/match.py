"""Matching: entities and what they did, or concepts and what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from groundedqa.answer.quotes import quote
from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Concept, ConceptKind, Passage
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Item, Match
from groundedqa.quiz.kinds.maker import Free, draws
from groundedqa.quiz.naming import (
    ELLIPSIS,
    definition_of,
    hints_at,
    names_it,
    related,
    telling_claim,
    told,
    without_names,
)
from groundedqa.text.dates import tells_date
from groundedqa.text.plain import short_claim

_MOST, _LEAST = 4, 3
_TRIES = 6  # for company in which no name tells what is said of it
_LONGEST = 240  # characters of a definition
_FAR, _NEAR = 0.3, 0.6
"""Cosines of two definitions: below the first nobody takes one for the other, from the second on one may fit both."""
_ALIKE = 0.75
"""Cosine from which on what is said of one entity may be said of the other as well."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A concept, what is said of it without its name, and the claim and, for a definition, the text that say it."""

    concept: Concept
    said: str
    claim: Passage
    definition: Passage | None = None


def items(bank: ClaimBank, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`."""
    forms = {prompt: [pair for pair in pairs if _stands(bank, pair)] for prompt, pairs in bank.once(_forms).items()}
    starts = {pair.claim.id: (prompt, pair) for prompt, pairs in forms.items() for pair in pairs}
    for claim in claims:
        if claim.id not in starts:
            continue
        rng = draws(claim, ItemKind.MATCH, seed)
        prompt, first = starts[claim.id]
        for _ in range(_TRIES):
            if not free(claim):
                break
            pairs = _company(bank, first, forms[prompt], free, rng)
            if len(pairs) >= _LEAST and (item := _item(bank, prompt, pairs, rng)) is not None:
                yield item


def _forms(bank: ClaimBank) -> dict[str, list[_Pair]]:
    """What can be matched, by the prompt to do it."""
    return {
        "Who or what is each of these about?": [pair for claim in bank.claims if (pair := _contribution(bank, claim))],
        "Match each concept with what it is.": [pair for claim in bank.claims if (pair := _definition(bank, claim))],
    }


def _contribution(bank: ClaimBank, claim: Passage) -> _Pair | None:
    """An entity and what a short claim that begins with its name says of it."""
    short = short_claim(claim.text)
    if short is None or claim.evidence is Evidence.CONTESTED:
        return None
    for concept in bank.index.concepts.values():
        if concept.kind is not ConceptKind.ENTITY:
            continue
        said = without_names(short, concept)
        if tells_date(said) or hints_at(said[1:], concept):
            continue
        if re.match(rf"{ELLIPSIS} [a-z]", said) and said.count(ELLIPSIS) == 1:
            return _Pair(concept, said, claim)
    return None


def _definition(bank: ClaimBank, claim: Passage) -> _Pair | None:
    """A concept and its definition; the claim is the one that says most of it."""
    concept = bank.index.concepts[claim.concept]
    definition = definition_of(bank, concept)
    telling = telling_claim(bank, concept)
    if concept.kind is ConceptKind.ENTITY or definition is None or telling is None or telling.id != claim.id:
        return None
    said = told(bank, concept)
    if said is None or len(said) > _LONGEST or tells_date(said) or hints_at(said, concept):
        return None
    if not re.match(rf"{ELLIPSIS} (?:an?|the) ", said):  # all are to be of one form
        return None
    return _Pair(concept, said, claim, definition)


def _stands(bank: ClaimBank, pair: _Pair) -> bool:
    """Whether the pages still hold what a pair comes from."""
    return all(quote(bank.index, passage) is not None for passage in (pair.claim, pair.definition) if passage)


def _company(bank: ClaimBank, first: _Pair, others: Sequence[_Pair], free: Free, rng: Random) -> list[_Pair]:
    """A pair, with others of which none could be exchanged with another; those that are related first."""
    nearness = {concept.slug: at for at, concept in enumerate(related(bank, first.concept))}
    found = [pair for pair in others if pair.concept.slug in nearness and free(pair.claim)]
    found = [pair for pair in found if _confusable(bank, pair, first)]
    rng.shuffle(found)
    found.sort(key=lambda pair: nearness[pair.concept.slug] // 3)
    pairs = [first]
    for pair in found:
        if len(pairs) < _MOST and all(_apart(bank, pair, earlier) for earlier in pairs):
            pairs.append(pair)
    return pairs


def _confusable(bank: ClaimBank, one: _Pair, other: _Pair) -> bool:
    """Whether two definitions are near enough for one to be mistaken for the other; entities are of one sort anyway."""
    if one.definition is None or other.definition is None:
        return True
    return bank.likeness(one.definition, other.definition) >= _FAR


def _apart(bank: ClaimBank, one: _Pair, other: _Pair) -> bool:
    """Whether neither of two pairs speaks of the other's concept, nor of the same matter."""
    if one.concept.slug == other.concept.slug:
        return False
    if one.definition and other.definition and bank.likeness(one.definition, other.definition) >= _NEAR:
        return False
    for pair, rival in ((one, other), (other, one)):
        if names_it(bank.plain[pair.claim.id], rival.concept) or hints_at(pair.said, rival.concept):
            return False
        if bank.nearest_claim(pair.claim, rival.concept.slug) >= _ALIKE:
            return False
    return not bank.same_matter(one.claim, other.claim)


def _item(bank: ClaimBank, prompt: str, pairs: list[_Pair], rng: Random) -> Item | None:
    """The item; None where a page does not hold any more what a pair comes from."""
    places = list(range(len(pairs)))
    while places == sorted(places):  # never solved already
        rng.shuffle(places)
    right = [""] * len(pairs)
    for pair, place in zip(pairs, places, strict=True):
        right[place] = pair.said
    left = tuple(pair.concept.title for pair in pairs)
    definitions = [pair.definition for pair in pairs if pair.definition]
    support = tuple(cited for passage in definitions if (cited := quote(bank.index, passage)))
    claims = tuple(cited for pair in pairs if (cited := quote(bank.index, pair.claim)))
    if len(claims) < len(pairs) or len(support) < len(definitions):
        return None
    return Item(ItemKind.MATCH, prompt, Match(left, tuple(right), tuple(places)), claims, support)
