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
    r"\b(?:is|are|was|were|has|have|had|can|could|may|might|will|would|does|do|did|by|because|when|that|how|while"
    r"|than|without|so that|even if|instead of|found|showed|made|beat|introduced|raised|cut|reported|replaced)\b"
)
_LEAST = 3
"""How many informative words have to stand after the break; before it, one less, but rare ones."""
_RARE = 3.0
"""The idf of a word that one passage in twenty holds."""


def items(stock: Stock, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`. The seed changes nothing: a claim is broken in one place only."""
    for claim in claims:
        if not free(claim) or (cited := stock.cite(claim)) is None:
            continue
        short = short_claim(claim.text)
        if short is not None and (at := _break(stock, short)) is not None:
            prompt = f"Finish this in your own words, as the base does: {stated(cited, f'“{short[:at].rstrip()} …”')}"
            yield Item(ItemKind.FREE, prompt, Explain(short), (cited,))


def _break(stock: Stock, short: str) -> int | None:
    """Where to break off, as near to the middle as can be."""
    ends = [found.end() for found in _BREAK.finditer(short)]
    fair = [at for at in ends if _clear(stock, short[:at]) and _tells_enough(short, at)]
    return min(fair, key=lambda at: (abs(at - 0.45 * len(short)), at)) if fair else None


def _clear(stock: Stock, start: str) -> bool:
    """Whether a beginning has words enough that few passages hold: else much would be as good an end."""
    return sum(stock.index.rarity(term) >= _RARE for term in set(terms(start))) >= _LEAST - 1


def _tells_enough(short: str, at: int) -> bool:
    """Whether enough is left to be said that was not said before the break."""
    return len(set(terms(short[at:])) - set(terms(short[:at]))) >= _LEAST
