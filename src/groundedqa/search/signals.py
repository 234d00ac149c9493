"""The signals that a score is the sum of. A further one is a further class here, and its place in `SIGNALS`.

Each judges passages for a query, and says what every word of the query adds to that through which word of
the passage: all of them are sums, so that nothing has to be approximated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from groundedqa.index.lexical import LexicalIndex
from groundedqa.index.model import Encoded
from groundedqa.index.reading import Index
from groundedqa.text.words import STOPWORDS, stem, terms, words_in

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]
Table = NDArray[np.float64]
"""By word of the query and word of the passage; the last row and column are those of no word."""

TOLERANCE = 1e-5
"""By how much parts may miss the whole: vectors are kept with seven digits."""
_STOPWORD = 0.3
"""The rarity that a stop word counts for; a rare word has one of 3 to 8."""


@dataclass(frozen=True)
class Query:
    """What is searched for, and what all signals need of it, computed once."""

    index: Index
    text: str

    @cached_property
    def encoded(self) -> Encoded:
        """Its vector and those of its tokens."""
        return self.index.encode(self.text)

    @cached_property
    def lexical(self) -> Scores:
        """The BM25 score of every passage, shape (passages,)."""
        return self.index.lexical.scores(terms(self.text))

    @cached_property
    def pages(self) -> Scores:
        """The BM25 score of every passage's page, shape (passages,)."""
        return self.index.pages.scores(terms(self.text))[self.index.page_of]

    @cached_property
    def asked(self) -> Scores:
        """The cosine to the nearest question of every passage, -1 where it has none, shape (passages,)."""
        index = self.index
        starts, found = index.question_starts, np.full(len(index.passages), -1, dtype=np.float32)
        listing = np.flatnonzero(np.diff(starts))
        if len(listing):
            found[listing] = np.maximum.reduceat(index.questions @ self.encoded.vector, starts[listing])
        return found


@dataclass(frozen=True, slots=True)
class Span:
    """A word at `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A query and one passage, word by word. `text` is what the index knows the passage by."""

    query: Query
    row: int
    text: str
    passage: Encoded
    asked: tuple[Span, ...]  # words of the query
    held: tuple[Span, ...]  # words of the text

    def table(self) -> Table:
        """A table of zeros."""
        return np.zeros((len(self.asked) + 1, len(self.held) + 1))


class Signal:
    """One way to judge passages. Names, labels and explanations are for those who inspect a search."""

    name: ClassVar[str]
    label: ClassVar[str]
    about: ClassVar[str]
    weight: ClassVar[float]  # its part of a score beside the others'; figures are in docs/labbook.md
    by_meaning: ClassVar[bool]  # whether it compares meanings, or else words
    ranks: ClassVar[bool] = True  # whether places by its scores tell anything

    def applies(self, index: Index) -> bool:
        """Whether a base holds what it judges by."""
        return True

    def candidates(self, query: Query, allowed: Rows | None, count: int) -> Rows | None:
        """The rows that it brings into the pool, best first; None where it only judges what others bring.

        Args:
            allowed: the rows that may be found; None for all.
        """
        return None

    def scores(self, query: Query, rows: Rows) -> Scores:
        """How well passages match, shape (rows,); higher is better, of any range."""
        raise NotImplementedError

    def table(self, pair: Pair) -> Table | None:
        """What each pair of words adds to the score of one passage; None where that cannot be told."""
        raise NotImplementedError


class _Dense(Signal):
    name, label = "dense", "Cosine"
    about = "Likeness in meaning, at most 1"
    weight, by_meaning = 0.2, True

    def candidates(self, query: Query, allowed: Rows | None, count: int) -> Rows:
        """The nearest rows.

        With a filter the search is exact over the rows that pass: Chroma slows down when most rows
        satisfy a filter, and cutting first would lose answers.
        """
        index, vector = query.index, query.encoded.vector
        if allowed is None:
            return index.dense.nearest(vector, min(count, len(index.passages)))
        return allowed[np.argsort(-(index.vectors[allowed] @ vector), kind="stable")[:count]]

    def scores(self, query: Query, rows: Rows) -> Scores:
        """The cosines of the vectors."""
        return np.asarray(query.index.vectors[rows] @ query.encoded.vector, dtype=np.float32)

    def table(self, pair: Pair) -> Table | None:
        """The encoder pools its token vectors by their mean, so a cosine is a sum over pairs of tokens."""
        cosine = float(self.scores(pair.query, np.asarray([pair.row]))[0])
        if (pairs := _by_token(pair.query.encoded, pair.passage, cosine)) is None:
            return None
        table = pair.table()
        rows, columns = _words(pair.query.encoded.places, pair.asked), _words(pair.passage.places, pair.held)
        np.add.at(table, (np.asarray(rows)[:, None], np.asarray(columns)[None, :]), pairs)
        return table


