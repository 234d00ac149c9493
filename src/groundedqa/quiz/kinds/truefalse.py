"""True or false: a claim as it stands, or with one fact exchanged for another of the same kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groundedqa.base import Evidence, Passage
from groundedqa.quiz.exchange import most_telling
from groundedqa.quiz.items import Choose, Item, ItemKind, Option
from groundedqa.quiz.kinds.maker import SAYS, Free, draws, places
from groundedqa.quiz.stock import Stock


def items(stock: Stock, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`."""
    place = places(ItemKind.TRUE_FALSE, 2, seed)
    for claim in claims:
        # A contested claim is neither true nor false as far as the base knows.
        if claim.evidence is Evidence.CONTESTED or not free(claim) or (cited := stock.cite(claim)) is None:
            continue
        rng = draws(claim, ItemKind.TRUE_FALSE, seed)
        for statement in most_telling(stock.exchange.statements(cited.passage), rng):
            # A true statement, too, has to have a false form: else what cannot be exchanged would
            # always be true.
            wrong = next(stock.exchange.wrongs(statement, rng), None)
            if wrong is None:
                continue
            answer = next(place)
            said = statement.with_fact(wrong.text) if answer == 1 else statement.text
            options = (Option("True", wrong.origin if answer == 1 else None), Option("False"))
            yield Item(ItemKind.TRUE_FALSE, SAYS + said, Choose(options, answer), (cited,))
            break
