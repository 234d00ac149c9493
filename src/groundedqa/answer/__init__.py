"""Answers made of verified quotes, or an honest abstention."""

from groundedqa.answer.compose import Choice, Fate, answer, choose, decide
from groundedqa.answer.conversation import understand
from groundedqa.answer.models import Abstention, Answer, Form, Grounded, Question, Quote
from groundedqa.answer.readings import search_readings
from groundedqa.answer.retrieval import Retrieved, retrieve

__all__ = [
    "Abstention",
    "Answer",
    "Choice",
    "Fate",
    "Form",
    "Grounded",
    "Question",
    "Quote",
    "Retrieved",
    "answer",
    "choose",
    "decide",
    "retrieve",
    "search_readings",
    "understand",
]
