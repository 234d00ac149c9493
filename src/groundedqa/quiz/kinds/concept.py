"""Which concept is it? An open question or a claim that does not name its page, and pages to choose from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groundedqa.answer.quotes import quote
from groundedqa.base.evidence import Evidence
from groundedqa.base.models import ConceptKind, Kind, Passage
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.distractors import page_distractors
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Item
from groundedqa.quiz.kinds.maker import Free, choose
from groundedqa.quiz.naming import definition_of, hints_at, names_it, sort_of
from groundedqa.text.plain import short_claim

_FAR = 0.4
"""How near a wrong page has to come to it."""
_NEARER = 0.1
"""By how much the right page has to come nearer to the question than a wrong one, in cosine."""


def items(bank: ClaimBank, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`. A page's open questions come before its claims."""
    for claim in claims:
        if not free(claim) or (cited := quote(bank.index, claim)) is None:
            continue
        concept = bank.index.concepts[claim.concept]
        for asked in (_question_near(bank, claim), claim):
            if asked is None or (asked is not claim and sort_of(bank, concept) == "group"):
                continue  # what a group may be asked, others may be asked as well
            if (quoted := quote(bank.index, asked)) is None:
                continue
            words = bank.plain[asked.id] if asked is not claim else short_claim(claim.text)
            if words is None or hints_at(words, concept) or claim.evidence is Evidence.CONTESTED:
                continue
            if not _settled(bank, asked):
                continue
            nearness = _nearness(bank, asked)
            definition = definition_of(bank, concept)
            explains = quote(bank.index, definition) if definition else None
            support = (*([quoted] if asked is not claim else []), *([explains] if explains else []))
            noun = "page" if concept.kind is ConceptKind.ENTITY else "concept"
            what = "open question" if asked is not claim else "finding"
            prompt = f"Which {noun} does this {what} belong to? “{words}”"
            for wrong in page_distractors(bank, concept, nearness, _FAR, nearness[concept.slug] - _NEARER):
                if free(claim):
                    yield Item(ItemKind.CONCEPT, prompt, choose(concept.title, wrong), (cited,), support)


def _question_near(bank: ClaimBank, claim: Passage) -> Passage | None:
    """The open question of the claim's page to which this claim is the nearest one, if there is one."""
    questions = [bank.index.passages[row] for row in bank.index.rows_of(Kind.OPEN_QUESTION)]
    siblings = [other for other in bank.claims if other.concept == claim.concept]
    for question in questions:
        if question.concept == claim.concept:
            nearest = max(siblings, key=lambda other: (bank.likeness(question, other), other.id))
            if nearest.id == claim.id:
                return question
    return None


def _settled(bank: ClaimBank, asked: Passage) -> bool:
    """Whether the passage nearest to a question or claim stands on the same page, and no other page cites its source.

    Pages of entities do not count there: what a group found out is cited on its page as well.
    """
    index = bank.index
    for other in index.passages:
        elsewhere = other.concept != asked.concept and index.concepts[other.concept].kind is not ConceptKind.ENTITY
        if elsewhere and set(other.sources) & set(asked.sources):
            return False
    scores = index.vectors @ index.vectors[index.rows[asked.id]]
    scores[index.rows[asked.id]] = -1.0
    return index.passages[int(scores.argmax())].concept == asked.concept


def _nearness(bank: ClaimBank, asked: Passage) -> dict[str, float]:
    """The cosine of each page's center with a question or claim; one that it names may be as right, and is left out."""
    index = bank.index
    vector, words = index.vectors[index.rows[asked.id]], bank.plain[asked.id]
    named = {slug for slug, concept in index.concepts.items() if slug != asked.concept and names_it(words, concept)}
    return {slug: float(center @ vector) for slug, center in index.centers.items() if slug not in named}
