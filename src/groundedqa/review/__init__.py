"""What a learner remembers: cards, their schedule, and all that was answered."""

from groundedqa.review.cards import LONGEST_NAME
from groundedqa.review.database import open_learners
from groundedqa.review.learners import Learners
from groundedqa.review.models import Asked, Due, Missed, Progress, Sureness, SurenessBin, Withdrawn

__all__ = [
    "LONGEST_NAME",
    "Asked",
    "Due",
    "Learners",
    "Missed",
    "Progress",
    "Sureness",
    "SurenessBin",
    "Withdrawn",
    "open_learners",
]
