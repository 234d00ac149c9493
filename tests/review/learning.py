"""Items to answer, what FSRS alone makes of a log, and a process of its own that answers without end.

    python learning.py URL LEARNER COUNT

opens the learners' database, writes `ready`, waits for a line, then answers COUNT times in turn
right and wrong and writes a line after each answer that was recorded.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fsrs import Card, Rating, ReviewLog, Scheduler

from groundedqa.answer.answers import Quote
from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Concept, Kind, Passage
from groundedqa.quiz.grading import grade
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Item, Option
from groundedqa.review.database import open_learners
from groundedqa.review.learners import Learners

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TIDES = Quote(
    Passage(
        id="tides#moon",
        kind=Kind.CLAIM,
        concept="tides",
        path="tides.md",
        start=0,
        end=24,
        line=1,
        text="The moon pulls the tides.",
        evidence=Evidence.STRONG,
    ),
    Concept(slug="tides", title="Tides", path="tides.md"),
    (),
    Path("base"),
)


def choice(*claims: Quote, kind: ItemKind = ItemKind.CHOICE, seconds: int | None = None, sure: bool = False) -> Item:
    """An item whose first option is right."""
    return Item(kind, "Which?", Choose((Option("this"), Option("that")), 0, sure), claims, seconds=seconds)


def answer(learners: Learners, learner: str, item: Item, response: Any, now: datetime, **more: Any) -> None:
    """Grade a response as a quiz does, and record it."""
    # A choice is graded without looking at the bank.
    learners.record(learner, item, response, grade(None, item, response), now, **more)  # type: ignore[arg-type]


def replay(learner: dict[str, Any]) -> dict[int, tuple[Any, ...]]:
    """What py-fsrs makes of each card's log, by the card's id; a card without a log is left out."""
    scheduler, found = Scheduler(enable_fuzzing=False), {}
    for card in learner["cards"]:
        logs = [
            ReviewLog(card["id"], Rating(row["rating"]), datetime.fromisoformat(row["reviewed"]), None)
            for row in learner["reviews"]
            if row["card_id"] == card["id"]
        ]
        if logs:
            made = scheduler.reschedule_card(Card(card_id=card["id"]), logs)
            found[card["id"]] = (made.state, made.step, made.stability, made.difficulty, made.due, made.last_review)
    return found


def kept(learner: dict[str, Any]) -> dict[int, tuple[Any, ...]]:
    """What the database holds of each card that was reviewed, in the form of `replay`."""
    return {
        card["id"]: (
            card["state"],
            card["step"],
            card["stability"],
            card["difficulty"],
            datetime.fromisoformat(card["due"]),
            datetime.fromisoformat(card["last_review"]),
        )
        for card in learner["cards"]
        if card["last_review"]
    }


def main(url: str, learner: str, count: str) -> None:
    learners = open_learners(url)
    print("ready", flush=True)
    sys.stdin.readline()
    for turn in range(int(count)):
        answer(learners, learner, choice(TIDES), turn % 2, datetime.now(UTC))
        print(turn, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