class _Lexical(Signal):
    name, label = "lexical", "BM25"
    about = "Weight of the words that are shared"
    weight, by_meaning = 0.2, False

    def candidates(self, query: Query, allowed: Rows | None, count: int) -> Rows:
        """The best rows that share a term with the query."""
        scores = query.lexical
        rows = np.flatnonzero(scores) if allowed is None else allowed[scores[allowed] > 0]
        if len(rows) > count:
            rows = rows[np.argpartition(-scores[rows], count - 1)[:count]]
        return rows[np.argsort(-scores[rows], kind="stable")].astype(np.int64)

    def scores(self, query: Query, rows: Rows) -> Scores:
        """BM25 of the passages."""
        return query.lexical[rows]

    def table(self, pair: Pair) -> Table:
        """BM25 is a sum over words; one that the passage holds more than once shares it out among its places."""
        table = pair.table()
        stems = [stem(word) for _, _, word in words_in(pair.text)]
        for row, term, amount in _by_word(pair.query.index.lexical, pair.query.text, pair.row):
            columns = [at for at, held in enumerate(stems) if held == term] or [len(pair.held)]
            table[row, columns] += amount / len(columns)
        return table


class _Page(Signal):
    name, label = "page", "BM25 of the page"
    about = "Weight of the words that the whole page shares with the question"
    weight, by_meaning, ranks = 0.2, False, False  # all passages of a page have the same

    def scores(self, query: Query, rows: Rows) -> Scores:
        """BM25 of the pages that the passages stand on."""
        return query.pages[rows]

    def table(self, pair: Pair) -> Table:
        """As BM25 of the passage, but through no word of it."""
        table, index = pair.table(), pair.query.index
        for row, _, amount in _by_word(index.pages, pair.query.text, int(index.page_of[pair.row])):
            table[row, -1] += amount
        return table


class _Late(Signal):
    name, label = "late", "Closeness of words"
    about = "How near each word of the question comes to a word of the passage; rare words count more"
    weight, by_meaning = 0.4, True

    def scores(self, query: Query, rows: Rows) -> Scores:
        """Late interaction (ColBERT's MaxSim, Khattab & Zaharia 2020), weighted by `token_weights`."""
        closeness = query.index.tokens.closeness(query.encoded.tokens, rows.tolist())
        return np.asarray(closeness @ token_weights(query), dtype=np.float32)

    def table(self, pair: Pair) -> Table:
        """A weighted sum over the query's tokens, each of which meets its nearest token of the passage."""
        encoded, table = pair.query.encoded, pair.table()
        closeness, nearest = pair.query.index.tokens.nearest(encoded.tokens, pair.row)
        columns = _words(pair.passage.places, pair.held)
        weighed = closeness.astype(np.float64) * token_weights(pair.query)
        for row, token, amount in zip(_words(encoded.spans, pair.asked), nearest, weighed, strict=True):
            table[row, columns[int(token)]] += amount
        return table


