"""A timeline: what came about and when, with the dates taken out, to be put in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from random import Random

from groundedqa.answer.quotes import quote
from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Passage
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Item, Order
from groundedqa.quiz.kinds.maker import Free, draws
from groundedqa.quiz.naming import ELLIPSIS
from groundedqa.text.dates import MONTHS, tells_date
from groundedqa.text.plain import short_claim

_MOST, _LEAST = 4, 3
_POOL = 6  # of the claims most like the first, the others are drawn; the rest follow
_SPAN = 15  # years from the first claim within which the others lie
_APART = 10  # months between one event and the next
_MONTH = "|".join(MONTHS)
_DATE = re.compile(rf",? (?:in|on) (?:(?:\d{{1,2}} )?(?P<month>{_MONTH}) (?:\d{{1,2}}, )?)?(?P<year>(?:19|20)\d\d)\b,?")
# Words that tell of an order, or of what is still to come.
_ORDERS = re.compile(
    r"\b(?:first|second|later|then|earlier|before|after|since|until|again|already|still|new|newer|latest|now|today"
    r"|original\w*|successor|version \d|once|early|from the start|will|would|might|may|forecast|predict\w*"
    r"|expect\w*)\b",
    re.IGNORECASE,
)

# What came about at some time.
_HAPPENED = re.compile(
    r"\b(?:introduced|presented|published|released|proposed|announced|found|showed|discovered|developed|coined"
    r"|invented|opened|launched|built|began|won|beat|trained|demonstrated|described|reported|made|taught|started"
    r"|reached|solved|wrote|matched|recovered|warned|planted|cut|raised|led)\b"
)


@dataclass(frozen=True, slots=True)
class _Event:
    """A short claim without its date, and the date: its year, and its month as far as it is given."""

    claim: Passage
    said: str
    year: int
    month: int | None

    @property
    def months(self) -> tuple[int, int]:
        """The first and the last month that the date may mean, counted from the year 0."""
        start = 12 * self.year
        return (start + self.month, start + self.month) if self.month else (start + 1, start + 12)

    @property
    def date(self) -> str:
        """The date in words."""
        return f"{MONTHS[self.month - 1]} {self.year}" if self.month else str(self.year)


def items(bank: ClaimBank, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`."""
    events = {name: event for name, event in bank.once(_events).items() if quote(bank.index, event.claim) is not None}
    for claim in claims:
        if claim.id not in events or not free(claim):
            continue
        rng = draws(claim, ItemKind.ORDER, seed)
        others = [e for e in events.values() if e.claim.id != claim.id and free(e.claim)]
        others = [e for e in others if abs(e.year - events[claim.id].year) <= _SPAN]
        others.sort(key=lambda e: (-round(bank.likeness(claim, e.claim), 5), e.claim.id))
        others = [*rng.sample(others[:_POOL], min(_POOL, len(others))), *others[_POOL:]]
        sizes = range(_MOST, _LEAST - 1, -1)
        for group in chain.from_iterable(combinations(others, size - 1) for size in sizes):
            taken = [events[claim.id], *group]
            if all(_apart(bank, *pair) for pair in combinations(taken, 2)):
                if (item := _item(bank, taken, rng)) is not None:
                    yield item
                break


def _events(bank: ClaimBank) -> dict[str, _Event]:
    """What can be put in order, by the id of the claim."""
    return {claim.id: event for claim in bank.claims if (event := _event(claim)) is not None}


def _event(claim: Passage) -> _Event | None:
    """What a short claim that names one date tells of, if nothing else in it tells when."""
    short = short_claim(claim.text)
    if short is None or claim.evidence in (Evidence.CONTESTED, Evidence.WEAK) or not _HAPPENED.search(short):
        return None
    dates = list(_DATE.finditer(short))
    if len(dates) != 1:
        return None
    cut = short[dates[0].end() :]
    said = f"{short[: dates[0].start()]} {ELLIPSIS}{'' if cut == '.' else cut}"
    if tells_date(said) or _ORDERS.search(said):
        return None
    month = dates[0]["month"]
    return _Event(claim, said, int(dates[0]["year"]), MONTHS.index(month) + 1 if month else None)


def _apart(bank: ClaimBank, one: _Event, other: _Event) -> bool:
    """Whether one came before the other for certain, and they are two matters."""
    first, second = sorted((one.months, other.months))
    return second[0] - first[1] >= _APART and not bank.same_matter(one.claim, other.claim)


def _item(bank: ClaimBank, taken: list[_Event], rng: Random) -> Item | None:
    """The item; None where a page does not hold any more what an event comes from."""
    ordered = sorted(taken, key=lambda event: event.months)
    shown = rng.sample(ordered, len(ordered))
    if shown == ordered:  # never solved already
        shown = shown[1:] + shown[:1]
    task = Order(
        tuple(event.said for event in shown),
        tuple(shown.index(event) for event in ordered),
        tuple(event.date for event in shown),
    )
    prompt = "Put these in the order in which they came about, the earliest first."
    claims = tuple(cited for event in shown if (cited := quote(bank.index, event.claim)))
    return Item(ItemKind.ORDER, prompt, task, claims) if len(claims) == len(shown) else None
