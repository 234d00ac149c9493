"""Quizzes taken along: files that other programs open."""
