"""Quizzes on demand, made from a base's claims and explained by them."""

from groundedqa.quiz.items import Item, ItemKind, Option, Quiz, grade
from groundedqa.quiz.make import BLANK, make_quiz

__all__ = ["BLANK", "Item", "ItemKind", "Option", "Quiz", "grade", "make_quiz"]
