"""What may be asked of a claim: its short form around each fact that a learner should know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random

from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Concept, Passage
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.facts import DATES, NUMBERS, Fact, FactType, Lexicon
from groundedqa.quiz.likeness import NAMES, holds_name, says_number
from groundedqa.text.opposites import directions
from groundedqa.text.plain import short_claim

_NAMED = r"named|coined|introduced|presented|described|listed|set out|proposed|term|defined"
_BROUGHT_UP = re.compile(rf"\b(?:{_NAMED})\b")
"""What brings a concept up could as well have brought up another; what is found out about it often makes sense of it
alone, or is true of others too."""
_ON_RECORD = re.compile(rf"\b(?:{_NAMED}|called|added|published|released|launched|founded|invented|proved|won|beat)\b")
"""What has a year that is worth knowing."""
_ONE_OF_ITS = re.compile(r"An? [^.;]* (?:of|from|by) ")
"""A model of OpenAI: what another group's did, one of this group's may have done too."""
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


class Statements:
    """The facts of one base's claims, and the statements around them. `facts` are by the claim's id, dates as years."""

    def __init__(self, bank: ClaimBank) -> None:
        self._plain, self._concepts = bank.plain, bank.index.concepts
        self.lexicon = Lexicon((bank.plain[claim.id] for claim in bank.claims), self._concepts)
        self.facts = {claim.id: tuple(map(_year_of, self.lexicon.facts(bank.plain[claim.id]))) for claim in bank.claims}

    def of(self, claim: Passage) -> Iterator[Statement]:
        """The short claim around each of its facts that is worth asking for, in order.

        What stands further on is detail: a learner who has the point of a claim need not know it.
        """
        whole, short = self._plain[claim.id], short_claim(claim.text)
        if short is None or "__" in whole:  # which could be taken for a blank
            return
        turns = [Fact(FactType.DIRECTION, s, e, short[s:e], turned) for s, e, turned in directions(short)]
        for fact in (*self.facts[claim.id], *turns):
            statement = Statement(claim, short, fact)
            if fact.end <= len(short) and fact.exposed and self._matters(statement) and not _given_away(statement):
                yield statement

    def anchored(self, statement: Statement) -> bool:
        """Whether a statement names something else, or a date, by which one can tell what it is about."""
        facts = self.facts[statement.claim.id]
        others = [fact for fact in facts if fact.end <= len(statement.text) and fact.type in NAMES | DATES]
        return any(not fact.start <= statement.fact.start < fact.end for fact in others)

    def _matters(self, statement: Statement) -> bool:
        """Whether a learner should know the fact; how many there were is a detail."""
        fact, claim = statement.fact, statement.claim
        before, after = statement.text[: fact.start], statement.text[fact.end :]
        if fact.type in DATES:
            return claim.evidence is Evidence.STRONG and _ON_RECORD.search(statement.text) is not None
        if fact.type is FactType.CONCEPT:
            return (
                fact.value == claim.concept
                and is_title(fact, self._concepts[str(fact.value)])
                and _BROUGHT_UP.search(statement.text) is not None
            )
        if fact.type is FactType.GROUP:  # whose product it is, its name often tells; and a group may be part of another
            part = any(name.startswith(f"{fact.text} ") for name in self.lexicon.groups)
            told = claim.evidence is Evidence.WEAK and fact.start > 0  # whose opinion it is stands at the beginning
            return not part and not told and not _ONE_OF_ITS.fullmatch(before) and not after.startswith(("'", "’"))
        if fact.type is FactType.PERCENT:  # not what something is compared with
            return not before.endswith(("against ", "than ", "'s "))
        if fact.type is FactType.VERSION:  # not what something happened to be tried on, or was likened to
            return not before.endswith((" on ", " in ", " for ", " since ", " to ", "model "))
        return fact.type is FactType.DIRECTION


def is_title(fact: Fact, concept: Concept) -> bool:
    """Whether a fact is the concept's title, and not another name of it."""
    return fact.text.casefold() == concept.title.casefold()


def _given_away(statement: Statement) -> bool:
    """Whether the rest of the statement holds the fact in another form."""
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