class _Asked(Signal):
    name, label = "asked", "Asked like"
    about = "Likeness to the nearest question that the passage is said to answer, or else to the passage; at most 1"
    weight, by_meaning = 0.5, True

    def applies(self, index: Index) -> bool:
        """Whether authors have listed questions at all."""
        return len(index.questions) > 0

    def candidates(self, query: Query, allowed: Rows | None, count: int) -> Rows | None:
        """The rows whose questions are nearest."""
        rows = np.flatnonzero(query.asked >= 0) if allowed is None else allowed[query.asked[allowed] >= 0]
        if len(rows) > count:
            rows = rows[np.argpartition(-query.asked[rows], count - 1)[:count]]
        return rows[np.argsort(-query.asked[rows], kind="stable")].astype(np.int64)

    def scores(self, query: Query, rows: Rows) -> Scores:
        """The cosine to the nearest question of each passage, or to the passage itself where that is nearer."""
        return np.maximum(query.asked[rows], DENSE.scores(query, rows))

    def nearest(self, query: Query, row: int) -> str | None:
        """The question of a passage that is nearest; None where none comes nearer than the passage itself."""
        if query.asked[row] < DENSE.scores(query, np.asarray([row]))[0]:
            return None
        start, end = query.index.question_starts[row : row + 2].tolist()
        return query.index.passages[row].questions[
            int(np.argmax(query.index.questions[start:end] @ query.encoded.vector))
        ]

    def table(self, pair: Pair) -> Table | None:
        """As the cosine, but through no word of the passage where a question of its is meant."""
        if (question := self.nearest(pair.query, pair.row)) is None:
            return DENSE.table(pair)
        pairs = _by_token(
            pair.query.encoded, pair.query.index.encoder.encode(question), float(pair.query.asked[pair.row])
        )
        if pairs is None:
            return None
        table = pair.table()
        np.add.at(table[:, -1], _words(pair.query.encoded.places, pair.asked), pairs.sum(axis=1))
        return table


DENSE, LEXICAL, PAGE, LATE, ASKED = _Dense(), _Lexical(), _Page(), _Late(), _Asked()
SIGNALS: tuple[Signal, ...] = (DENSE, LEXICAL, PAGE, LATE, ASKED)
"""All of them, in the order in which they are shown."""


def token_weights(query: Query) -> Scores:
    """How much each token of a query counts, shape (tokens,), adding up to 1.

    Half of it is shared out evenly, as MaxSim has it, half by how rare the token's word is among the
    passages, as BM25 would have it.
    """
    words = words_in(query.text)
    rarity = np.zeros(len(query.encoded.spans), dtype=np.float32)
    for place, (start, _) in enumerate(query.encoded.spans):
        word = next((word for first, end, word in words if first <= start < end), None)
        if word is not None:
            rarity[place] = _STOPWORD if word in STOPWORDS else query.index.rarity(stem(word))
    even = np.full(len(rarity), 1 / max(1, len(rarity)), dtype=np.float32)
    total = float(rarity.sum())
    return even if total == 0 else np.asarray((even + rarity / total) / 2, dtype=np.float32)


def _by_token(one: Encoded, two: Encoded, cosine: float) -> Table | None:
    """What each pair of tokens adds to the cosine of two texts; None where their encoder pools otherwise than by the
    mean."""
    ours, theirs = one.all_tokens.astype(np.float64), two.all_tokens.astype(np.float64)
    norms = np.linalg.norm(ours.mean(axis=0)), np.linalg.norm(theirs.mean(axis=0))
    pairs: Table = (ours @ theirs.T) / (len(ours) * len(theirs) * norms[0] * norms[1])
    return pairs if abs(float(pairs.sum()) - cosine) <= TOLERANCE else None


def spans(text: str) -> tuple[Span, ...]:
    """The words of a text."""
    return tuple(Span(start, end) for start, end, _ in words_in(text))


def _by_word(index: LexicalIndex, text: str, row: int) -> list[tuple[int, str, float]]:
    """What each word of a text adds to the BM25 score of one row: its place, its stem, and the amount."""
    kept = [(at, stem(word)) for at, (_, _, word) in enumerate(words_in(text)) if word not in STOPWORDS]
    return [(at, term, float(index.scores([term])[row])) for at, term in kept]


def _words(places: Sequence[tuple[int, int]], words: Sequence[Span]) -> list[int]:
    """The word that each token is part of; the number of words for one of none."""
    starts = np.asarray([word.start for word in words], dtype=np.int64)
    found = []
    for start, end in places:
        at = int(np.searchsorted(starts, start, side="right")) - 1
        inside = end > start and at >= 0 and start < words[at].end
        found.append(at if inside else len(words))
    return found
