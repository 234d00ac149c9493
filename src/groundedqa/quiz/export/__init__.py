"""Quizzes taken along: files that other programs open."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING

from groundedqa.errors import needs_extra

if TYPE_CHECKING:
    from groundedqa.quiz.items import Quiz

__all__ = ["Format", "export"]


class Format(StrEnum):
    """What a quiz can be written as."""

    ANKI = "anki"  # a deck for Anki
    GIFT = "gift"  # Moodle's text format
    MOODLE = "moodle"  # Moodle's XML
    QTI = "qti"  # a package of QTI 2.1
    CSV = "csv"  # a table for spreadsheets
    MARKDOWN = "markdown"  # a sheet to be printed, with the answers at its end

    @property
    def ending(self) -> str:
        """How the name of such a file ends."""
        return _ENDINGS[self]


def export(quiz: Quiz, format: Format, title: str) -> bytes:
    """A quiz as a file of this format, named `title` where the format has a place for a name.

    Every item carries the quotes that explain it, word for word, each with its evidence and sources.
    """
    with needs_extra("exports"):
        module = import_module(f"groundedqa.quiz.export.{_MODULES.get(format, format.value)}")  # some load much
    written: bytes = module.write(quiz, title)
    return written


_ENDINGS = {
    Format.ANKI: ".apkg",
    Format.GIFT: ".gift.txt",
    Format.MOODLE: ".xml",
    Format.QTI: ".zip",
    Format.CSV: ".csv",
    Format.MARKDOWN: ".md",
}
_MODULES = {Format.CSV: "table", Format.MARKDOWN: "sheet"}  # a module csv would stand in the way of the library's
