"""What asking gives: a grounded answer or an abstention, both made of verified quotes, and both as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Concept, Kind, Passage, Record, Source


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
    `variants` are all the queries that are searched for a follow-up, `query` among them: the question
    alone, then with the words of the last turn, of the last two, and so on; none where it stands by itself.
    """

    text: str
    query: str
    form: Form = Form.FACT
    about: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    understood: str | None = None
    variants: tuple[str, ...] = ()


class Turn(Record):
    """What a follow-up needs of a turn before it; `claims` are the ids of the claims that were quoted."""

    question: str
    query: str
    form: Form = Form.FACT
    about: tuple[str, ...] = ()
    carried: bool = False  # whether it asked about the claims quoted before it
    answered: bool = True
    claims: tuple[str, ...] = ()


class SourceDict(TypedDict):
    """A source as data."""

    id: str
    title: str
    url: str | None


class QuoteDict(TypedDict):
    """A quote as data: its words, evidence, sources and place. `score` is there where a search found it."""

    passage_id: str
    kind: str
    concept: str
    text: str
    evidence: str | None
    contests: list[str]
    sources: list[SourceDict]
    path: str
    start: int
    end: int
    line: int
    score: NotRequired[float]


class AnswerDict(TypedDict):
    """An answer or an abstention as data; `turn` is what a follow-up is asked with (see `Turn`)."""

    question: str
    status: str  # answered, uncertain (the quotes may answer) or abstained
    strength: str | None
    quotes: list[QuoteDict]
    nearest: list[QuoteDict]
    reason: str | None
    turn: dict[str, Any]
    parts: NotRequired[list[AnswerDict]]  # of several questions in one, an answer each


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage whose text was found, character by character, in its page when this was made.

    `root` is the folder that the page stands in, `score` that of the search which found it, None where none did.
    """

    passage: Passage
    concept: Concept
    sources: tuple[Source, ...]
    root: Path
    score: float | None = None

    @property
    def text(self) -> str:
        """The page's own words."""
        return self.passage.text

    @property
    def evidence(self) -> Evidence | None:
        """How well it is supported; None where it states no level."""
        return self.passage.evidence

    @property
    def page(self) -> Path:
        """The file of its page."""
        return self.root / self.passage.path

    def to_dict(self) -> QuoteDict:
        """The quote as data that JSON can hold."""
        data: QuoteDict = {
            "passage_id": self.passage.id,
            "kind": self.passage.kind.value,
            "concept": self.concept.title,
            "text": self.text,
            "evidence": self.evidence.value if self.evidence else None,
            "contests": list(self.passage.contests),
            "sources": [{"id": source.id, "title": source.title, "url": source.url} for source in self.sources],
            "path": str(self.page),
            "start": self.passage.start,
            "end": self.passage.end,
            "line": self.passage.line,
        }
        if self.score is not None:
            data["score"] = round(self.score, 4)
        return data


@dataclass(frozen=True, slots=True)
class Grounded:
    """The base answers: `quotes`, best first; `lead` says what they are and nothing else.

    Where it is not `sure` the base may answer: the quotes are few, and the lead says so. Several questions in one have
    an answer each in `parts`, of which at least one is grounded; `quotes` are then those of all.
    """

    question: Question
    lead: str
    quotes: tuple[Quote, ...]
    withdrawn: int = 0
    sure: bool = True
    parts: tuple[Answer, ...] = ()

    @property
    def strength(self) -> Evidence | None:
        """The level of the weakest claim quoted; None where no claim is, or one states no level."""
        claims = [quote.passage for quote in self.quotes if quote.passage.kind is Kind.CLAIM]
        levels = [claim.evidence for claim in claims if claim.evidence]
        return max(levels, key=lambda e: e.rank) if levels and len(levels) == len(claims) else None

    @property
    def turn(self) -> Turn:
        """What a follow-up needs of it."""
        return _turn(self.question, True, [q.passage.id for q in self.quotes if q.passage.kind is Kind.CLAIM])

    def to_dict(self) -> AnswerDict:
        """The answer as data that JSON can hold."""
        data: AnswerDict = {
            "question": self.question.text,
            "status": "answered" if self.sure else "uncertain",
            "strength": self.strength.value if self.strength else None,
            "quotes": [quote.to_dict() for quote in self.quotes],
            "nearest": [],
            "reason": None,
            "turn": self.turn.model_dump(mode="json"),
        }
        if self.parts:
            data["parts"] = [part.to_dict() for part in self.parts]
        return data


@dataclass(frozen=True, slots=True)
class Abstention:
    """The base does not say: why, what comes nearest, and the open question that touches it."""

    question: Question
    reason: str
    nearest: tuple[Quote, ...] = ()
    open_question: Quote | None = None

    @property
    def turn(self) -> Turn:
        """What a follow-up needs of it."""
        return _turn(self.question, False)

    def to_dict(self) -> AnswerDict:
        """The abstention as data that JSON can hold."""
        return {
            "question": self.question.text,
            "status": "abstained",
            "strength": None,
            "quotes": [],
            "nearest": [quote.to_dict() for quote in self.nearest],
            "reason": self.reason,
            "turn": self.turn.model_dump(mode="json"),
        }


Answer = Grounded | Abstention


def _turn(question: Question, answered: bool, claims: Sequence[str] = ()) -> Turn:
    return Turn(
        question=question.text,
        query=question.query,
        form=question.form,
        about=question.about,
        carried=bool(question.carried),
        answered=answered,
        claims=tuple(claims),
    )
