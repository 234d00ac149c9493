"""What a quiz is made of: items, each with a task for the learner and the claims that it comes from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NotRequired, TypedDict

from groundedqa.answer.answers import Quote, QuoteDict
from groundedqa.quiz.item_kind import ItemKind


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. `origin` is what a wrong choice is taken from, and explains why it is wrong."""

    text: str
    origin: Quote | None = None


@dataclass(frozen=True, slots=True)
class Choose:
    """Choose one option. With `sure`, the learner also says how probable it is that the choice is right."""

    options: tuple[Option, ...]
    answer: int  # place of the right option, from 0
    sure: bool = False
    fixed: bool = False  # whether the options have an order of their own


@dataclass(frozen=True, slots=True)
class Match:
    """Find the partner of each entry on the left: `right[answer[i]]` belongs to `left[i]`."""

    left: tuple[str, ...]
    right: tuple[str, ...]  # as many as on the left
    answer: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """Put entries in order: `entries[answer[0]]` comes first. `labels[i]` is what decides the place of `entries[i]`."""

    entries: tuple[str, ...]
    answer: tuple[int, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fill:
    """Type what the blank stands for. `accepted` are the ways to write it; the first is the base's own."""

    accepted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explain:
    """Answer in one's own words; `reference` is the plain text that the answer is compared with."""

    reference: str


Task = Choose | Match | Order | Fill | Explain


OptionDict = TypedDict("OptionDict", {"text": str, "from": QuoteDict | None})
"""An option as data; `from` is what a wrong one is taken from."""


class ItemDict(TypedDict):
    """An item as data. What a task needs beside its name stands with it, under the names of its fields."""

    kind: str
    prompt: str
    task: str
    cards: list[str]
    quotes: list[QuoteDict]
    options: NotRequired[list[OptionDict]]
    answer: NotRequired[int | list[int]]
    sure: NotRequired[bool]
    left: NotRequired[list[str]]
    right: NotRequired[list[str]]
    entries: NotRequired[list[str]]
    labels: NotRequired[list[str]]
    accepted: NotRequired[list[str]]
    reference: NotRequired[str]
    seconds: NotRequired[int]


class QuizDict(TypedDict):
    """A quiz as data."""

    asked: int
    seed: int
    items: list[ItemDict]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a quiz asks.

    `prompt` and all that a task shows are plain text. `claims` are what the item is made of and what
    explains it, the one that it was made for first; only those of an order stand in the order of its
    entries, as those of a match do in that of its left side. `support` is further text to be quoted with them.
    """

    kind: ItemKind
    prompt: str
    task: Task
    claims: tuple[Quote, ...]
    support: tuple[Quote, ...] = ()
    seconds: int | None = None  # what a clock gives for it

    @property
    def claim(self) -> Quote:
        """The claim that the item is about."""
        return self.claims[0]

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """All that explains the item, in the order in which to show it."""
        return (*self.support, *self.claims)

    @property
    def cards(self) -> tuple[tuple[str, ItemKind], ...]:
        """What a learner remembers with it: the id of each claim, with the kind."""
        return tuple((claim.passage.id, self.kind) for claim in self.claims)

    def to_dict(self) -> ItemDict:
        """The item as data that JSON can hold."""
        task: dict[str, Any]
        if isinstance(self.task, Choose):
            options = [
                {"text": option.text, "from": option.origin.to_dict() if option.origin else None}
                for option in self.task.options
            ]
            task = {"options": options, "answer": self.task.answer, "sure": self.task.sure}
        else:
            task = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self.task).items()}
        data: Any = {
            "kind": self.kind.value,
            "prompt": self.prompt,
            "task": type(self.task).__name__.casefold(),
            **task,
            **({} if self.seconds is None else {"seconds": self.seconds}),
            "cards": [claim for claim, _ in self.cards],
            "quotes": [quote.to_dict() for quote in self.quotes],
        }
        found: ItemDict = data
        return found


@dataclass(frozen=True, slots=True)
class Quiz:
    """The items that could be made, no two from one claim, of the number `asked` for."""

    items: tuple[Item, ...]
    asked: int
    seed: int

    @property
    def short_by(self) -> int:
        """How many items fewer than asked for could be made soundly."""
        return self.asked - len(self.items)

    def to_dict(self) -> QuizDict:
        """The quiz as data that JSON can hold."""
        return {"asked": self.asked, "seed": self.seed, "items": [item.to_dict() for item in self.items]}
