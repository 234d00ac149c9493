"""Learners, their answers, their cards and the log of reviews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r1"
down_revision = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the first four tables."""
    op.create_table(
        "learners",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
    )
    op.create_table(
        "cards",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("learner_id", sa.Integer, sa.ForeignKey("learners.id"), nullable=False),
        sa.Column("claim_id", sa.String(500), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("life", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("evidence", sa.String(20)),
        sa.Column("state", sa.Integer, nullable=False),
        sa.Column("step", sa.Integer),
        sa.Column("stability", sa.Double),
        sa.Column("difficulty", sa.Double),
        sa.Column("due", _TIME, nullable=False),
        sa.Column("last_review", _TIME),
        sa.Column("closed", _TIME),
        sa.UniqueConstraint("learner_id", "claim_id", "kind", "life"),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("learner_id", sa.Integer, sa.ForeignKey("learners.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("response", sa.JSON, nullable=False),
        sa.Column("score", sa.Double),
        sa.Column("brier", sa.Double),
        sa.Column("seconds", sa.Double),
        sa.Column("answered", _TIME, nullable=False),
    )
    op.create_index("ix_answers_learner_id", "answers", ["learner_id"])
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("answer_id", sa.Integer, sa.ForeignKey("answers.id"), nullable=False),
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id")),
        sa.Column("claim_id", sa.String(500), nullable=False),
        sa.Column("share", sa.Double),
        sa.Column("rating", sa.Integer),
        sa.Column("reviewed", _TIME, nullable=False),
    )
    op.create_index("ix_reviews_answer_id", "reviews", ["answer_id"])
    op.create_index("ix_reviews_card_id", "reviews", ["card_id"])
