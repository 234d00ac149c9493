"""Quizzes on demand, made from a base's claims and explained by them."""
