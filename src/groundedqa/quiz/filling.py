"""Grading what was typed into a blank: the fact itself, in whatever form it may be written."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from groundedqa.quiz.facts import MONTHS
from groundedqa.quiz.items import Fill
from groundedqa.quiz.numerals import Number, numbers_in

_DAY = re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?\b")


def filled(task: Fill, words: str) -> float:
    """1 if the words are one of those accepted, else 0.

    Case, spaces, hyphens and the order of words do not count, numbers and dates may have any form, and a
    name may have one slip of typing for every five letters; a digit never may.
    """
    return float(any(_same(accepted, words) for accepted in task.accepted))


def _same(accepted: str, words: str) -> bool:
    if (date := _date(accepted)) is not None:
        return _date(words) == date
    if (number := _number(accepted)) is not None:
        return (other := _number(words)) is not None and number.value == other.value
    if _parts(accepted) == _parts(words):  # Claude Sonnet 3.5 is Claude 3.5 Sonnet
        return True
    one, two = _flat(accepted), _flat(words)
    if re.findall(r"\d+", one) != re.findall(r"\d+", two):
        return False
    return OSA.distance(one, two) <= sum(map(str.isalpha, one)) // 5


def _flat(text: str) -> str:
    return re.sub(r"[^\w.]+", "", text.casefold().removeprefix("the ")).strip(".")


def _parts(text: str) -> list[str]:
    return sorted(re.findall(r"[\w.]*\w", text.casefold()))


def _number(text: str) -> Number | None:
    """The number that a text is, if it is nothing else but its unit."""
    found = numbers_in(text)
    if len(found) != 1:
        return None
    rest = text[: found[0].start] + text[found[0].end :]
    return found[0] if not re.search(r"\w", re.sub(r"about|around|roughly|percent", "", rest.casefold())) else None


def _date(text: str) -> tuple[int, ...] | None:
    """Year, month and day, as far as a text that is a date with a month gives them."""
    iso = re.fullmatch(r"\s*(\d{4})-(\d{1,2})(?:-(\d{1,2}))?\s*", text)
    if iso:
        return tuple(int(part) for part in iso.groups() if part)
    words = re.findall(r"[A-Za-z]{3,}", text)
    months = [
        at for at, month in enumerate(MONTHS, 1) for word in words if month.casefold().startswith(word.casefold())
    ]
    year = re.search(r"\b\d{4}\b", text)
    if len(months) != 1 or len(words) != 1 or year is None:
        return None
    day = _DAY.search(text.replace(year[0], " "))
    return (int(year[0]), months[0], int(day["d"])) if day else (int(year[0]), months[0])
