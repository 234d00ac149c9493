"""Which page is it? An open question or a claim that does not name its page, and four pages to choose from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groundedqa.base import Concept, Evidence, Kind, Passage
from groundedqa.quiz.items import Cited, Item, ItemKind, Option
from groundedqa.quiz.kinds.maker import Free, choose
from groundedqa.quiz.naming import definition_of, hints_at, related, sort_of
from groundedqa.quiz.stock import Stock
from groundedqa.quiz.wording import short_claim

_WRONG = 3
_PLAIN = 0.2
"""By how much the right title may suit what is asked better than any other (see `Stock.plainly`)."""
_FAR = 0.45
"""How near a wrong page has to come to it."""
_NEARER = 0.1
"""By how much the right page has to come nearer to the question than a wrong one, in cosine."""


def items(stock: Stock, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`. A page's open questions come before its claims."""
    for claim in claims:
        if not free(claim) or (cited := stock.cite(claim)) is None:
            continue
        concept = stock.index.concepts[claim.concept]
        for asked in (_question_near(stock, claim), claim):
            if asked is None or (asked is not claim and sort_of(stock, concept) == "group"):
                continue  # what a group may be asked, others may be asked as well
            if (quoted := stock.cite(asked)) is None:
                continue
            words = stock.plain[asked.id] if asked is not claim else short_claim(claim.text)
            if words is None or hints_at(words, concept) or claim.evidence is Evidence.CONTESTED:
                continue
            wrong = _wrong(stock, asked, words, concept)
            titles = [other.title for other, _ in wrong]
            if len(wrong) == _WRONG and stock.plainly(concept.title, asked, titles) <= _PLAIN:
                options = [Option(other.title, origin) for other, origin in wrong]
                verb = "asks" if asked is not claim else "says"
                prompt = f"Which page of the base {verb} this? “{words}”"
                definition = definition_of(stock, concept)
                explains = stock.cite(definition) if definition else None
                support = (*([quoted] if asked is not claim else []), *([explains] if explains else []))
                yield Item(ItemKind.CONCEPT, prompt, choose(concept.title, options), (cited,), support)
                break


def _question_near(stock: Stock, claim: Passage) -> Passage | None:
    """The open question of the claim's page to which this claim is the nearest one, if there is one."""
    questions = [stock.index.passages[row] for row in stock.index.rows_of(Kind.OPEN_QUESTION)]
    siblings = [other for other in stock.claims if other.concept == claim.concept]
    for question in questions:
        if question.concept == claim.concept:
            nearest = max(siblings, key=lambda other: (stock.likeness(question, other), other.id))
            if nearest.id == claim.id:
                return question
    return None


def _wrong(stock: Stock, asked: Passage, words: str, concept: Concept) -> list[tuple[Concept, Cited]]:
    """The pages that come nearest to what is asked without fitting as well, each with what defines it."""
    near = _nearest(stock, asked)
    found: list[tuple[Concept, Cited]] = []
    for other in sorted(related(stock, concept), key=lambda c: (-near.get(c.slug, 0.0), c.slug)):
        definition = definition_of(stock, other)
        if len(found) == _WRONG or definition is None or hints_at(words, other):
            continue
        if near.get(other.slug, 0.0) < _FAR:
            continue
        fits = near.get(other.slug, 0.0) > near.get(concept.slug, 0.0) - _NEARER
        if not fits and (origin := stock.cite(definition)) is not None:
            found.append((other, origin))
    return found


def _nearest(stock: Stock, asked: Passage) -> dict[str, float]:
    """The cosine of each page's passage that comes nearest to the question, which itself does not count."""
    index = stock.index
    scores = index.vectors @ index.vectors[index.rows[asked.id]]
    found: dict[str, float] = {}
    for passage, score in zip(index.passages, scores.tolist(), strict=True):
        if passage.id != asked.id:
            found[passage.concept] = max(found.get(passage.concept, -1.0), score)
    return found
