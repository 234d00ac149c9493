"""What a quiz is made of: items, each with a task for the learner and the claims that it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from groundedqa.base import Concept, Evidence, Passage, Source


class ItemKind(StrEnum):
    """The kinds of item, in the order in which a quiz takes turns between them."""

    CHOICE = "choice"  # a claim with one fact blanked out, and four facts to choose from
    TRUE_FALSE = "truefalse"  # a claim as it stands, or with one fact exchanged
    MATCH = "match"  # entities and what they did, or concepts and what they are
    CLOZE = "cloze"  # a claim with one fact blanked out, to be typed
    EVIDENCE = "evidence"  # how strong the evidence for a claim is, and how sure the learner is
    ORDER = "order"  # dated claims, from the first to the last
    SOURCE = "source"  # which source says so
    SPEED = "speed"  # quick recall of a concept by an alias or its definition, against a clock
    CONCEPT = "concept"  # which page of the base a question belongs to
    FREE = "free"  # a question, answered in one's own words


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage that stood in its page when the item was made, with what has to be shown beside it."""

    passage: Passage
    concept: Concept
    sources: tuple[Source, ...]

    @property
    def text(self) -> str:
        """The passage, word for word as in its page."""
        return self.passage.text

    @property
    def evidence(self) -> Evidence | None:
        """How well it is supported; None where it states no level."""
        return self.passage.evidence


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. `origin` is what a wrong choice is taken from, and explains why it is wrong."""

    text: str
    origin: Cited | None = None


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
    claims: tuple[Cited, ...]
    support: tuple[Cited, ...] = ()
    seconds: int | None = None  # what a clock gives for it

    @property
    def claim(self) -> Cited:
        """The claim that the item is about."""
        return self.claims[0]

    @property
    def quotes(self) -> tuple[Cited, ...]:
        """All that explains the item, in the order in which to show it."""
        return (*self.support, *self.claims)

    @property
    def cards(self) -> tuple[tuple[str, ItemKind], ...]:
        """What a learner remembers with it: the id of each claim, with the kind."""
        return tuple((claim.passage.id, self.kind) for claim in self.claims)


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
