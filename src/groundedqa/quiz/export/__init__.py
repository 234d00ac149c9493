"""Quizzes taken along: files that other programs open."""

from __future__ import annotations

from enum import StrEnum

from groundedqa.quiz.export import gift, markdown, moodle, qti, table
from groundedqa.quiz.items import Quiz

__all__ = ["Format", "export"]


class Format(StrEnum):
    """What a quiz can be written as."""

    ANKI = "anki"  # a deck for Anki, .apkg
    GIFT = "gift"  # Moodle's text format, .gift.txt
    MOODLE = "moodle"  # Moodle's XML, .xml
    QTI = "qti"  # a package of QTI 2.1, .zip
    CSV = "csv"  # a table for spreadsheets, .csv
    MARKDOWN = "markdown"  # a sheet to be printed, with the answers at its end, .md


def export(quiz: Quiz, format: Format, title: str) -> bytes:
    """A quiz as a file of this format, named `title` where the format has a place for a name.

    Every item carries the quotes that explain it, word for word, each with its evidence and sources.
    """
    match format:
        case Format.ANKI:
            from groundedqa.quiz.export import anki  # loads genanki

            return anki.write(quiz, title)
        case Format.GIFT:
            return gift.write(quiz, title)
        case Format.MOODLE:
            return moodle.write(quiz, title)
        case Format.QTI:
            return qti.write(quiz, title)
        case Format.CSV:
            return table.write(quiz)
        case Format.MARKDOWN:
            return markdown.write(quiz, title)
