"""What each word of a query adds to a hit's score, through which word of the passage. Nothing is approximated.

Each signal is a sum (see `signals`). The fused score is the sum of what these add, less what the worst
candidate has of each (see `MinMax`), which is `floors` here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from groundedqa.index.passages import embedded_text
from groundedqa.index.reading import Index
from groundedqa.search.hybrid import Hit
from groundedqa.search.signals import DENSE, SIGNALS, Pair, Query, Signal, Span, Table, spans


@dataclass(frozen=True, slots=True)
class Link:
    """What one word of the query adds to the score through one word of the passage.

    Each is a place among the words, or None: for what is no word (marks, the encoder's own tokens) and,
    of the passage, for what stands elsewhere on the page or in a heading.
    """

    signal: Signal
    query: int | None
    passage: int | None
    contribution: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where a hit's score comes from: the sum of all links and of all floors.

    `text` is what the index knows the passage by: its concept's title, a colon, and its words.
    """

    hit: Hit
    query: str
    text: str
    query_words: tuple[Span, ...]
    passage_words: tuple[Span, ...]
    links: tuple[Link, ...]  # one for each signal and pair that adds anything, largest first
    floors: dict[Signal, float]  # what is taken away, zero or less
    pooled: bool  # whether the encoder pools by the mean: else there are no dense links, but their sum

    def by_word(self) -> list[float]:
        """What each word of the query adds through all signals, and last what is added by no word."""
        return [float(amount) for amount in self.between(SIGNALS).sum(axis=1)]

    def between(self, signals: Iterable[Signal]) -> Table:
        """What some signals add, by pair of words; the last row and column are those of no word.

        Returns: shape (words of the query + 1, words of the passage + 1).
        """
        wanted = frozenset(signals)
        table = np.zeros((len(self.query_words) + 1, len(self.passage_words) + 1))
        for link in self.links:
            if link.signal in wanted:
                place = -1 if link.query is None else link.query, -1 if link.passage is None else link.passage
                table[place] += link.contribution
        return table


def attribute(index: Index, query: str, hit: Hit) -> Attribution:
    """Take a hit's score apart.

    Args:
        query: what was searched for when the hit was found.

    A reranker's part is no sum over words and is left out; it stands in the hit.
    """
    text = embedded_text(hit.passage, index.concepts[hit.passage.concept])
    pair = Pair(Query(index, query), hit.row, text, index.encoder.encode_passage(text), spans(query), spans(text))
    tables = {signal: signal.table(pair) for signal in SIGNALS}
    links: list[Link] = []
    for signal, table in tables.items():
        part = hit[signal]
        if table is None:  # the sum alone is known
            links.append(Link(signal, None, None, part.normalized.scale * part.score))
            continue
        for i, j in np.argwhere(table):
            at = None if i == len(pair.asked) else int(i), None if j == len(pair.held) else int(j)
            links.append(Link(signal, *at, part.normalized.scale * float(table[i, j])))
    links.sort(key=lambda link: (-abs(link.contribution), link.signal.name, link.query or 0, link.passage or 0))
    floors = {signal: -hit[signal].normalized.scale * hit[signal].normalized.floor for signal in SIGNALS}
    pooled = tables[DENSE] is not None
    return Attribution(hit, query, text, pair.asked, pair.held, tuple(links), floors, pooled)
