"""Speed round: recall a concept by another name or by its definition, against a clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from groundedqa.answer.quotes import quote
from groundedqa.base.models import Concept, ConceptKind, Passage
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.distractors import page_distractors
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Item
from groundedqa.quiz.kinds.maker import Free, choose, draws
from groundedqa.quiz.naming import definition_of, is_name_of, related, sort_of, telling_claim, told

_LONGEST = 260  # characters of a definition that is read in a hurry
_FAR, _ALIKE = 0.35, 0.65
"""Cosines of two definitions: below the first nobody takes one for the other, from the second on one may fit both."""
_PART = re.compile(r"\b(?:part|phase|stage|step|half|kind)\b")  # of it, the other name may be that of
_SECONDS = {"alias": 10, "definition": 20}
"""Time to read the titles, and a definition before them."""


def items(bank: ClaimBank, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`. Each hangs on the claim that says most of its concept."""
    for claim in claims:
        concept = bank.index.concepts[claim.concept]
        telling = telling_claim(bank, concept)
        if telling is None or telling.id != claim.id or not free(claim) or (cited := quote(bank.index, claim)) is None:
            continue
        nearness = _nearness(bank, concept)
        prompts = list(_prompts(bank, concept))
        for said in draws(claim, ItemKind.SPEED, seed).sample(prompts, len(prompts)):
            if (support := quote(bank.index, said.passage)) is None:
                continue
            for wrong in page_distractors(bank, concept, nearness, _FAR, _ALIKE):
                if free(claim):
                    task = choose(concept.title, wrong)
                    yield Item(ItemKind.SPEED, said.prompt, task, (cited,), (support,), said.seconds)


@dataclass(frozen=True, slots=True)
class _Said:
    """What is asked of a concept, the passage that tells it, and the time to answer."""

    prompt: str
    passage: Passage
    seconds: int


def _prompts(bank: ClaimBank, concept: Concept) -> Iterator[_Said]:
    """What may be asked of a concept without giving it away."""
    noun = "page" if concept.kind is ConceptKind.ENTITY else "concept"
    for alias in concept.aliases:
        if is_name_of(alias, concept.title) or sort_of(bank, concept) == "person":
            continue
        if (saying := _saying(bank, concept, alias)) is not None:
            yield _Said(f"Which {noun} is also called “{alias}”?", saying, _SECONDS["alias"])
    definition, words = definition_of(bank, concept), told(bank, concept)
    if definition is not None and words is not None and len(words) <= _LONGEST:
        yield _Said(f"Which {noun} is this? “{words}”", definition, _SECONDS["definition"])


def _saying(bank: ClaimBank, concept: Concept, alias: str) -> Passage | None:
    """A passage of the concept's page that gives the other name for the title."""
    name = re.escape(alias.casefold())
    other = re.compile(rf"\({name}\)|\b(?:called|known as|named|name|term|or|short for|as) (?:the )?[“\"']?{name}\b")
    title = concept.title.removesuffix("s").casefold()
    for passage in bank.index.passages:
        words = bank.plain[passage.id].casefold()
        if passage.concept == concept.slug and title in words and other.search(words) and not _PART.search(words):
            return passage
    return None


def _nearness(bank: ClaimBank, concept: Concept) -> dict[str, float]:
    """The cosine of each concept's definition and this one's."""
    own = definition_of(bank, concept)
    others = {other.slug: definition_of(bank, other) for other in related(bank, concept)}
    return {slug: bank.likeness(own, other) for slug, other in others.items() if own and other}
