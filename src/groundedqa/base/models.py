"""What authors write, as data: concepts, passages with their place, sources, problems."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from groundedqa.base.evidence import Evidence
from groundedqa.errors import Problem


class Kind(StrEnum):
    """The four kinds of passage."""

    SECTION = "section"
    CLAIM = "claim"
    OPEN_QUESTION = "open_question"
    RELATION = "relation"


class ConceptKind(StrEnum):
    """What a page is about, as far as it matters here."""

    CONCEPT = "concept"
    ENTITY = "entity"  # a person, a group, a model, a data set
    OTHER = "other"  # whatever else the pages of other people's wikis say they are

    @classmethod
    def of(cls, word: str) -> ConceptKind:
        """The kind that an author's word means."""
        return cls(word) if word in tuple(cls) else cls.OTHER


class Record(BaseModel):
    """Saved, so validated when it is read back; never changed once made."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Record):
    """Where a claim comes from. `url` is None or starts with http:// or https://."""

    id: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    container: str | None = None
    url: str | None = None

    @property
    def citation(self) -> str:
        """A short reference, e.g. `Elhage et al. (2022). Toy Models of Superposition.`"""
        where = self.container or ""
        parts = [self.signature, self.title, where]
        return " ".join(p if p.endswith((".", "?", "!")) else f"{p}." for p in parts if p)

    @property
    def signature(self) -> str:
        """Who and when, e.g. `Elhage et al. (2022)`."""
        named = [author for author in self.authors if author != "others"]  # as CSL lists are cut short
        if len(named) > 2 or len(named) < len(self.authors):
            who = f"{named[0]} et al." if named else ""
        else:
            who = " & ".join(named)
        return " ".join(part for part in (who, f"({self.year})" if self.year else "") if part)


class Passage(Record):
    """The unit that is indexed and quoted: always `page[start:end]`.

    `start` and `end` count characters of the page's text as decoded from UTF-8, with line ends
    and a byte order mark left as they are on disk; `line` counts from 1.
    """

    id: str
    kind: Kind
    concept: str  # the concept's slug
    path: str  # of the page, relative to the base's folder, with forward slashes
    start: int
    end: int
    line: int
    text: str
    heading: str = ""
    evidence: Evidence | None = None
    sources: tuple[str, ...] = ()  # ids into Base.sources
    date: str | None = None  # YYYY, YYYY-MM or YYYY-MM-DD
    target: str | None = None  # slug of the concept that a relation points to, if it exists
    contests: tuple[str, ...] = ()  # ids of the claims that say otherwise; they name this one in turn
    questions: tuple[str, ...] = ()  # that it answers, as authors list them


class Concept(Record):
    """One page. `slug` is its path without the ending; `links` are slugs of pages it links to."""

    slug: str
    title: str
    path: str
    kind: ConceptKind = ConceptKind.CONCEPT
    sort: str = "concept"  # the author's own word for the kind
    status: str | None = None
    aliases: tuple[str, ...] = ()
    definition: str | None = None  # id of the passage that defines it
    links: tuple[str, ...] = ()
    digest: str = ""  # of the page's text when it was read

    @property
    def names(self) -> tuple[str, ...]:
        """The title and every alias."""
        return (self.title, *self.aliases)


@dataclass(frozen=True, slots=True)
class Base:
    """A folder of pages, read. Passages stand in the order of path and place."""

    root: Path
    concepts: dict[str, Concept]  # by slug
    passages: tuple[Passage, ...]
    sources: dict[str, Source]  # by id
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the base from being indexed."""
        return tuple(p for p in self.problems if p.severity == "error")
