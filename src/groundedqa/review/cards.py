"""A learner's cards in the database: found, begun, and compared with the base as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Passage
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.review import schedule
from groundedqa.review.tables import CardRow, LearnerRow, ReviewRow

LONGEST_NAME = 80


def checked_name(learner: str) -> str:
    """The name, trimmed.

    Raises:
        ValueError: it is empty or too long.
    """
    name = learner.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValueError(f"a learner's name has 1 to {LONGEST_NAME} characters, not {len(name)}")
    return name


def lock_learner(session: Session, learner: str) -> int:
    """The id of the learner, who is made if need be; nobody else writes for him until the transaction ends."""
    name = checked_name(learner)
    wanted = select(LearnerRow).where(LearnerRow.name == name).with_for_update()
    if (found := session.scalar(wanted)) is None:
        try:
            with session.begin_nested():
                session.add(LearnerRow(name=name))
        except IntegrityError:  # made by another process since we looked
            pass
        found = session.scalars(wanted).one()
    return found.id


def open_cards(session: Session, learner: str) -> list[CardRow]:
    """The cards that are not closed, in the order in which they began."""
    owner = select(LearnerRow.id).where(LearnerRow.name == checked_name(learner)).scalar_subquery()
    wanted = select(CardRow).where(CardRow.learner_id == owner, CardRow.closed.is_(None)).order_by(CardRow.id)
    return list(session.scalars(wanted))


def card_for(session: Session, owner: int, claim: Passage, kind: ItemKind, now: datetime) -> CardRow:
    """The open card of (learner, claim, kind), begun if need be.

    The claim is what the card last saw, unless its evidence has become worse: then the card keeps
    what it saw before, so that the learner is still told.
    """
    latest = session.scalar(
        select(CardRow)
        .where(CardRow.learner_id == owner, CardRow.claim_id == claim.id, CardRow.kind == kind.value)
        .order_by(CardRow.life.desc())
        .limit(1)
        .with_for_update()
    )
    if latest is None or latest.closed is not None:
        return begin(session, owner, claim, kind.value, 0 if latest is None else latest.life + 1, now)
    if not stale(latest, claim):
        _see(latest, claim)
    return latest


def begin(session: Session, owner: int, claim: Passage, kind: str, life: int, now: datetime) -> CardRow:
    """A card without a review, saved."""
    card = schedule.new_card(now)
    card.learner_id, card.claim_id, card.kind, card.life = owner, claim.id, kind, life
    _see(card, claim)
    session.add(card)
    session.flush()
    return card


def stale(card: CardRow, now: Passage | None) -> bool:
    """Whether the claim is gone, or less well supported than when the learner last saw it."""
    return now is None or _rank(now.evidence) > _rank(level(card.evidence))


def standing(cards: Iterable[CardRow], claims: dict[str, Passage]) -> list[CardRow]:
    """The cards of the claims that no card of the learner is stale for."""
    cards = list(cards)
    gone = {card.claim_id for card in cards if stale(card, claims.get(card.claim_id))}
    return [card for card in cards if card.claim_id not in gone]


def latest_reviews(learner: str, *by: InstrumentedAttribute[Any]) -> Select[Any]:
    """The ids of the latest reviews of open cards, one for each of what they are told apart by."""
    return (
        select(func.max(ReviewRow.id))
        .join(CardRow, CardRow.id == ReviewRow.card_id)
        .join(LearnerRow, LearnerRow.id == CardRow.learner_id)
        .where(LearnerRow.name == checked_name(learner), CardRow.closed.is_(None))
        .group_by(*by)
    )


def level(evidence: str | None) -> Evidence | None:
    """A saved level of evidence."""
    return None if evidence is None else Evidence(evidence)


def _see(card: CardRow, claim: Passage) -> None:
    card.text, card.evidence = claim.text, None if claim.evidence is None else claim.evidence.value


def _rank(evidence: Evidence | None) -> int:
    return len(Evidence) if evidence is None else evidence.rank
