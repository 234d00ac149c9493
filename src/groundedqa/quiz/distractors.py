"""Distractors: facts that may stand in another's place, and pages that may stand beside the right one.

The base's claims are all that is known here. An exchanged fact is refused when the claim itself,
its sources or any other passage about the same matter mentions it, when it would turn the order
of the statement's numbers or dates around, and when it stands too near to a rough figure.

How many pages stand beside the right one depends on how many tempt, three or two: a distractor that nobody takes is of
no use (Rodriguez 2005, "Three Options Are Optimal for Multiple-Choice Items",
https://doi.org/10.1111/j.1745-3992.2005.00006.x), and tests in which the number differs from item to item measure
better than those with a fixed one (Zoanetti et al. 2013, "Fixed or mixed", https://doi.org/10.1186/1472-6920-13-35).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random

import numpy as np

from groundedqa.answer.answers import Quote
from groundedqa.answer.quotes import quote
from groundedqa.base.models import Concept, Passage
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.facts import DATES, NUMBERS, Fact, FactType
from groundedqa.quiz.items import Option
from groundedqa.quiz.likeness import NAMES, mentions, ordered, plausible, same, unlike
from groundedqa.quiz.naming import definition_of, related
from groundedqa.quiz.statements import Statement, Statements, is_title
from groundedqa.text.words import terms

_RESTATES = 0.45
"""Share of what a fact is said of, weighted by rarity, from which on a passage speaks of it too."""
_TOUCHES = 0.25
"""The same where names are exchanged: what is said of one model in other words is often true of the next."""
_KIN = 0.4
"""How near two concepts have to be, as the cosine of their centers, for one to be mistaken for the other."""

_SIZES = (3, 2)
_TEMPTING = 5
"""How many of the nearest pages the wrong ones are taken from."""


@dataclass(frozen=True, slots=True)
class Distractor:
    """A fact's stand-in and the claim that it is taken from; a direction turned round is from none."""

    text: str
    origin: Quote | None


