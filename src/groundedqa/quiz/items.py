"""What a quiz is made of: items, each with the claim that it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from groundedqa.base import Concept, Evidence, Passage, Source


class ItemKind(StrEnum):
    """The kinds of item."""

    CHOICE = "choice"  # a claim with one fact blanked out, and four facts to choose from
    TRUE_FALSE = "truefalse"  # a claim as it stands, or with one fact exchanged


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. `claim` is the claim that a wrong choice is taken from, where there is one."""

    text: str
    claim: Passage | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a quiz asks.

    `prompt` and the options are plain text; `claim` was found in its page when the item was made,
    and its text, evidence and sources explain the answer. `fact` is what the item turns on, in the
    claim's own words: the right choice, or what a false statement has in another form.
    """

    kind: ItemKind
    prompt: str
    options: tuple[Option, ...]
    answer: int  # place of the right option, from 0
    fact: str
    claim: Passage
    concept: Concept
    sources: tuple[Source, ...]

    @property
    def explanation(self) -> str:
        """The claim, word for word as in its page."""
        return self.claim.text

    @property
    def evidence(self) -> Evidence | None:
        """How well the claim is supported; None where it states no level."""
        return self.claim.evidence


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


def grade(item: Item, chosen: int) -> bool:
    """Whether the option at place `chosen`, from 0, is the right one.

    Raises:
        ValueError: the item has no such option.
    """
    if not 0 <= chosen < len(item.options):
        raise ValueError(f"the item has options 0 to {len(item.options) - 1}, not {chosen}")
    return chosen == item.answer
