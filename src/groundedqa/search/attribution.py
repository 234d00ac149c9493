"""What each word of a question adds to a hit's score, through which word of the passage. Nothing is approximated.

Each signal is a sum. The encoder pools its token vectors by their mean, so a cosine is a sum over
pairs of tokens; BM25 is a sum over the words of the question; late interaction is a weighted sum over
the question's tokens, each of which meets its nearest token of the passage. The fused score is the sum
of what these add, less what the worst candidate has of each (see `Stretch`), which is `floor` here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from groundedqa.index.onnx import OnnxEncoder
from groundedqa.index.opened import Index
from groundedqa.index.passages import embedded_text
from groundedqa.index.words import STOPWORDS, stem, words_in
from groundedqa.search.hybrid import Hit
from groundedqa.search.late import token_weights

Tokens = tuple[Sequence[tuple[int, int]], NDArray[np.float32]]
"""Places and vectors of a text's tokens."""
TOLERANCE = 1e-5
"""By how much the parts may miss the whole: vectors are kept with seven digits."""


class Signal(StrEnum):
    """What a link comes from."""

    DENSE = "dense"
    LEXICAL = "lexical"
    PAGE = "page"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Span:
    """A word at `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Link:
    """What one word of the question adds to the score through one word of the passage.

    Each is a place among the words, or None: for what is no word (marks, the encoder's own tokens) and,
    of the passage, for what stands elsewhere on the page or in a heading.
    """

    signal: Signal
    query: int | None
    passage: int | None
    share: float


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
        """What each word of the question adds through all signals, and last what is added by no word."""
        return [float(share) for share in self.between(Signal).sum(axis=1)]

    def between(self, signals: Iterable[Signal]) -> NDArray[np.float64]:
        """The shares of some signals by pair of words; the last row and column are those of no word.

        Returns: shape (words of the question + 1, words of the passage + 1).
        """
        wanted = frozenset(signals)
        table = np.zeros((len(self.query_words) + 1, len(self.passage_words) + 1))
        for link in self.links:
            if link.signal in wanted:
                table[-1 if link.query is None else link.query, -1 if link.passage is None else link.passage] += (
                    link.share
                )
        return table


def attribute(index: Index, query: str, hit: Hit) -> Attribution:
    """Take a hit's score apart.

    Args:
        query: what was searched for when the hit was found.

    A cross-encoder's part is no sum over words and is left out; it stands in the hit.
    """
    text = embedded_text(hit.passage, index.concepts[hit.passage.concept])
    asked, held = _spans(query), _spans(text)
    tokens = index.encoder.token_vectors(text) if isinstance(index.encoder, OnnxEncoder) else None
    tables: dict[Signal, NDArray[np.float64] | None] = {
        Signal.DENSE: _dense(index, query, tokens, hit, asked, held),
        Signal.LEXICAL: _lexical(index, query, text, hit, asked, held),
        Signal.PAGE: _page(index, query, hit, asked, held),
        Signal.LATE: _late(index, query, tokens, hit, asked, held),
    }
    parts = {Signal.DENSE: hit.dense, Signal.LEXICAL: hit.lexical, Signal.PAGE: hit.page, Signal.LATE: hit.late}
    links: list[Link] = []
    for signal, table in tables.items():
        stretch = parts[signal].stretch
        if table is None:  # the sum alone is known
            links.append(Link(signal, None, None, stretch.scale * parts[signal].score))
            continue
        for i, j in np.argwhere(table):
            at = None if i == len(asked) else int(i), None if j == len(held) else int(j)
            links.append(Link(signal, *at, stretch.scale * float(table[i, j])))
    links.sort(key=lambda link: (-abs(link.share), link.signal, link.query or 0, link.passage or 0))
    floors = {signal: -part.stretch.scale * part.stretch.floor for signal, part in parts.items()}
    return Attribution(hit, query, text, asked, held, tuple(links), floors, pooled=tables[Signal.DENSE] is not None)


def _spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end, _ in words_in(text))


def _places(offsets: Sequence[tuple[int, int]], words: Sequence[Span]) -> list[int]:
    """The word that each token is part of; the number of words for one of none."""
    starts = np.asarray([word.start for word in words], dtype=np.int64)
    found = []
    for start, end in offsets:
        at = int(np.searchsorted(starts, start, side="right")) - 1
        inside = end > start and at >= 0 and start < words[at].end
        found.append(at if inside else len(words))
    return found


def _folded(
    pairs: NDArray[np.float64], rows: Sequence[int], columns: Sequence[int], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Sums over the tokens of each pair of words."""
    table = np.zeros(shape)
    np.add.at(table, (np.asarray(rows)[:, None], np.asarray(columns)[None, :]), pairs)
    return table


def _dense(
    index: Index, query: str, tokens: Tokens | None, hit: Hit, asked: Sequence[Span], held: Sequence[Span]
) -> NDArray[np.float64] | None:
    if tokens is None or not isinstance(index.encoder, OnnxEncoder):
        return None
    (one_offsets, one), (two_offsets, two) = index.encoder.query_tokens(query), tokens
    one, two = one.astype(np.float64), two.astype(np.float64)
    means = one.mean(axis=0), two.mean(axis=0)
    norms = np.linalg.norm(means[0]), np.linalg.norm(means[1])
    pairs = (one @ two.T) / (len(one) * len(two) * norms[0] * norms[1])
    if abs(float(pairs.sum()) - hit.dense.score) > TOLERANCE:
        return None  # it pools otherwise
    shape = len(asked) + 1, len(held) + 1
    return _folded(pairs, _places(one_offsets, asked), _places(two_offsets, held), shape)


def _late(
    index: Index, query: str, tokens: Tokens | None, hit: Hit, asked: Sequence[Span], held: Sequence[Span]
) -> NDArray[np.float64]:
    encoded = index.encode(query)
    closeness, nearest = index.tokens.nearest(encoded.tokens, hit.row)
    weighed = closeness.astype(np.float64) * token_weights(index, query, encoded)
    columns = _places(tokens[0], held) if tokens else [len(held)] * (int(nearest.max(initial=-1)) + 1)
    table = np.zeros((len(asked) + 1, len(held) + 1))
    for row, token, amount in zip(_places(encoded.spans, asked), nearest, weighed, strict=True):
        table[row, columns[int(token)]] += amount
    return table


def _lexical(
    index: Index, query: str, text: str, hit: Hit, asked: Sequence[Span], held: Sequence[Span]
) -> NDArray[np.float64]:
    """BM25 by word; a word that the passage holds more than once shares it out among its places."""
    table = np.zeros((len(asked) + 1, len(held) + 1))
    stems = [stem(word) for _, _, word in words_in(text)]
    for row, (_, _, word) in enumerate(words_in(query)):
        if word in STOPWORDS:
            continue
        amount = float(index.lexical.scores([stem(word)])[hit.row])
        columns = [at for at, held_stem in enumerate(stems) if held_stem == stem(word)] or [len(held)]
        table[row, columns] += amount / len(columns)
    return table


def _page(index: Index, query: str, hit: Hit, asked: Sequence[Span], held: Sequence[Span]) -> NDArray[np.float64]:
    table = np.zeros((len(asked) + 1, len(held) + 1))
    page = int(index.page_of[hit.row])
    for row, (_, _, word) in enumerate(words_in(query)):
        if word not in STOPWORDS:
            table[row, -1] += float(index.pages.scores([stem(word)])[page])
    return table
