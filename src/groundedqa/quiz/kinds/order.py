"""A timeline: dated claims of related pages, to be put in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, combinations

from groundedqa.base import Evidence, Passage
from groundedqa.quiz.facts import MONTHS
from groundedqa.quiz.items import Cited, Item, ItemKind, Order
from groundedqa.quiz.kinds.maker import Free, draws
from groundedqa.quiz.naming import tells_date
from groundedqa.quiz.stock import Stock
from groundedqa.quiz.wording import short_claim

_MOST, _LEAST = 4, 3
_POOL = 8  # of the claims most like the first, the others are drawn; the rest follow
_APART = 6  # months between one claim and the next
# Words that tell of an order, and verbs that tell of something that happened.
_ORDERS = re.compile(
    r"\b(?:first|second|later|then|earlier|before|after|since|until|again|already|still|new|newer|latest|now|today"
    r"|original\w*|successor|version \d|once|early|from the start)\b",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"\b(?:introduced|presented|published|released|proposed|announced|found|showed|discovered|developed|coined"
    r"|invented|opened|launched|built|began|won|beat|trained|demonstrated|described|reported|made|taught|started"
    r"|reached|solved|wrote|matched|recovered|warned|planted|cut|raised|led)\b"
)
# What is said not to be so has no day on which it came about.
_DENIED = re.compile(r"\b(?:not|never|nobody|no|often|can|may|has|have|is|are)\b")


def items(stock: Stock, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`."""
    dated = [claim for claim in stock.claims if _datable(claim)]
    for claim in claims:
        if not _datable(claim) or not free(claim):
            continue
        rng = draws(claim, ItemKind.ORDER, seed)
        near = stock.distance(claim)
        others = [other for other in dated if other.concept in near and free(other)]
        others.sort(key=lambda other: (-stock.likeness(claim, other), other.id))
        others = [*rng.sample(others[:_POOL], min(_POOL, len(others))), *others[_POOL:]]
        for group in chain.from_iterable(combinations(others, size - 1) for size in range(_MOST, _LEAST - 1, -1)):
            if all(_apart(*pair) and not stock.same_matter(*pair) for pair in combinations((claim, *group), 2)):
                cited = [cited for passage in (claim, *group) if (cited := stock.cite(passage)) is not None]
                if len(cited) == len(group) + 1:
                    yield _item(cited, rng.sample(range(len(cited)), len(cited)))
                    break


def _datable(claim: Passage) -> bool:
    short = short_claim(claim.text)
    return (
        claim.date is not None
        and claim.evidence is not Evidence.CONTESTED
        and short is not None
        and not tells_date(short)
        and not _ORDERS.search(short)
        and _HAPPENED.search(short) is not None
        and _DENIED.search(short) is None
    )


def _apart(one: Passage, other: Passage) -> bool:
    """Whether one came before the other for certain, whatever the parts of the dates that are not given."""
    first, second = sorted((_months(one.date or ""), _months(other.date or "")))
    return second[0] - first[1] >= _APART


def _months(date: str) -> tuple[int, int]:
    """The first and the last month that a date may mean, counted from the year 0."""
    year, *rest = (int(part) for part in date.split("-"))
    return (12 * year + rest[0], 12 * year + rest[0]) if rest else (12 * year + 1, 12 * year + 12)


def _item(taken: list[Cited], shown: list[int]) -> Item:
    answer = tuple(sorted(range(len(shown)), key=lambda place: taken[shown[place]].passage.date or ""))
    if answer == tuple(range(len(shown))):  # never solved already
        shown = shown[1:] + shown[:1]
        answer = tuple(sorted(range(len(shown)), key=lambda place: taken[shown[place]].passage.date or ""))
    claims = tuple(taken[place] for place in shown)
    entries = tuple(short_claim(claim.text) or "" for claim in claims)
    labels = tuple(_in_words(claim.passage.date or "") for claim in claims)
    prompt = "Put these in the order in which they came about or were found, the earliest first."
    return Item(ItemKind.ORDER, prompt, Order(entries, answer, labels), claims)


def _in_words(date: str) -> str:
    year, *rest = date.split("-")
    day = f"{int(rest[1])} " if len(rest) > 1 else ""
    return f"{day}{MONTHS[int(rest[0]) - 1]} {year}" if rest else year
