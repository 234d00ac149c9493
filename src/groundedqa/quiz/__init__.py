"""Quizzes on demand, made from a base's claims and explained by them.

`make.make_quiz` makes one from a `stock.Stock`, `grading.grade` grades an answer, `export` takes one along.
Only what an item consists of is imported here, for the index behind the rest takes a second to load.
"""

from groundedqa.quiz.items import Choose, Cited, Explain, Fill, Item, ItemKind, Match, Option, Order, Quiz

__all__ = ["Choose", "Cited", "Explain", "Fill", "Item", "ItemKind", "Match", "Option", "Order", "Quiz"]
