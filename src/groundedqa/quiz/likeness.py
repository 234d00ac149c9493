"""How two facts compare: whether they mean the same, look alike, and keep a statement's order."""

from __future__ import annotations

import re

from groundedqa.quiz.facts import DATES, NUMBERS, Fact, FactType

NAMES = frozenset(FactType) - NUMBERS - DATES - {FactType.DIRECTION}
_SIZES = frozenset("Opus Sonnet Haiku Fable Mythos Pro Flash Ultra Nano Mini Turbo V Chat Instruct Preview".split())
_EQUIVALENTS: dict[float, tuple[str, ...]] = {
    1: ("one", "single", "once"),
    2: ("two", "both", "twice", "pair", "double", "doubled"),
    3: ("three", "triple", "third"),
    4: ("four", "quarter"),
    **{n: (w,) for n, w in enumerate("five six seven eight nine ten eleven twelve".split(), start=5)},
    20: ("fifth",),
    25: ("quarter", "one in four"),
    30: ("third",),
    33: ("third",),
    50: ("half", "one in two"),
    75: ("three quarters",),
    100: ("all", "every", "always"),
}


def _flat(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold()


def holds_name(name: str, text: str) -> bool:
    """Whether a text holds a name, whatever its case, spaces and hyphens."""
    return _flat(name) in _flat(text)


def same(one: Fact, other: Fact) -> bool:
    """Whether two facts mean the same or one is part of the other, as Gemma 2 is of Gemma 2 2B.

    Dates of one year count as the same: nobody is asked to know the month.
    """
    if one.value == other.value:
        return True
    if isinstance(one.value, tuple) and isinstance(other.value, tuple):
        return one.value[0] == other.value[0]
    if one.type not in NAMES:
        return False
    if one.type is FactType.VERSION:
        first, second = (set(re.split(r"[ -]", fact.text.casefold())) for fact in (one, other))
        return first <= second or second <= first or _starts(one, other) or _starts(other, one)
    first, second = (set(re.findall(r"\w{3,}", fact.text.casefold())) - {"and", "university"} for fact in (one, other))
    return bool(first & second) or (bool(first) and one.text.casefold() == other.text.casefold())


def _starts(one: Fact, other: Fact) -> bool:
    return _flat(one.text).startswith(_flat(other.text))


def mentions(text: str, fact: Fact) -> bool:
    """Whether a plain text mentions the fact, in whatever connection."""
    if fact.type in NUMBERS:
        return says_number(text, fact, loosely=False)
    if isinstance(fact.value, tuple):
        return fact.text in text
    if fact.type is FactType.AUTHORS:
        return any(name in text for name in fact.text.split(" and "))
    if fact.type is FactType.VERSION:  # "Gemma 2 2B and 9B" holds Gemma 2 9B
        words = set(re.findall(r"[\w.]*\w", text.replace("-", " ").casefold()))
        return words.issuperset(fact.text.replace("-", " ").casefold().split())
    return holds_name(fact.text, text)


def says_number(text: str, fact: Fact, loosely: bool) -> bool:
    """Whether the text holds the number as digits or, loosely, in words that give it away."""
    value = _number(fact)
    digits = value
    if fact.type is FactType.SCALED:
        found = re.match(r"[\d.,]+", fact.text)
        digits = float(found[0].replace(",", "")) if found else value
    numbers = {
        float(found.replace(",", ""))
        for found in re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?", text.replace(", ", " ; "))
    }
    if numbers & {value, digits}:
        return True
    words = _EQUIVALENTS.get(digits, ()) if loosely else _EQUIVALENTS.get(digits, ())[:1]
    return any(re.search(rf"\b{word}s?\b", text, re.IGNORECASE) for word in words)


def unlike(fact: Fact, other: Fact) -> bool:
    """Whether a reader could tell the two apart by kind: another line of models, a far number."""
    if fact.type is FactType.VERSION:
        return _line(fact) != _line(other)
    if fact.type is FactType.GROUP:
        return ("University" in fact.text) != ("University" in other.text)
    if fact.type in NUMBERS:
        one, two = _number(fact), _number(other)
        near = abs(one - two) <= 20 if fact.type is FactType.PERCENT else max(one, two) <= 2 * min(one, two)
        return not near
    return False


def _line(fact: Fact) -> str:
    """The line of models that a version is of: the words before its number, without what tells sizes apart."""
    words = re.split(r"\d", fact.text)[0].replace("-", " ").split()
    return " ".join(word for word in words if word not in _SIZES)


def ordered(fact: Fact, other: Fact, third: Fact) -> bool:
    """Whether the exchange keeps the fact on its side of a third one in the same claim."""
    kinds = DATES if fact.type in DATES else NUMBERS - {FactType.PERCENT}
    if third == fact or (third.type is not fact.type and not (fact.type in kinds and third.type in kinds)):
        return True
    if isinstance(fact.value, tuple) and isinstance(third.value, tuple) and isinstance(other.value, tuple):
        length = min(len(fact.value), len(third.value))
        return _sign(fact.value[:length], third.value[:length]) == _sign(other.value[:length], third.value[:length])
    return _sign(fact.value, third.value) == _sign(other.value, third.value)


def _sign(one: object, other: object) -> int:
    return 0 if one == other else 1 if one > other else -1  # type: ignore[operator]


def plausible(fact: Fact, other: Fact) -> bool:
    """Whether a number or date is near enough to be mistaken for another and far enough to differ; names always are."""
    if fact.type not in NUMBERS | DATES:
        return True
    if isinstance(fact.value, tuple) and isinstance(other.value, tuple):
        return abs(fact.value[0] - other.value[0]) <= (4 if fact.type is FactType.YEAR else 3)
    one, two = _number(fact), _number(other)
    if not two or ((one < 1) != (two < 1) and fact.type is FactType.DECIMAL):
        return False
    if fact.type is FactType.PERCENT and (two > 100 >= one or _decimals(fact) != _decimals(other)):
        return False
    if fact.type is FactType.SCALED and fact.text.split()[-1] != other.text.split()[-1]:
        return False
    # 13% and 14% would test the memory for digits; a rough figure needs more room still.
    if abs(one - two) < (0.25 if fact.about or other.about else 0.1) * max(one, two):
        return False
    if fact.type is FactType.PERCENT and abs(one - two) > 40:
        return False
    return max(one, two) <= 4 * min(one, two)


def _number(fact: Fact) -> float:
    return fact.value if isinstance(fact.value, float) else 0.0


def _decimals(fact: Fact) -> int:
    found = re.search(r"\.(\d+)", fact.text)
    return len(found[1]) if found else 0
