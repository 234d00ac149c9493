"""A table for spreadsheets: one row an item, as CSV in UTF-8 with a byte order mark, which Excel needs."""

from __future__ import annotations

import csv
import io

from groundedqa.quiz.export.shown import answers, evidence, options, source
from groundedqa.quiz.items import Quiz

COLUMNS = ("kind", "prompt", "options", "answer", "quote", "evidence", "source", "concept", "page", "line")
"""Where an item has several quotes a blank line parts them, and the i-th line of the columns after `quote`
belongs to the i-th of them."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would run a cell that begins so (OWASP, CSV Injection)."""


def write(quiz: Quiz, title: str) -> bytes:
    """The table, with the names of its columns in the first row."""
    lines = io.StringIO(newline="")
    rows = csv.writer(lines)
    rows.writerow(COLUMNS)
    for item in quiz.items:
        quotes = item.quotes
        row = (
            item.kind.value,
            item.prompt,
            "\n".join(options(item.task)),
            "\n".join(answers(item.task)),
            "\n\n".join(cited.text for cited in quotes),
            "\n".join(map(evidence, quotes)),
            "\n".join(map(source, quotes)),
            "\n".join(cited.concept.title for cited in quotes),
            "\n".join(cited.passage.path for cited in quotes),
            "\n".join(str(cited.passage.line) for cited in quotes),
        )
        rows.writerow(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row)
    return lines.getvalue().encode("utf-8-sig")
