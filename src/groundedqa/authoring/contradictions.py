"""What two sentences say the opposite of: a negation, an opposite, another number or another year."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from groundedqa.index.reading import Index
from groundedqa.search.alignment import SAID, Words, meet
from groundedqa.text.numbers import Measure, same_number

_SHARED = 0.3
"""Share of the words of one of two sentences that the other has to hold, for what is opposed to be the same matter."""
_SHARED_NUMBERS = 0.5
"""The same where numbers differ, which they mostly do because they count something else."""


def opposed(index: Index, one: Words, other: Words) -> str:
    """What two sentences say the opposite of; empty where they speak of different things or agree."""
    meeting = meet(index, one, other)
    if not meeting.near.size:
        return ""
    said = meeting.near >= SAID
    covered = max(float(said.any(axis=1).mean()), float(said.any(axis=0).mean()))
    # What a sentence also says straight is no opposite: "inside" and "outside" stand in both.
    agreed = said & ~meeting.clash
    clash = meeting.clash & ~agreed.any(axis=1, keepdims=True) & ~agreed.any(axis=0, keepdims=True)
    if clash.any() and covered >= _SHARED:
        i, j = np.argwhere(clash)[0]
        pair = [_shown(words, int(at)) for words, at in ((one, i), (other, j))]
        return f"“{pair[0]}” here, “{pair[1]}” there"
    for i, j in _numbers(one, other, said):
        first, second = one.words[i], other.words[j]
        kind = "the years differ" if first.number and first.number.measure is Measure.YEAR else "the numbers differ"
        return f"{kind}, {first.form} here, {second.form} there"
    return ""


def _numbers(one: Words, other: Words, said: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Pairs of numbers that measure the same and differ, where all else is nearly said by both."""
    own = [at for at, word in enumerate(one.words) if word.number]
    theirs = [at for at, word in enumerate(other.words) if word.number]
    rest = [at for at, word in enumerate(one.words) if not word.number]
    back = [at for at, word in enumerate(other.words) if not word.number]
    if not (own and theirs and rest and back):
        return
    shared = max(float(said[rest].any(axis=1).mean()), float(said[:, back].any(axis=0).mean()))
    if shared < _SHARED_NUMBERS:
        return
    for i in own:
        for j in theirs:
            first, second = one.words[i].number, other.words[j].number
            alone = not said[i].any() and not said[:, j].any()
            if first and second and first.measure is second.measure and alone and not same_number(first, second):
                yield i, j


def _shown(words: Words, at: int) -> str:
    """A word as it stands, with what negates it."""
    word = words.words[at]
    return words.text[word.start if word.negation is None else word.negation : word.end]
