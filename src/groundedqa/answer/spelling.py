"""Mending slips of typing and spelling out abbreviations in a question, towards the words that the base uses."""

from __future__ import annotations

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from groundedqa.index.reading import Index
from groundedqa.text.words import STOPWORDS, stem, words_in

_SHORTEST = 5
"""Letters from which on a word is mended: a shorter one is near too many others."""
_TWO_SLIPS = 9
"""Letters from which on two slips are mended."""
_SPELLED_OUT = {
    "llm": "language model",
    "llms": "language models",
    "nn": "neural network",
    "nns": "neural networks",
    "rl": "reinforcement learning",
    "ml": "machine learning",
    "nlp": "natural language processing",
    "params": "parameters",
    "ppl": "people",
    "govt": "government",
    "y": "why",
    "u": "you",
    "r": "are",
    "ur": "your",
}
"""What is typed in short; it is spelled out where the base writes all of the words more often than the short one."""


def corrected(index: Index, text: str) -> str:
    """The text with abbreviations spelled out and each misspelt word replaced by the nearest word of the base.

    A word is left alone if a passage holds it in any form, or if the encoder knows it as a word:
    "bread" is no slip for "broad", however little the base says of it. Distance is counted in
    single letters added, lost, changed or swapped (optimal string alignment).
    """
    mended, last = [], 0
    for start, _, word in words_in(text):
        alone = not (text[start - 1 : start].strip() or text[start + len(word) : start + len(word) + 1].strip(" ?!,;"))
        if replacement := (_spelled_out(index, word) if alone else None) or _nearest(index, word):
            mended += [text[last:start], replacement]
            last = start + len(word)
    return "".join([*mended, text[last:]])


def _spelled_out(index: Index, word: str) -> str | None:
    whole = _SPELLED_OUT.get(word)
    if whole is None or (stem(word),) in index.names:
        return None
    known = all(part in STOPWORDS or index.words[part] > index.words[word] for part in whole.split())
    return whole if known else None


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
