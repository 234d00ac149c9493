"""Mending slips of typing in a question, towards the words that the base uses."""

from __future__ import annotations

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from groundedqa.index.reading import Index
from groundedqa.text.words import STOPWORDS, stem, words_in

_SHORTEST = 5
"""Letters from which on a word is mended: a shorter one is near too many others."""
_TWO_SLIPS = 9
"""Letters from which on two slips are mended."""


def corrected(index: Index, text: str) -> str:
    """The text with each misspelt word replaced by the word of the base that it is nearest to.

    A word is left alone if a passage holds it in any form, or if the encoder knows it as a word:
    "bread" is no slip for "broad", however little the base says of it. Distance is counted in
    single letters added, lost, changed or swapped (optimal string alignment).
    """
    mended, last = [], 0
    for start, _, word in words_in(text):
        if replacement := _nearest(index, word):
            mended += [text[last:start], replacement]
            last = start + len(word)
    return "".join([*mended, text[last:]])


def _nearest(index: Index, word: str) -> str | None:
    if len(word) < _SHORTEST or not word.isalpha() or word in STOPWORDS:
        return None
    if stem(word) in index.lexical or index.encoder.knows(word):
        return None
    slips = 2 if len(word) >= _TWO_SLIPS else 1
    found = extract(word, STOPWORDS | index.words.keys(), scorer=OSA.distance, score_cutoff=slips, limit=20)
    # The first letter is seldom wrong; and a letter is more often left out than typed too many.
    likely = [
        (distance, len(other) < len(word), -index.words[other], other)
        for other, distance, _ in found
        if other[0] == word[0]
    ]
    return min(likely)[-1] if likely else None
