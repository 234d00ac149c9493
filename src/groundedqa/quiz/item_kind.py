"""The kinds of item by name; light to import, for the command line names them in its help."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING


class ItemKind(StrEnum):
    """The kinds of item, in the order in which a quiz takes turns between them.

    Each is named after the module of `kinds` that makes it, and has a title in a learner's words.
    """

    label: str

    CHOICE = "choice", "Multiple choice"  # a claim with one fact blanked out, and four facts to choose from
    TRUE_FALSE = "truefalse", "True or false"  # a claim as it stands, or with one fact exchanged
    MATCH = "match", "Matching"  # entities and what they did, or concepts and what they are
    CLOZE = "cloze", "Fill the blank"  # a claim with one fact blanked out, to be typed
    EVIDENCE = "evidence", "How strong is the evidence?"  # and how sure the learner is
    ORDER = "order", "Timeline"  # dated claims, from the first to the last
    SOURCE = "source", "Which source says so?"
    SPEED = "speed", "Speed round"  # quick recall of a concept by an alias or its definition, against a clock
    CONCEPT = "concept", "Which concept is it?"  # which page of the base a question belongs to
    FREE = "free", "In your own words"

    if not TYPE_CHECKING:  # to a type checker, an enum is called with a value alone

        def __new__(cls, value: str, label: str) -> ItemKind:
            """A kind with its title."""
            member = str.__new__(cls, value)
            member._value_, member.label = value, label
            return member
