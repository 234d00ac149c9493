"""Answers made of verified quotes, or an honest abstention."""

from groundedqa.answer.compose import answer
from groundedqa.answer.models import Abstention, Answer, Form, Grounded, Question, Quote

__all__ = ["Abstention", "Answer", "Form", "Grounded", "Question", "Quote", "answer"]
