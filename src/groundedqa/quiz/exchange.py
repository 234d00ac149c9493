"""Which fact may stand in another's place: of the same form, plausible, and not right as well.

The base's claims are all that is known here. An exchanged fact is refused when the claim itself,
its sources or any other passage about the same matter mentions it, when it would turn the order
of the statement's numbers or dates around, and when it stands too near to a rough figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from groundedqa.base import Evidence, Passage
from groundedqa.index.words import terms
from groundedqa.quiz.directions import directions
from groundedqa.quiz.facts import DATES, NUMBERS, Fact, FactType, Lexicon
from groundedqa.quiz.items import Cited
from groundedqa.quiz.likeness import (
    NAMES,
    holds_name,
    mentions,
    ordered,
    other_way_round,
    plausible,
    same,
    says_number,
    unlike,
)
from groundedqa.quiz.wording import short_claim

if TYPE_CHECKING:
    from groundedqa.quiz.stock import Stock

_RESTATES = 0.45
"""Share of what a fact is said of, weighted by rarity, from which on a passage speaks of it too."""
_TOUCHES = 0.25
"""The same where names are exchanged: what is said of one model in other words is often true of the next."""
_NAMED = re.compile(
    r"\b(?:named|coined|introduced|presented|described|listed|set out|called|proposed|term|defined|added|published"
    r"|released|launched|founded|invented|proved|won|beat)\b"
)
"""What brings a concept up could as well have brought up another; what is found out about it often makes sense of it
alone, or is true of others too."""
_KIN = 0.4
"""How near two concepts have to be, as the cosine of their centers, for one to be mistaken for the other."""
_RANK = {FactType.DIRECTION: 0, FactType.CONCEPT: 1, FactType.GROUP: 1} | dict.fromkeys(DATES, 3)
"""Which way a finding points comes first, then what it is of and who found it, then figures, and when last."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim's words around one fact: what an item shows. `fact` has its place in `text`."""

    claim: Passage
    text: str
    fact: Fact

    def with_fact(self, words: str) -> str:
        """The statement with other words in the fact's place."""
        return f"{self.text[: self.fact.start]}{words}{self.text[self.fact.end :]}"

    @property
    def rest(self) -> str:
        """The statement without the fact."""
        return self.with_fact(" ")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A fact's stand-in and the claim that it is taken from; a direction turned round is from none."""

    text: str
    origin: Cited | None


