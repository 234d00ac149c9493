"""Grading an answer: how much of it is right, with partial credit for each claim that an item rests on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from rapidfuzz.distance import OSA

from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.items import Choose, Explain, Fill, Item, Match, Order
from groundedqa.quiz.shortanswer import ShortAnswerGrade, assess
from groundedqa.text.dates import date_of
from groundedqa.text.numbers import Number, numbers_in


@dataclass(frozen=True, slots=True)
class Sure:
    """A choice, and how probable the learner thinks that it is right, between 0 and 1."""

    chosen: int
    probability: float


Response = int | Sure | tuple[int, ...] | str | None
"""What a learner gives: the place of an option (with a probability where one is asked for), the places
on the right for those on the left, the places of the entries from first to last, words, or None to pass."""


class Verdict(StrEnum):
    """What an answer comes to."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    UNCLEAR = "unclear"  # it cannot be told: words that match too little of anything


@dataclass(frozen=True, slots=True)
class Grade:
    """How right an answer is.

    `score` is between 0 and 1, None where it cannot be told. `shares[i]` is the same for the i-th
    claim of the item. `brier` is set where the learner said how sure he is (see `brier`).
    """

    score: float | None
    shares: tuple[float | None, ...]
    brier: float | None = None
    short_answer: ShortAnswerGrade | None = None  # of an answer in the learner's own words

    @property
    def verdict(self) -> Verdict:
        """The score in one word."""
        if self.score is None:
            return Verdict.UNCLEAR
        return Verdict.RIGHT if self.score >= 1 else Verdict.PARTLY if self.score > 0 else Verdict.WRONG


def grade(bank: ClaimBank, item: Item, response: Response) -> Grade:
    """Grade a response to an item.

    A match earns a share for each pair, an order for each pair of entries that stand the right way
    round (Kendall's concordant pairs over all pairs), a choice all or nothing.

    Raises:
        ValueError: the response does not fit the task, such as an option that does not exist.
    """
    if response is None:
        return Grade(0.0, (0.0,) * len(item.claims))
    match item.task, response:
        case Choose(sure=False) as task, int(chosen):
            return _single(item, _chosen(task, chosen))
        case Choose(sure=True) as task, Sure(chosen, probability):
            if not 0 <= probability <= 1:
                raise ValueError(f"a probability lies between 0 and 1, and {probability} does not")
            right = _chosen(task, chosen)
            return _single(item, right, brier(probability, right == 1))
        case Match() as task, tuple(given) if len(given) == len(task.left):
            shares = tuple(float(one == other) for one, other in zip(given, task.answer, strict=True))
            return Grade(sum(shares) / len(shares), shares)
        case Order() as task, tuple(given) if sorted(given) == list(range(len(task.entries))):
            return _ordered(task, given)
        case Fill() as task, str(words):
            return _single(item, filled(task, words))
        case Explain() as task, str(words):
            read = assess(bank, item.prompt, task.reference, words)
            return Grade(read.score, (read.score,) * len(item.claims), short_answer=read)
    raise ValueError(f"{response!r} does not answer an item of the kind {item.kind}")


def brier(probability: float, right: bool) -> float:
    """The squared distance of a probability from what came about, 0 the best and 1 the worst (Brier 1950).

    A proper score: on average nobody fares better than by saying how sure he really is.
    """
    return (probability - right) ** 2


def _chosen(task: Choose, chosen: int) -> float:
    if not 0 <= chosen < len(task.options):
        raise ValueError(f"the item has options 0 to {len(task.options) - 1}, not {chosen}")
    return float(chosen == task.answer)


def _single(item: Item, score: float, brier: float | None = None) -> Grade:
    return Grade(score, (score,) * len(item.claims), brier)


def _ordered(task: Order, given: tuple[int, ...]) -> Grade:
    """Of each entry, and of all: the share of pairs that stand the right way round."""
    rank = {entry: at for at, entry in enumerate(task.answer)}
    concordant = {pair: rank[pair[0]] < rank[pair[1]] for pair in combinations(given, 2)}
    others = len(given) - 1
    shares = tuple(
        sum(right for pair, right in concordant.items() if entry in pair) / others for entry in range(len(given))
    )
    return Grade(sum(concordant.values()) / len(concordant), shares)


def filled(task: Fill, words: str) -> float:
    """1 if the words are one of those accepted, else 0.

    Case, spaces, hyphens and the order of words do not count, numbers and dates may have any form, and a
    name may have one slip of typing for every five letters; a digit never may.
    """
    return float(any(_same(accepted, words) for accepted in task.accepted))


def _same(accepted: str, words: str) -> bool:
    if (date := date_of(accepted)) is not None:
        return date_of(words) == date
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
