"""The tables of the learners' database, which `migrations/` makes, and all of one learner that stands in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, Double, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """A time in UTC, with its zone; SQLite and MySQL forget the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC, since a database without zones keeps only the clock's face."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """With the zone, whether or not the database kept it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    """What all tables have in common."""

    # A card has to be what its log gives to the last digit, and MySQL's FLOAT holds seven.
    type_annotation_map: ClassVar = {float: Double}


class LearnerRow(Table):
    """A learner. Its row is locked by whoever writes anything of this learner."""

    __tablename__ = "learners"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)


class CardRow(Table):
    """What FSRS knows of one (learner, claim, kind), and the claim as the learner last saw it.

    A card that is closed stays as it was; where the learner takes the claim up again, a new one
    begins with the next `life`.
    """

    __tablename__ = "cards"
    __table_args__ = (UniqueConstraint("learner_id", "claim_id", "kind", "life"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learners.id"))
    claim_id: Mapped[str] = mapped_column(String(500))
    kind: Mapped[str] = mapped_column(String(20))
    life: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[int]
    step: Mapped[int | None]
    stability: Mapped[float | None]
    difficulty: Mapped[float | None]
    due: Mapped[datetime] = mapped_column(UtcTime)
    last_review: Mapped[datetime | None] = mapped_column(UtcTime)
    closed: Mapped[datetime | None] = mapped_column(UtcTime)


class AnswerRow(Table):
    """One answer to one item, as it was given and graded."""

    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learners.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    prompt: Mapped[str] = mapped_column(Text)
    response: Mapped[Any] = mapped_column(JSON)
    score: Mapped[float | None]
    brier: Mapped[float | None]
    seconds: Mapped[float | None]
    answered: Mapped[datetime] = mapped_column(UtcTime)


class ReviewRow(Table):
    """What an answer says of one claim: a line of the review log.

    `rating` and `card_id` are None where it could not be told how right the answer is. `reviewed`
    is when FSRS takes the review to have been: never before the card's last one.
    """

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id"), index=True)
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"), index=True)
    claim_id: Mapped[str] = mapped_column(String(500))
    share: Mapped[float | None]
    rating: Mapped[int | None]
    reviewed: Mapped[datetime] = mapped_column(UtcTime)


class QuestionRow(Table):
    """A question of the chat, with the claims that answered it."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learners.id"), index=True)
    question: Mapped[str] = mapped_column(Text)
    claim_ids: Mapped[list[str]] = mapped_column(JSON)
    asked: Mapped[datetime] = mapped_column(UtcTime)


def exported(session: Session, name: str) -> dict[str, Any]:
    """The learner's cards, reviews, answers and questions, each in the order in which they came."""
    owner = select(LearnerRow.id).where(LearnerRow.name == name).scalar_subquery()
    answers = select(AnswerRow).where(AnswerRow.learner_id == owner).order_by(AnswerRow.id)
    reviews = (
        select(ReviewRow)
        .join(AnswerRow, AnswerRow.id == ReviewRow.answer_id)
        .where(AnswerRow.learner_id == owner)
        .order_by(ReviewRow.id)
    )
    return {
        "learner": name,
        "cards": _plain(session, select(CardRow).where(CardRow.learner_id == owner).order_by(CardRow.id)),
        "answers": _plain(session, answers),
        "reviews": _plain(session, reviews),
        "questions": _plain(
            session, select(QuestionRow).where(QuestionRow.learner_id == owner).order_by(QuestionRow.id)
        ),
    }


def _plain(session: Session, rows: Any) -> list[dict[str, Any]]:
    return [_row(row) for row in session.scalars(rows)]


def _row(row: Table) -> dict[str, Any]:
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key != "learner_id"}
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()}
