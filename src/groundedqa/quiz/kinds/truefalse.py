"""True or false: a claim as it stands, or with one fact exchanged for another of the same kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from groundedqa.base import Evidence, Passage
from groundedqa.quiz.exchange import most_telling
from groundedqa.quiz.facts import FactType
from groundedqa.quiz.items import Choose, Item, ItemKind, Option
from groundedqa.quiz.kinds.maker import SAYS, Free, draws
from groundedqa.quiz.stock import Stock

_TELLING = frozenset({FactType.DIRECTION, FactType.CONCEPT, FactType.GROUP, FactType.PERCENT})
"""What makes a statement false in what matters, and not in a detail."""
_SUBJECTS = frozenset({FactType.CONCEPT, FactType.GROUP})
"""These are the point only of a sentence that begins with them."""


def items(stock: Stock, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`."""
    rng = Random(f"{seed} {ItemKind.TRUE_FALSE} truths")
    truths: list[bool] = []
    for claim in claims:
        # A contested claim is neither true nor false as far as the base knows, nor is an opinion.
        if (
            claim.evidence in (Evidence.CONTESTED, Evidence.WEAK)
            or not free(claim)
            or (cited := stock.cite(claim)) is None
        ):
            continue
        chance = draws(claim, ItemKind.TRUE_FALSE, seed)
        for statement in most_telling(stock.exchange.statements(cited.passage), chance):
            fact = statement.fact
            if fact.type not in _TELLING or (fact.start and fact.type in _SUBJECTS):
                continue
            # A true statement, too, has to have a false form: else what cannot be exchanged would
            # always be true.
            wrong = next(stock.exchange.wrongs(statement, chance), None)
            if wrong is None:
                continue
            truths = truths or rng.sample([True, False], 2)  # as many of one as of the other
            true = truths.pop()
            said = statement.text if true else statement.with_fact(wrong.text)
            options = (Option("True", None if true else wrong.origin), Option("False"))
            yield Item(ItemKind.TRUE_FALSE, SAYS + said, Choose(options, 0 if true else 1, fixed=True), (cited,))
            break
