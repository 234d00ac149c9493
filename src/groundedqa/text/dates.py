"""Dates in a text, in whatever form they are written."""

from __future__ import annotations

import re

MONTHS = "January February March April May June July August September October November December".split()
_TOLD = re.compile(rf"\b(?:1[89]|20)\d\d\b|\b(?:{'|'.join(MONTHS)})\b")
_ISO = re.compile(r"\s*(\d{4})-(\d{1,2})(?:-(\d{1,2}))?\s*")
_DAY = re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?\b")


def tells_date(text: str) -> bool:
    """Whether a text has a year or the name of a month."""
    return _TOLD.search(text) is not None


def date_of(text: str) -> tuple[int, ...] | None:
    """Year, month and day, as far as a text that is nothing but a date with a month gives them; else None."""
    if iso := _ISO.fullmatch(text):
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
