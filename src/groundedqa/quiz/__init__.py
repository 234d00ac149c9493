"""Quizzes on demand, made from a base's claims and explained by them."""

from groundedqa.quiz.grading import Grade, Response, Sure, Verdict, grade
from groundedqa.quiz.items import Choose, Cited, Explain, Fill, Item, ItemKind, Match, Option, Order, Quiz
from groundedqa.quiz.make import items_on, make_quiz
from groundedqa.quiz.stock import Stock

__all__ = [
    "Choose",
    "Cited",
    "Explain",
    "Fill",
    "Grade",
    "Item",
    "ItemKind",
    "Match",
    "Option",
    "Order",
    "Quiz",
    "Response",
    "Stock",
    "Sure",
    "Verdict",
    "grade",
    "items_on",
    "make_quiz",
]
