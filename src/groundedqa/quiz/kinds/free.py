"""In one's own words: the beginning of a short claim, to be finished by what the base says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from groundedqa.base import Passage
from groundedqa.index.words import terms
from groundedqa.quiz.items import Explain, Item, ItemKind
from groundedqa.quiz.kinds.maker import Free, stated
from groundedqa.quiz.stock import Stock
from groundedqa.quiz.wording import short_claim

# A sentence may be broken off behind its verb, or before what explains it.
_BREAK = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|may|might|will|would|does|do|did|not|by|because|when|that|how"
    r"|while|than|without|from|instead of|by|so that|even if|\w{3,}ed|found|made|began|beat|fell|rose|grew|won|led)\b"
)
_LEAST = 3
"""How many informative words have to stand before the break, so that it is clear what is meant, and after it."""


def items(stock: Stock, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`. The seed changes nothing: a claim is broken in one place only."""
    for claim in claims:
        if not free(claim) or (cited := stock.cite(claim)) is None:
            continue
        short = short_claim(claim.text)
        if short is not None and (at := _break(short)) is not None:
            prompt = f"Finish this in your own words, as the base does: {stated(cited, f'“{short[:at].rstrip()} …”')}"
            yield Item(ItemKind.FREE, prompt, Explain(short), (cited,))


def _break(short: str) -> int | None:
    """Where to break off, as near to the middle as can be."""
    ends = [found.end() for found in _BREAK.finditer(short)]
    fair = [at for at in ends if len(set(terms(short[:at]))) >= _LEAST and _tells_enough(short, at)]
    return min(fair, key=lambda at: (abs(at - 0.45 * len(short)), at)) if fair else None


def _tells_enough(short: str, at: int) -> bool:
    """Whether enough is left to be said that was not said before the break."""
    return len(set(terms(short[at:])) - set(terms(short[:at]))) >= _LEAST
