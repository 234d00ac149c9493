"""Numbers in a text in whatever form they are written: 34 million, 34M, 34,000,000 or thirty-four million."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = {word: value for value, word in enumerate(_UNITS)} | {w: 20 + 10 * i for i, w in enumerate(_TENS)}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SHORT = {"k": 1e3, "m": 1e6, "bn": 1e9, "b": 1e9}
_SHARES = {"half": 50.0, "third": 100 / 3, "quarter": 25.0}
_WORD = "|".join([*_SMALL, *_SCALES])
_PERCENT = r"(?P<percent> ?%| per ?cent\b| percentage points?\b)?"
_DIGITS = re.compile(
    r"(?<![\w.])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:(?P<short>k|m|bn|b)\b|[ -](?P<scale>{'|'.join(_SCALES)})s?\b)?(?![\w])" + _PERCENT,
    re.IGNORECASE,
)
_SPELLED = re.compile(rf"\b(?P<words>(?:{_WORD})(?:(?:[ -]|,? and )(?:{_WORD}))*)\b" + _PERCENT, re.IGNORECASE)
_SHARE = re.compile(rf"\b(?:one |an? )?(?P<share>{'|'.join(_SHARES)})\b(?= of\b| the\b)", re.IGNORECASE)
_ROUGH = re.compile(
    r"(?:\b(?:about|around|roughly|approximately|nearly|almost|some|circa|over|under)|~) ?$", re.IGNORECASE
)


class Measure(StrEnum):
    """What a number measures, as far as its form tells: only numbers of one sort contradict each other."""

    PERCENT = "percent"
    YEAR = "year"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Number:
    """A number at `text[start:end]`. `digits` is how many significant digits it is given to."""

    start: int
    end: int
    value: float
    measure: Measure
    digits: int
    rough: bool  # "about 60%"


def numbers_in(text: str) -> tuple[Number, ...]:
    """The numbers of a text, in order; "one" alone counts as a word, for it mostly is one."""
    found = sorted(_found(text), key=lambda number: (number.start, -number.end))
    kept: list[Number] = []
    for number in found:
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
    return tuple(kept)


def same_number(one: Number, other: Number) -> bool:
    """Whether two numbers say the same: equal, a percentage as a share of one, or rounded.

    A number rounded to two digits or more is the same, and to one digit where it is said to be rough.
    """
    a, b = one.value, other.value
    if one.measure is not other.measure:
        a, b = (a / 100 if one.measure is Measure.PERCENT else a), (b / 100 if other.measure is Measure.PERCENT else b)
        if Measure.PERCENT in (one.measure, other.measure) and not (a <= 1 and b <= 1):
            return False
    if math.isclose(a, b, rel_tol=1e-9):
        return True
    if Measure.YEAR in (one.measure, other.measure):
        return False
    return _rounds_to(a, b, other) or _rounds_to(b, a, one)


def _rounds_to(exact: float, rounded: float, number: Number) -> bool:
    if not exact or number.digits < (1 if number.rough else 2):
        return False
    places = number.digits - 1 - math.floor(math.log10(abs(exact)))
    return math.isclose(round(exact, places), rounded, rel_tol=1e-9)


def _found(text: str) -> Iterator[Number]:
    for found in _DIGITS.finditer(text):
        scale = _SCALES.get((found["scale"] or "").lower()) or _SHORT.get((found["short"] or "").lower(), 1)
        plain = found["digits"].replace(",", "")
        digits = len(plain.replace(".", "").lstrip("0")) if "." in plain else len(plain.strip("0"))
        year = bool(re.fullmatch(r"(?:19|20)\d\d", found["digits"])) and found.end() == found.end("digits")
        yield _number(text, found, float(plain) * scale, max(1, digits), year)
    for found in _SPELLED.finditer(text):
        if found["words"].lower() != "one":
            value = _spelled(found["words"])
            yield _number(text, found, value, len(f"{value:.0f}".strip("0")) or 1, False)
    for found in _SHARE.finditer(text):
        yield Number(found.start(), found.end(), _SHARES[found["share"].lower()], Measure.PERCENT, 2, True)


def _number(text: str, found: re.Match[str], value: float, digits: int, year: bool) -> Number:
    measure = Measure.PERCENT if found["percent"] else Measure.YEAR if year else Measure.COUNT
    rough = bool(_ROUGH.search(text[: found.start()]))
    return Number(found.start(), found.end(), value, measure, digits, rough)


def _spelled(words: str) -> float:
    total = part = 0.0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word == "hundred":
            part = max(part, 1) * 100
        elif word in _SCALES:
            total, part = total + max(part, 1) * _SCALES[word], 0
        elif word != "and":
            part += _SMALL[word]
    return total + part
