"""A score drawn as lines from the words of a question to the words of a passage, as thick as what they add."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import altair as alt
import numpy as np

from groundedqa.search.attribution import Attribution
from groundedqa.search.signals import Signal, Span

_LINE = 22  # pixels from one word to the next
_WIDEST = 10.0  # pixels of the thickest line
_SHOWN = 24  # lines: what is thinner cannot be told apart
_MARGIN = 0.6  # of the width between the words, for the words
_ELSEWHERE = "elsewhere"


def drawn(found: Attribution, signals: Collection[Signal], color: str) -> Any:
    """The largest shares of some signals as a chart, or None where they add nothing; what takes away is dashed."""
    table = found.between(signals)
    order = np.argsort(-np.abs(table), axis=None, kind="stable")[:_SHOWN]
    pairs = [(int(i), int(j)) for i, j in zip(*np.unravel_index(order, table.shape), strict=True) if table[i, j]]
    if not pairs:
        return None
    rows, columns = sorted({i for i, _ in pairs}), sorted({j for _, j in pairs})
    height = max(len(rows), len(columns))
    left = {row: height * (at + 0.5) / len(rows) for at, row in enumerate(rows)}
    right = {column: height * (at + 0.5) / len(columns) for at, column in enumerate(columns)}
    asked = {row: word_of(found.query, found.query_words, row) for row in rows}
    held = {column: word_of(found.text, found.passage_words, column) for column in columns}
    most = max(abs(float(table[pair])) for pair in pairs)
    lines = [
        {
            "x": 0,
            "to": 1,
            "y": left[i],
            "end": right[j],
            "Question": asked[i],
            "Passage": held[j],
            "Adds": float(table[i, j]),
            "width": max(0.5, _WIDEST * abs(float(table[i, j])) / most),
        }
        for i, j in pairs
    ]
    across = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-_MARGIN, 1 + _MARGIN], nice=False))
    down = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, height], reverse=True, nice=False))
    rules = (
        alt.Chart(alt.InlineData(lines))
        .mark_rule(color=color, opacity=0.6, strokeCap="round")
        .encode(
            x=across,
            x2="to",
            y=down,
            y2="end",
            size=alt.Size("width:Q", scale=None, legend=None),
            strokeDash=alt.condition("datum.Adds < 0", alt.value([4, 4]), alt.value([1, 0])),
            tooltip=["Question:N", "Passage:N", alt.Tooltip("Adds:Q", format="+.4f")],
        )
    )
    words = _words(asked, left, 0, "right", across, down), _words(held, right, 1, "left", across, down)
    return (rules + words[0] + words[1]).properties(height=_LINE * height + _LINE).configure_view(stroke=None)


def word_of(text: str, words: Sequence[Span], place: int | None) -> str:
    """A word of a text by its place; None, or the place behind the last, is no word."""
    return text[words[place].start : words[place].end] if place is not None and place < len(words) else _ELSEWHERE


def _words(words: dict[int, str], heights: dict[int, float], x: int, align: Any, across: alt.X, down: alt.Y) -> Any:
    rows = [{"x": x, "y": heights[place], "word": word} for place, word in words.items()]
    offset = -8 if align == "right" else 8  # pixels
    return (
        alt.Chart(alt.InlineData(rows))
        .mark_text(align=align, dx=offset, fontSize=13, color="#888888")
        .encode(x=across, y=down, text="word:N")
    )
