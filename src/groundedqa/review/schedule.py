"""When to ask again, by FSRS.

The scheduler has the parameters that py-fsrs ships and does not fuzz its intervals, so that a card
is always what the replay of its review log gives.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime

from fsrs import Card, Rating, Scheduler, State

from groundedqa.review.tables import CardRow

_SCHEDULER = Scheduler(enable_fuzzing=False)
_HALF = 0.5
"""The share of a claim from which on it counts as recalled, if with effort."""


def new_card(now: datetime) -> CardRow:
    """A card that was never reviewed, due at once; whose it is and what it is of is still to be set."""
    return CardRow(state=State.Learning.value, step=0, due=now)


def rate(share: float, *, late: bool) -> Rating:
    """What a share of a claim, between 0 and 1, comes to; `late` is over the time that the item gives."""
    if share >= 1:
        return Rating.Hard if late else Rating.Good
    return Rating.Hard if share >= _HALF else Rating.Again


def review(row: CardRow, rating: Rating, now: datetime) -> datetime:
    """Review a card, and give back when the review counts as done.

    That is `now`, but never before the card's last review: of two tabs, the later to write may have
    looked at the clock first, and the log has to be in order both by arrival and by time.
    """
    when = max(now.astimezone(UTC), row.last_review or now.astimezone(UTC))
    card, _ = _SCHEDULER.review_card(_card(row), rating, when)
    row.state, row.step, row.due, row.last_review = card.state.value, card.step, card.due, card.last_review
    row.stability, row.difficulty = card.stability, card.difficulty
    return when


def retrievability(row: CardRow, now: datetime) -> float:
    """The predicted probability of recall at a time, between 0 and 1; 0 for a card without a review."""
    return float(_SCHEDULER.get_card_retrievability(_card(row), now.astimezone(UTC)))


def mean_retrievability(rows: Iterable[CardRow], now: datetime) -> float:
    """The mean of it over one card or more."""
    each = [retrievability(row, now) for row in rows]
    return math.fsum(each) / len(each)


def _card(row: CardRow) -> Card:
    return Card(
        card_id=row.id,
        state=State(row.state),
        step=row.step,
        stability=row.stability,
        difficulty=row.difficulty,
        due=row.due,
        last_review=row.last_review,
    )
