"""Grading what was typed into a blank: the fact itself, in whatever form it may be written."""

from __future__ import annotations

from groundedqa.quiz.items import Fill


def filled(task: Fill, words: str) -> float:
    """1 if the words are one of those accepted, whatever their case and spaces, else 0."""
    return float(" ".join(words.casefold().split()) in {" ".join(one.casefold().split()) for one in task.accepted})
