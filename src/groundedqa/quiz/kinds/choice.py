"""Multiple choice: a claim with one fact blanked out, and four facts of the same kind to choose from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from groundedqa.base import Passage
from groundedqa.quiz.items import Item, ItemKind, Option
from groundedqa.quiz.kinds.maker import BLANK, Free, choose, draws, stated
from groundedqa.quiz.statements import most_telling
from groundedqa.quiz.stock import Stock

_WRONG = 3


def items(stock: Stock, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`."""
    for claim in claims:
        if not free(claim) or (cited := stock.cite(claim)) is None:
            continue
        rng = draws(claim, ItemKind.CHOICE, seed)
        for statement in most_telling(stock.statements.of(cited.passage), rng):
            wrongs = list(islice(stock.exchange.wrongs(statement, rng), _WRONG))
            if len(wrongs) == _WRONG:
                options = [Option(wrong.text, wrong.origin) for wrong in wrongs]
                prompt = stated(cited, statement.with_fact(BLANK))
                yield Item(ItemKind.CHOICE, prompt, choose(statement.fact.text, options), (cited,))
                break
