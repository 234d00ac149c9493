"""The words of two short texts, and how near each is to meaning what one of the other does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np
from bm25s.stopwords import STOPWORDS_EN_PLUS
from numpy.typing import NDArray
from rapidfuzz.distance import DamerauLevenshtein

from groundedqa.index.model import Encoded
from groundedqa.index.reading import Index
from groundedqa.text.numbers import Number, numbers_in, same_number
from groundedqa.text.opposites import OPPOSITE_STEMS, is_negation
from groundedqa.text.words import stem, words_in

_FULL = 0.5
"""The cosine of two words in their sentences from which on they are as near as words that differ can be."""
_OTHER_WORD = 0.8
"""What another word of the same meaning counts for, next to the word itself."""
_SLIP = 0.9
_BESIDE = 0.5
"""How near the words after two directions have to be for these to be compared."""
SAID = 0.9
"""How near a word is from which on it is the same, a slip of typing included."""
_SCOPE = 3
"""How many words after a negation it reaches: "does not really increase"."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word that says something, or a number, at `text[start:end]`."""

    start: int
    end: int
    form: str  # lower case
    stem: str
    negation: int | None  # where the word starts that turns it into its opposite
    number: Number | None = None

    @property
    def negated(self) -> bool:
        """Whether a negation reaches it."""
        return self.negation is not None

    @property
    def key(self) -> str:
        """By which it is known again in another text."""
        return self.stem or self.form


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The informative words of a text, in order, with a vector of length 1 for each, taken in its sentence."""

    text: str
    words: tuple[Word, ...]
    vectors: NDArray[np.float32]  # shape (words, dimension)
    sentence: NDArray[np.float32]  # the text's own vector, of length 1

    @property
    def negates(self) -> bool:
        """Whether there is a negation in it."""
        return any(is_negation(form) for _, _, form in words_in(self.text))


@dataclass(frozen=True, slots=True, eq=False)
class Meeting:
    """How near each word of one text is to each of another, from 0 to 1, and which pairs say opposite things."""

    near: NDArray[np.float64]  # shape (words of the one, words of the other)
    clash: NDArray[np.bool_]  # the same shape


def read_words(index: Index, text: str) -> Words:
    """The informative words of a text. Numbers count, stop words do not, but for those that give a direction."""
    encoded = index.encode(text)
    numbers = numbers_in(text)
    every = words_in(text)
    words = [
        Word(n.start, n.end, text[n.start : n.end].lower(), "", _negation(text, every, n.start), n) for n in numbers
    ]
    for start, end, form in every:
        if any(number.start < end and start < number.end for number in numbers):
            continue
        stemmed = stem(form)
        if not is_negation(form) and (form not in STOPWORDS_EN_PLUS or stemmed in OPPOSITE_STEMS):
            words.append(Word(start, end, form, stemmed, _negation(text, every, start)))
    words.sort(key=lambda word: word.start)
    return Words(text, tuple(words), _vectors(encoded, words), encoded.vector)


def meet(index: Index, one: Words, other: Words, aliases: Iterable[tuple[int, int]] = ()) -> Meeting:
    """Compare each word of one text with each of another, both in their sentences.

    The same stem counts in full, a slip of typing a little less, another word by the cosine of the two
    vectors, a number only if it is the same number. Opposites, and the same word once negated and once
    not, clash; opposites of which one is negated say the same.

    Args:
        aliases: pairs of words, by their places, that belong to names of one concept.
    """
    cosines = one.vectors @ other.vectors.T
    near = np.clip(cosines / _FULL, 0, 1).astype(np.float64) * _OTHER_WORD
    opposite = np.zeros(near.shape, dtype=np.bool_)
    for (i, first), (j, second) in product(enumerate(one.words), enumerate(other.words)):
        if first.number or second.number:
            equal = first.number and second.number and same_number(first.number, second.number)
            near[i, j] = float(bool(equal))
        elif second.stem in OPPOSITE_STEMS.get(first.stem, ()):
            opposite[i, j], near[i, j] = True, 1.0
        elif (alike := _alike(index, first, second)) > 0:
            near[i, j] = alike
    for i, j in aliases:
        near[i, j] = 1.0
    # How far a negation reaches is a guess, so two texts that both negate something are not held against each other.
    both = one.negates and other.negates
    negated = np.not_equal.outer([word.negated for word in one.words], [word.negated for word in other.words])
    for row, word in enumerate(one.words):
        if word.stem in OPPOSITE_STEMS:
            near[row, (near[row] >= SAID) & ~_beside(near, row)] = 0.0
    said = near >= SAID
    return Meeting(np.where(opposite & ~negated, 0.0, near), said & np.where(opposite, ~negated, negated & (not both)))


def _beside(near: NDArray[np.float64], row: int) -> NDArray[np.bool_]:
    """Which words a word that gives a direction compares with: those with the likest word after them.

    "Less accurate" is not turned around by "more sycophantic", though it is by "more accurate".
    """
    after = np.ones(near.shape[1])  # the last word of a text has none after it, and compares with any
    if row + 1 < len(near):
        after[:-1] = near[row + 1, 1:]
    rivals = near[row] >= SAID
    return np.asarray(after >= max(_BESIDE, after[rivals].max(initial=0.0)), dtype=np.bool_)


def _alike(index: Index, one: Word, other: Word) -> float:
    if one.stem == other.stem:
        return 1.0
    if min(len(one.form), len(other.form)) < 4 or one.form[0] != other.form[0]:
        return 0.0
    # A word that the encoder knows is meant as it stands: "form" is no slip for "from".
    if index.encoder.knows(other.form):
        return 0.0
    allowed = 2 if min(len(one.form), len(other.form)) >= 8 else 1
    distance = DamerauLevenshtein.distance(one.form, other.form, score_cutoff=allowed)
    return _SLIP if distance <= allowed else 0.0


def _negation(text: str, every: list[tuple[int, int, str]], at: int) -> int | None:
    before = [word for word in every if word[0] < at][-_SCOPE:]
    found = [start for start, end, form in before if is_negation(form) and not re.search(r"[.,;:!?]", text[end:at])]
    return found[-1] if found else None


def _vectors(encoded: Encoded, words: list[Word]) -> NDArray[np.float32]:
    found = np.zeros((len(words), encoded.tokens.shape[1]), dtype=np.float32)
    for place, word in enumerate(words):
        rows = [row for row, (start, end) in enumerate(encoded.spans) if start < word.end and word.start < end]
        if rows:
            vector = encoded.tokens[rows].mean(axis=0)
            found[place] = vector / (np.linalg.norm(vector) or 1.0)
    return found
