"""Questions that ask for one detail (a number, a sum, a date), and whether a passage states any such detail."""

from __future__ import annotations

import re

from groundedqa.text.words import stem, words_in

_NUMBER = (
    r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|dozens?|hundreds?|thousands?|millions?|billions?|half|twice)"
)
_IS_NUMBER = re.compile(_NUMBER, re.IGNORECASE)
_COUNT = re.compile(r"\b(?:how many|number of)\s+(?:of\s+)?(?:the\s+)?(?P<what>[\w-]+)", re.IGNORECASE)
_NEAR = 4
"""A number belongs to a counted thing that stands at most this many words from it."""

# What a question asks for, and how a passage that states it looks; the first that fits a question counts.
_DETAILS = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(stated, flags))
    for asked, stated, flags in (
        (
            r"\b(?:costs?|price[sd]?|salary|salaries|earns?|pays?|paid|dollars?|how expensive)\b",
            r"[$€£]|\b(?:dollar|euro|pound|cent)s?\b|\bUSD\b",
            re.IGNORECASE,
        ),
        (
            r"\bhow (?:long|old)\b",
            rf"\b{_NUMBER}[\s-]+(?:\w+[\s-]+)?(?:second|minute|hour|day|week|month|year|decade)s?\b",
            re.IGNORECASE,
        ),
        (
            r"\b(?:percent\w*|share of|rates?|ratio|how often|fraction)\b",
            rf"\d\s*%|\bper ?cent\b|\b{_NUMBER}\s+(?:in|of|out of|times|per)\b|\b(?:half|third|quarter)\b",
            re.IGNORECASE,
        ),
        (
            r"\bhow much\s+(?!does|do|did|is|of a)\w+|\b(?:min|max)(?:imum)?\b",
            rf"\b{_NUMBER}\b",
            re.IGNORECASE,
        ),
        (
            r"^\W*when\b|\bwhen\W*$|\b(?:and|or|since|until)\s+when\b|\b(?:what|which)\s+(?:date|month)\b|\byear\b",
            r"\b(?:1[5-9]|20)\d\d\b|\b(?:January|February|March|April|May|June|July|August|September|October"
            r"|November|December)\b",
            0,
        ),
    )
)


def lacks_detail(question: str, passage: str) -> bool:
    """Whether a question asks for a number, a sum or a date, and a passage states nothing of that sort.

    "How many tasks" is met only by a number that stands near the word "tasks".
    """
    if counted := _COUNT.search(question):
        what = stem(counted["what"].casefold())
        words = [word for _, _, word in words_in(passage)]
        numbers = [at for at, word in enumerate(words) if _IS_NUMBER.fullmatch(word)]
        things = [at for at, word in enumerate(words) if stem(word) == what]
        return not any(abs(number - thing) <= _NEAR for number in numbers for thing in things)
    stated = next((stated for asked, stated in _DETAILS if asked.search(question)), None)
    return stated is not None and not stated.search(passage)
