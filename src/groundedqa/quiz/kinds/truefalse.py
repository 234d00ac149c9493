"""True or false: a claim as it stands, or with one fact exchanged for another of the same kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random

from groundedqa.answer.quotes import quote
from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Passage
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.distractors import Distractor, Distractors
from groundedqa.quiz.facts import FactType
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Item, Option
from groundedqa.quiz.kinds.maker import SAYS, Free, draws
from groundedqa.quiz.statements import Statement, Statements, most_telling

_POINTS = 20  # percent
_YEARS = 3


def items(bank: ClaimBank, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`."""
    rng = Random(f"{seed} {ItemKind.TRUE_FALSE} truths")
    truths: list[bool] = []
    for claim in claims:
        # A contested claim is neither true nor false as far as the base knows.
        if claim.evidence is Evidence.CONTESTED or not free(claim) or (cited := quote(bank.index, claim)) is None:
            continue
        chance = draws(claim, ItemKind.TRUE_FALSE, seed)
        for statement in most_telling(bank.once(Statements).of(cited.passage), chance):
            # A true statement, too, has to have a false form: else what cannot be exchanged would
            # always be true.
            wrongs = bank.once(Distractors).of(statement, chance)
            if (wrong := next((wrong for wrong in wrongs if _decides(statement, wrong)), None)) is None:
                continue
            truths = truths or rng.sample([True, False], 2)  # as many of one as of the other
            true = truths.pop()
            said = statement.text if true else statement.with_fact(wrong.text)
            options = (Option("True", None if true else wrong.origin), Option("False"))
            yield Item(ItemKind.TRUE_FALSE, SAYS + said, Choose(options, 0 if true else 1, fixed=True), (cited,))
            break


def _decides(statement: Statement, wrong: Distractor) -> bool:
    """Whether the exchange makes a statement false in what matters, and not in a detail.

    Who or what it is of is the point only of a sentence that begins with it. An opinion is true or
    false only in whose it is.
    """
    fact, opinion = statement.fact, statement.claim.evidence is Evidence.WEAK
    if fact.type is FactType.GROUP:
        return fact.start == 0
    if fact.type in (FactType.CONCEPT, FactType.VERSION):
        return fact.start == 0 and not opinion
    if fact.type is FactType.PERCENT:
        return _far(statement, wrong) and not opinion
    if fact.type is FactType.YEAR:
        return abs(int(fact.text) - int(wrong.text)) >= _YEARS
    return fact.type is FactType.DIRECTION and not opinion


def _far(statement: Statement, wrong: Distractor) -> bool:
    """Whether the only figure of a statement is so far from the one in its place that it says something else."""
    found = [re.findall(r"\d+(?:\.\d+)?(?=%| p)", text) for text in (statement.text, wrong.text)]
    return len(found[0]) == len(found[1]) == 1 and abs(float(found[0][0]) - float(found[1][0])) >= _POINTS
