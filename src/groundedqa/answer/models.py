"""What asking gives: a grounded answer or an abstention, both made of verified quotes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from groundedqa.base import Concept, Evidence, Kind, Passage, Source
from groundedqa.search import Hit


class Form(StrEnum):
    """What kind of answer a question asks for."""

    FACT = "fact"
    DEFINITION = "definition"
    UNKNOWN = "unknown"  # what is not known
    RELATION = "relation"
    STRENGTH = "strength"  # how good the evidence is
    SOURCE = "source"  # who found it, where it stands


@dataclass(frozen=True, slots=True)
class Question:
    """A learner's question and how it was understood.

    `query` is what is searched, and what the base has to answer. `about` holds slugs of the concepts it
    is about, and `carried` ids of passages of the last answer where the question is about these.
    `understood` puts a follow-up into words of its own, None where the question stands by itself.
    `readings` are all that is searched for a follow-up, `query` among them: the question alone, then
    with the words of the last turn, of the last two, and so on; none where it stands by itself.
    """

    text: str
    query: str
    form: Form = Form.FACT
    about: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    understood: str | None = None
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage whose text was found, character by character, in its page when this was made."""

    passage: Passage
    concept: Concept
    sources: tuple[Source, ...]
    hit: Hit

    @property
    def text(self) -> str:
        """The page's own words."""
        return self.passage.text


@dataclass(frozen=True, slots=True)
class Grounded:
    """The base answers: `quotes`, best first; `lead` says what they are and nothing else."""

    question: Question
    lead: str
    quotes: tuple[Quote, ...]
    withdrawn: int = 0

    @property
    def strength(self) -> Evidence | None:
        """The level of the weakest claim quoted; None where no claim is, or one states no level."""
        claims = [quote.passage for quote in self.quotes if quote.passage.kind is Kind.CLAIM]
        levels = [claim.evidence for claim in claims if claim.evidence]
        return max(levels, key=lambda e: e.rank) if levels and len(levels) == len(claims) else None


@dataclass(frozen=True, slots=True)
class Abstention:
    """The base does not say: why, what comes nearest, and the open question that touches it."""

    question: Question
    reason: str
    nearest: tuple[Quote, ...] = ()
    open_question: Quote | None = None


Answer = Grounded | Abstention