class Exchange:
    """The facts of one base's claims, and the rules by which one may stand for another."""

    def __init__(self, stock: Stock) -> None:
        self._stock, self._index = stock, stock.index
        claims = stock.claims
        self.lexicon = Lexicon((stock.plain[claim.id] for claim in claims), stock.index.concepts)
        self._facts = {claim.id: self.lexicon.facts(stock.plain[claim.id]) for claim in claims}
        self._pool: dict[FactType, list[tuple[Fact, Passage]]] = {kind: [] for kind in FactType}
        for claim in claims:
            for fact in map(_year_of, self._facts[claim.id]):
                self._pool[fact.type].append((fact, claim))

    def statements(self, claim: Passage) -> Iterator[Statement]:
        """The short claim around each of its facts that is worth asking for, in order.

        What stands further on is detail: a learner who has the point of a claim need not know it.
        """
        whole, short = self._stock.plain[claim.id], short_claim(claim.text)
        if short is None or "__" in whole:  # which could be taken for a blank
            return
        turns = [Fact(FactType.DIRECTION, s, e, short[s:e], turned) for s, e, turned in directions(short)]
        for fact in (*map(_year_of, self._facts[claim.id]), *turns):
            statement = Statement(claim, short, fact)
            if fact.end <= len(short) and fact.exposed and self._matters(statement) and not self._given_away(statement):
                yield statement

    def anchored(self, statement: Statement) -> bool:
        """Whether a statement names something else, or a date, by which one can tell what it is about."""
        facts = self._facts[statement.claim.id]
        others = [fact for fact in facts if fact.end <= len(statement.text) and fact.type in NAMES | DATES]
        return any(not fact.start <= statement.fact.start < fact.end for fact in others)

    def wrongs(self, statement: Statement, rng: Random) -> Iterator[Wrong]:
        """What may stand in the fact's place, most plausible first; each differs from the others."""
        fact, claim = statement.fact, statement.claim
        if fact.type is FactType.DIRECTION:
            if not claim.contests and not any(str(fact.value) in text for text in self._rivals(statement)):
                yield Wrong(str(fact.value), None)
            return
        near = self._stock.distance(claim)
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
            if any(same(other, earlier) or not plausible(earlier, other) for earlier in given) or not self._fits(
                statement, other, rivals
            ):
                continue
            if (cited := self._stock.cite(origin)) is None:
                continue
            given.append(other)
            yield Wrong(self._worded(statement, other, origin), cited)

    def _unlike(self, fact: Fact, other: Fact) -> float:
        if fact.type is FactType.CONCEPT:
            return -self._stock.kinship(str(fact.value), str(other.value))
        return unlike(fact, other)

    def _matters(self, statement: Statement) -> bool:
        """Whether a learner should know the fact; how many there were is a detail."""
        fact, claim = statement.fact, statement.claim
        before, after = statement.text[: fact.start], statement.text[fact.end :]
        if fact.type in DATES:
            return claim.evidence is Evidence.STRONG and _NAMED.search(statement.text) is not None
        if fact.type is FactType.CONCEPT:
            return fact.value == claim.concept and self._is_title(fact) and _NAMED.search(statement.text) is not None
        if fact.type is FactType.GROUP:  # whose product it is, its name often tells; and a group may be part of another
            part = any(name.startswith(f"{fact.text} ") for name in self.lexicon.groups)
            return not part and not after.startswith(("'", "’"))
        if fact.type is FactType.PERCENT:  # not what something is compared with
            return not before.endswith(("against ", "than ", "'s "))
        if fact.type is FactType.VERSION:  # not what something happened to be tried on
            return not before.endswith((" on ", " in ", " for ", "model "))
        return fact.type is FactType.DIRECTION

    def _is_title(self, fact: Fact) -> bool:
        return fact.text.casefold() == self._index.concepts[str(fact.value)].title.casefold()

    def _given_away(self, statement: Statement) -> bool:
        fact, rest = statement.fact, statement.rest
        if fact.type in NUMBERS:
            return says_number(rest, fact, loosely=True)
        if fact.type in DATES:
            return isinstance(fact.value, tuple) and str(fact.value[0]) in rest
        if fact.type is FactType.DIRECTION:
            return False
        words = re.findall(r"\w{3,}", fact.text)
        if fact.type is FactType.VERSION:
            words = [word for word in words[1:] if word.isalpha()]
            if holds_name(fact.text, rest):
                return True
        spoken = rest.casefold()
        return any(re.search(rf"\b{re.escape(word[:6].casefold())}", spoken) for word in words)

    def _rivals(self, statement: Statement) -> list[str]:
        """Plain texts of the passages that are about what the fact's own part of the statement says."""
        start = max(statement.text.rfind(mark, 0, statement.fact.start) for mark in (". ", "; ", "! ", "? ")) + 1
        ends = [at for mark in (". ", "; ") if (at := statement.text.find(mark, statement.fact.end)) >= 0]
        end = min(ends, default=len(statement.text))
        wanted = frozenset(
            terms(f"{statement.text[start : statement.fact.start]} {statement.text[statement.fact.end : end]}")
        )
        least = _TOUCHES if statement.fact.type in NAMES else _RESTATES
        return [
            self._stock.plain[passage.id]
            for passage in self._index.passages
            if passage.id != statement.claim.id and self._stock.cover(wanted, passage) >= least
        ]

    def _fits(self, statement: Statement, other: Fact, rivals: Sequence[str]) -> bool:
        fact = statement.fact
        own = self._stock.plain[statement.claim.id]
        if same(other, fact) or mentions(own, other) or any(mentions(text, other) for text in rivals):
            return False
        if fact.type in NUMBERS or fact.type in DATES:
            orders = all(ordered(fact, other, third) for third in self._facts[statement.claim.id])
            return orders and plausible(fact, other) and not self._dated(statement.claim, other)
        if fact.type is FactType.CONCEPT:
            kin = self._is_title(other) and self._stock.kinship(str(fact.value), str(other.value)) >= _KIN
            return kin and self._apart(fact, other) and fact.text.endswith("s") == other.text.endswith("s")
        if fact.type is FactType.GROUP and self._known(fact) != self._known(other):
            return False  # a group with a page of its own is better known than one without
        sources = [self._index.sources[key] for key in statement.claim.sources if key in self._index.sources]
        said = " ".join(f"{source.title} {source.container or ''} {' '.join(source.authors)}" for source in sources)
        return not any(name in said for name in other.text.split(" and "))

    def _known_by(self, fact: Fact, date: str | None) -> bool:
        dates = [claim.date for other, claim in self._pool[fact.type] if other.value == fact.value and claim.date]
        return date is None or min(dates, default="")[: len(date)] <= date

    def _known(self, fact: Fact) -> bool:
        return fact.value in self._index.concepts

    def _dated(self, claim: Passage, other: Fact) -> bool:
        """Whether the claim's date or the year of one of its sources is this date."""
        if other.type not in DATES or not isinstance(other.value, tuple):
            return False
        dates = [tuple(int(part) for part in claim.date.split("-"))] if claim.date else []
        if other.type is FactType.YEAR:
            dates += [
                (source.year,) for key in claim.sources if (source := self._index.sources.get(key)) and source.year
            ]
        return any(
            date[: len(other.value)] == other.value[: len(date)] for date in dates if len(date) >= len(other.value)
        )

    def _apart(self, fact: Fact, other: Fact) -> bool:
        """Whether neither page links to the other: what is said of one is often true of the next."""
        one, two = (self._index.concepts[str(f.value)] for f in (fact, other))
        return two.slug not in one.links and one.slug not in two.links

    def _worded(self, statement: Statement, other: Fact, origin: Passage) -> str:
        fact = statement.fact
        if fact.type is FactType.PERCENT:
            number = re.match(r"[\d.,]+", other.text)
            return fact.text.replace(str(re.match(r"[\d.,]+", fact.text)[0]), number[0]) if number else other.text  # type: ignore[index]
        if fact.type is FactType.DAY and fact.text[0].isdigit() != other.text[0].isdigit():
            return other_way_round(other.text)
        if fact.type is FactType.CONCEPT and other.start != fact.start:
            opens = statement.fact.start == 0 or statement.text[: fact.start].endswith((". ", "? ", "! "))
            first = re.split(r"[ -]", other.text)[0]
            head = other.text[0].lower() if self.lexicon.is_common(first) else other.text[0]
            return (other.text[0].upper() if opens else head) + other.text[1:]
        return other.text


def _year_of(fact: Fact) -> Fact:
    """Of a date, the year alone: nobody is asked to know the month."""
    if fact.type not in DATES or fact.type is FactType.YEAR or not isinstance(fact.value, tuple):
        return fact
    start = fact.start + fact.text.index(str(fact.value[0]))
    return replace(fact, type=FactType.YEAR, start=start, end=start + 4, text=str(fact.value[0]), value=fact.value[:1])


def most_telling(statements: Iterable[Statement], rng: Random) -> list[Statement]:
    """Statements in the order in which to try them: what a claim found first, who and when after it."""
    drawn = list(statements)
    rng.shuffle(drawn)
    return sorted(drawn, key=lambda statement: _RANK.get(statement.fact.type, 2))
