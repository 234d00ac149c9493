"""Words: how text is cut for lexical search, and which words of a question carry meaning."""

from __future__ import annotations

import re
from functools import cache

import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

# Words that ask, address or point rather than name something: a question made of these alone
# asks about nothing that a base could hold.
_ASKING = """
anyone anything bit cannot could couldn't did does ever every explain explained find get give got happen happens hello
help hey hi hows kind know let like lot make many may maybe might much must mean meaning means need ok okay one per
please really said say says see shall show something sort still tell thank thanks thing things think understand upon us
use used using vs want well whats whether whos whose within without would wouldn't yes yet
"""

STOPWORDS = frozenset(STOPWORDS_EN_PLUS) | frozenset(_ASKING.split())


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


def words_in(text: str) -> list[tuple[int, int, str]]:
    """Each word's start, end and lower-case form; possessive endings are dropped from the form."""
    found = []
    for match in _WORD.finditer(text):
        word = match[0].casefold().replace("’", "'")
        found.append((match.start(), match.end(), word.removesuffix("'s")))
    return found


def terms(text: str) -> list[str]:
    """The terms that lexical search knows a text by: lower-case, no stop words, stemmed."""
    words = [word for _, _, word in words_in(text) if word not in STOPWORDS]
    stems: list[str] = _stemmer().stemWords(words)
    return stems


def stem(word: str) -> str:
    """The stem of one lower-case word."""
    stemmed: str = _stemmer().stemWord(word)
    return stemmed
