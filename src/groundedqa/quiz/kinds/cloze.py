"""Fill the blank: a claim with one fact taken out, to be typed from memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from groundedqa.answer.quotes import quote
from groundedqa.base.models import Passage
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.distractors import Distractors
from groundedqa.quiz.facts import DATES, NUMBERS, Fact, FactType
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Fill, Item
from groundedqa.quiz.kinds.maker import BLANK, Free, draws, stated
from groundedqa.quiz.statements import Statement, Statements, most_telling
from groundedqa.text.dates import tells_date

# What brings a concept up brings up others too: without options to choose from they would be as right. A figure to be
# typed is a trial of memory for digits.
_ASKED = {
    FactType.YEAR: "year",
    FactType.VERSION: "name of the model",
    FactType.GROUP: "name of the organization",
}
# What may be left out of a name: that a school is a university, and of how many parameters a model is.
_DETAIL = re.compile(r"^University of | University$|[ -]\d+(?:\.\d+)?[BM]$")


def items(bank: ClaimBank, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`. Asked for is only what could be mistaken for something else."""
    for claim in claims:
        if not free(claim) or (cited := quote(bank.index, claim)) is None:
            continue
        rng = draws(claim, ItemKind.CLOZE, seed)
        for statement in most_telling(bank.once(Statements).of(cited.passage), rng):
            kind = statement.fact.type
            if kind not in _ASKED or not bank.once(Statements).anchored(statement):
                continue
            if next(bank.once(Distractors).of(statement, rng), None) is None:
                continue
            prompt = f"Type the {_ASKED[kind]}{_when(statement)}: {stated(cited, statement.with_fact(BLANK))}"
            yield Item(ItemKind.CLOZE, prompt, Fill(_accepted(bank, statement.fact)), (cited,))
            break


def _when(statement: Statement) -> str:
    """The year of a claim about a model or a group that names none: later, it may be true of others."""
    if statement.fact.type in NUMBERS | DATES or statement.claim.date is None or tells_date(statement.text):
        return ""
    return f" ({statement.claim.date[:4]})"


def _accepted(bank: ClaimBank, fact: Fact) -> tuple[str, ...]:
    """The ways to write a fact, the base's own first; other forms of numbers and dates `filled` knows by itself."""
    forms = [fact.text, _DETAIL.sub("", fact.text)]
    if fact.type not in NUMBERS | DATES and str(fact.value) in bank.index.concepts:
        forms += bank.index.concepts[str(fact.value)].names
    return tuple(dict.fromkeys(forms))
