"""Multiple choice: a claim with one fact blanked out, and four facts of the same kind to choose from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from groundedqa.answer.quotes import quote
from groundedqa.base.models import Passage
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.distractors import Distractors
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Item, Option
from groundedqa.quiz.kinds.maker import BLANK, Free, choose, draws, stated
from groundedqa.quiz.statements import Statements, most_telling

_WRONG = 3


def items(bank: ClaimBank, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`."""
    for claim in claims:
        if not free(claim) or (cited := quote(bank.index, claim)) is None:
            continue
        rng = draws(claim, ItemKind.CHOICE, seed)
        for statement in most_telling(bank.once(Statements).of(cited.passage), rng):
            wrongs = list(islice(bank.once(Distractors).of(statement, rng), _WRONG))
            if len(wrongs) == _WRONG:
                options = [Option(wrong.text, wrong.origin) for wrong in wrongs]
                prompt = stated(cited, statement.with_fact(BLANK))
                yield Item(ItemKind.CHOICE, prompt, choose(statement.fact.text, options), (cited,))
                break
