"""Finding the question in what a learner writes around it: greetings, politeness, the story that led to it."""

from __future__ import annotations

import re

from groundedqa.text.words import terms, words_in

_ASKS = (
    r"(?:what|what's|whats|which|who|who's|whose|why|how|how's|when|where|is|are|was|were|do|does|did|can|could|should"
    r"|will|would|has|have|isn't|aren't|doesn't|don't|didn't|can't|explain|define|describe|compare|summari[sz]e)\b"
)
_GREETING = re.compile(
    r"^\W*(?:(?:hi|hello|hey|hiya|dear|good\s+(?:morning|afternoon|evening|day))\b(?:\s+(?:there|all|everyone|everybody|again|team|folks))?"
    r"|(?:haha|lol|hmm+|um+|uh|oh|ok|okay|so|well|right|great|nice|cool|sorry|(?:thanks|thank\s+you|thx|cheers)(?:\s+(?:so\s+much|a\s+lot|again))?(?!\s+for)|please|pls)\b"
    r"|(?:quick|one\s+more|another|next|last)\s+(?:question|thing)\b|something\s+else\b|by\s+the\s+way\b|btw\b)[\s,.:;!–—-]+",
    re.IGNORECASE,
)
_FRAMES = re.compile(
    r"^\W*(?:i\s*(?:am|'m|’m|was|have\s+been|'ve\s+been|’ve\s+been)?\s*(?:just\s+|always\s+)?(?:wonder(?:ing|ed)?|curious)"
    r"|i\s*(?:would|'d|’d)\s+(?:like|love)\s+to\s+(?:know|understand|ask)|i\s+(?:want|need)\s+to\s+(?:know|understand|ask)"
    r"|(?:can|could|would|will)\s+(?:you|u|someone|somebody|anyone)\s+(?:please\s+|kindly\s+)?(?:tell|say|let)\s+(?:me|us)(?:\s+know)?"
    r"|(?:please\s+)?tell\s+(?:me|us)|do\s+you\s+(?:happen\s+to\s+)?know|(?:any|got\s+any)\s+idea)\b"
    r"[\s,:]*(?:(?:if|whether|about)\b\s*)?(?=\w)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"[\s,.;!?–—-]*\b(?:(?:many\s+)?(?:thanks|thank\s+you|thx|cheers)(?:\s+(?:a\s+lot|so\s+much|in\s+advance|all))?"
    r"|(?:please|pls)|if\s+you\s+(?:have|'ve\s+got)\s+a\s+(?:minute|moment|second))[\s.!]*$",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:i|i'm|i’m|i've|i’ve|we|we're|we’re|we've|my|our|me|us|you|your|you're|you’re)\b", re.IGNORECASE
)
_STARTS = re.compile(rf"^\W*(?:(?:and|but|so|now|then)\b[\s,]*)?{_ASKS}", re.IGNORECASE)
_JOIN = re.compile(r"^\W*(?:and|but|so)\b[\s,]*", re.IGNORECASE)
_CUT = re.compile(rf"(?<=[.!?])\s+|[:;–—]\s+|\s-\s+|,\s+(?=(?:(?:and|but|so)\s+)?{_ASKS})", re.IGNORECASE)
# Possessives are left out: they mostly point to the question's own subject.
_POINTS_BACK = re.compile(
    r"\b(?:it|this|these|those|they|them|he|she|him)\b|\bthat(?=\s*(?:[?.!,;]|$|(?:is|was|does|did|means?|works?)\b))",
    re.IGNORECASE,
)
_APART = re.compile(rf"(?<=\?)\s+|,?\s+and\s+(?={_ASKS}\s+\w)", re.IGNORECASE)
_WHOLE = 3
"""Words of a question that stands beside another."""
_FEWEST = 2
"""Terms that a question has when it stands without what was written before it."""


def question_in(text: str) -> str:
    """What is asked, without what was written around it; the text as it is where nothing can be left out.

    What stands before the question is left out if it speaks of the learner ("I am writing a paper on ...") and the
    question does not point back to it.
    """
    asked = _bare(text)
    parts = _parts(asked)
    for at in range(1, len(parts)):
        before, rest = asked[: parts[at]], asked[parts[at] :]
        if not _PERSONAL.search(before) or _asks(before):
            break
        if _STARTS.match(rest) and len(terms(rest)) >= _FEWEST and not _POINTS_BACK.search(rest):
            asked = _bare(_JOIN.sub("", rest))
            break
    return asked if len(words_in(asked)) else text


def questions_in(text: str) -> list[str]:
    """The questions that a text asks in one, each as it stands there; a single one where it cannot be told apart."""
    asked = question_in(text)
    parts = [part.strip(" ,") for part in _APART.split(asked)]
    whole = all(_STARTS.match(part) and len(words_in(part)) >= _WHOLE for part in parts)
    return parts if len(parts) > 1 and whole and terms(parts[0]) else [asked]


def _asks(before: str) -> bool:
    """Whether a question stands in what comes before another."""
    return any(_STARTS.match(part) and part.rstrip().endswith("?") for part in re.split(r"(?<=[.!?])\s+", before))


def _parts(text: str) -> list[int]:
    """Where each sentence or clause begins."""
    return [0, *(match.end() for match in _CUT.finditer(text))]


def _bare(text: str) -> str:
    """A text without greetings and politeness at either end."""
    before = None
    while text != before:
        before = text
        for frame in (_GREETING, _FRAMES):
            shorter = frame.sub("", text, count=1)
            text = shorter if words_in(shorter) else text
        shorter = _CLOSING.sub("", text)
        text = shorter if words_in(shorter) else text
    return text.strip()
