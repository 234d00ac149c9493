"""All that is known of a learner, as plain data to take along."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from groundedqa.review.tables import AnswerRow, CardRow, LearnerRow, QuestionRow, ReviewRow, Table


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
