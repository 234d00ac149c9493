"""What of a passage is embedded and indexed, and how a read base is saved."""

from __future__ import annotations

from collections.abc import Iterable

from groundedqa.base.models import Base, Concept, Kind, Passage, Record, Source
from groundedqa.text.words import terms


class SavedBase(Record):
    """A base as an index holds it; row i of every index is `passages[i]`."""

    concepts: tuple[Concept, ...]
    passages: tuple[Passage, ...]
    sources: tuple[Source, ...]

    @classmethod
    def of(cls, base: Base) -> SavedBase:
        """The part of a base that answers need."""
        return cls(concepts=tuple(base.concepts.values()), passages=base.passages, sources=tuple(base.sources.values()))


def embedded_text(passage: Passage, concept: Concept) -> str:
    """What the encoder sees: the passage after its concept's title, so that it says what it is about."""
    return f"{concept.title}: {passage.text}"


def indexed_terms(passages: Iterable[Passage], concepts: dict[str, Concept]) -> list[list[str]]:
    """What lexical search knows each passage by: the terms of the title, the heading and the text.

    The passage that defines a concept is also known by the concept's aliases.
    """
    rows = []
    for passage in passages:
        concept = concepts[passage.concept]
        heading = passage.heading if passage.kind is Kind.SECTION else ""
        aliases = " ".join(concept.aliases) if passage.id == concept.definition else ""
        rows.append(terms(f"{concept.title} {heading} {aliases} {passage.text}"))
    return rows


def page_terms(passages: Iterable[Passage], concepts: dict[str, Concept]) -> list[list[str]]:
    """What lexical search knows each page by, in the order of `concepts`: its title, headings and passages."""
    pages = {slug: terms(concept.title) for slug, concept in concepts.items()}
    for passage in passages:
        pages[passage.concept] += terms(f"{passage.heading} {passage.text}")
    return list(pages.values())