class Distractors:
    """The rules by which one fact of a base's claims may stand for another."""

    def __init__(self, bank: ClaimBank) -> None:
        self._bank, self._index, self._statements = bank, bank.index, bank.once(Statements)
        self._latest = max((claim.date[:4] for claim in bank.claims if claim.date), default="")
        self._pool: dict[FactType, list[tuple[Fact, Passage]]] = {kind: [] for kind in FactType}
        for claim in bank.claims:
            for fact in self._statements.facts[claim.id]:
                self._pool[fact.type].append((fact, claim))

    def of(self, statement: Statement, rng: Random) -> Iterator[Distractor]:
        """What may stand in the fact's place, most plausible first; each differs from the others."""
        fact, claim = statement.fact, statement.claim
        if fact.type is FactType.DIRECTION:
            if not claim.contests and not any(str(fact.value) in text for text in self._rivals(statement)):
                yield Distractor(str(fact.value), None)
            return
        near = self._bank.distance(claim)
        pool = [(other, origin) for other, origin in self._pool[fact.type] if origin.id != claim.id]
        if fact.type is FactType.VERSION:  # of the same line, and out by then
            pool = [pair for pair in pool if not unlike(fact, pair[0]) and self._known_by(pair[0], claim.date)]
        rng.shuffle(pool)
        pool.sort(key=lambda pair: (self._unlike(fact, pair[0]), near.get(pair[1].concept, 2)))
        rivals = self._rivals(statement)
        given: list[Fact] = []
        for other, origin in pool:
            if fact.type in NAMES and not other.exposed:
                continue
            if any(same(other, earlier) or not plausible(earlier, other) for earlier in given):
                continue
            if not self._fits(statement, other, rivals):
                continue
            if (cited := quote(self._index, origin)) is None:
                continue
            given.append(other)
            yield Distractor(self._worded(statement, other, origin), cited)

    def _unlike(self, fact: Fact, other: Fact) -> float:
        if fact.type is FactType.CONCEPT:
            return -self._bank.kinship(str(fact.value), str(other.value))
        return unlike(fact, other)

    def _rivals(self, statement: Statement) -> list[str]:
        """Plain texts of the passages that are about what the fact's own part of the statement says."""
        start = max(statement.text.rfind(mark, 0, statement.fact.start) for mark in (". ", "; ", "! ", "? ")) + 1
        ends = [at for mark in (". ", "; ") if (at := statement.text.find(mark, statement.fact.end)) >= 0]
        end = min(ends, default=len(statement.text))
        wanted = frozenset(
            terms(f"{statement.text[start : statement.fact.start]} {statement.text[statement.fact.end : end]}")
        )
        least = _TOUCHES if statement.fact.type in NAMES else _RESTATES
        about = [self._index.passages[row].id for row in np.flatnonzero(self._bank.covered(wanted) >= least)]
        return [self._bank.plain[identifier] for identifier in about if identifier != statement.claim.id]

    def _fits(self, statement: Statement, other: Fact, rivals: Sequence[str]) -> bool:
        fact = statement.fact
        own = self._bank.plain[statement.claim.id]
        if same(other, fact) or mentions(own, other) or any(mentions(text, other) for text in rivals):
            return False
        if fact.type in NUMBERS or fact.type in DATES:
            orders = all(ordered(fact, other, third) for third in self._statements.facts[statement.claim.id])
            return orders and plausible(fact, other) and not self._dated(statement.claim, other) and self._past(other)
        if fact.type is FactType.CONCEPT:
            kin = (
                is_title(other, self._index.concepts[str(other.value)])
                and self._bank.kinship(str(fact.value), str(other.value)) >= _KIN
            )
            return kin and self._apart(fact, other) and fact.text.endswith("s") == other.text.endswith("s")
        if fact.type is FactType.GROUP and self._known(fact) != self._known(other):
            return False  # a group with a page of its own is better known than one without
        sources = [self._index.sources[key] for key in statement.claim.sources if key in self._index.sources]
        said = " ".join(f"{source.title} {source.container or ''} {' '.join(source.authors)}" for source in sources)
        return not any(name in said for name in other.text.split(" and "))

    def _known_by(self, fact: Fact, date: str | None) -> bool:
        """Whether some claim of that date or before speaks of the fact."""
        dates = [claim.date for other, claim in self._pool[fact.type] if other.value == fact.value and claim.date]
        return date is None or min(dates, default="")[: len(date)] <= date

    def _known(self, fact: Fact) -> bool:
        """Whether the fact has a page of its own."""
        return fact.value in self._index.concepts

    def _dated(self, claim: Passage, other: Fact) -> bool:
        """Whether this is the year of the claim or of one of its sources."""
        sources = [self._index.sources[key] for key in claim.sources if key in self._index.sources]
        years = {source.year for source in sources} | ({int(claim.date[:4])} if claim.date else set())
        return isinstance(other.value, tuple) and other.value[0] in years

    def _past(self, other: Fact) -> bool:
        """Whether a date is none that the base's claims only look forward to."""
        return other.type not in DATES or other.text <= self._latest

    def _apart(self, fact: Fact, other: Fact) -> bool:
        """Whether neither page links to the other: what is said of one is often true of the next."""
        one, two = (self._index.concepts[str(f.value)] for f in (fact, other))
        return two.slug not in one.links and one.slug not in two.links

    def _worded(self, statement: Statement, other: Fact, origin: Passage) -> str:
        fact = statement.fact
        if fact.type is FactType.PERCENT:
            number = re.match(r"[\d.,]+", other.text)
            return fact.text.replace(str(re.match(r"[\d.,]+", fact.text)[0]), number[0]) if number else other.text  # type: ignore[index]
        if fact.type is FactType.CONCEPT and other.start != fact.start:
            opens = statement.fact.start == 0 or statement.text[: fact.start].endswith((". ", "? ", "! "))
            first = re.split(r"[ -]", other.text)[0]
            head = other.text[0].lower() if self._statements.lexicon.is_common(first) else other.text[0]
            return (other.text[0].upper() if opens else head) + other.text[1:]
        return other.text


def page_distractors(
    bank: ClaimBank, concept: Concept, nearness: Mapping[str, float], near: float, too_near: float
) -> Iterator[tuple[Option, ...]]:
    """Choices of wrong titles, the most tempting first: pages of the concept's sort, each with its definition.

    Args:
        nearness: by slug, how near a page comes to what is shown, as a cosine.
        near: below it, nobody takes one for the other.
        too_near: from it on, one may fit as well as the other.
    """
    found: list[Option] = []
    tempting = [other for other in related(bank, concept) if near <= nearness.get(other.slug, -1.0) < too_near]
    for other in sorted(tempting, key=lambda c: (-round(nearness[c.slug], 5), c.slug)):
        definition = definition_of(bank, other)
        if definition is not None and (origin := quote(bank.index, definition)) is not None:
            found.append(Option(other.title, origin))
    for size in _SIZES:
        yield from combinations(found[:_TEMPTING], size)
