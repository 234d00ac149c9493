"""The questions that a base should be able to answer: made from its names, or asked by people.

What is made stays with names: titles, aliases, the other pages and the proper names that a passage
speaks of, each in the forms in which people ask. A passage's own words are never used, since a question
made of them finds it whatever it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from groundedqa.answer.questions import mentions
from groundedqa.base.models import Concept, ConceptKind, Kind, Passage
from groundedqa.index.reading import Index
from groundedqa.text.dates import MONTHS
from groundedqa.text.plain import plain

_CONCEPT_FORMS = (
    "What {is} {x}?",
    "How {do} {x} work?",
    "Why {do} {x} matter?",
    "What {is} {x} used for?",
    "How well {do} {x} work?",
    "What are the limits of {x}?",
    "What goes wrong with {x}?",
    "Who introduced {x}, and when?",
    "What has been measured about {x}?",
    "How strong is the evidence on {x}?",
    "What is not known about {x}?",
)
_ENTITY_FORMS = (
    "What is {x}?",
    "What did {x} find?",
    "What is {x} known for?",
    "When did {x} begin?",
    "What did {x} publish?",
    "What is {x} criticised for?",
    "How good is {x}?",
    "How strong is the evidence on {x}?",
    "What is not known about {x}?",
)
_ALIAS_FORM = "What {is} {x}?"
_PAIR_FORM = "How {do} {x} relate to {y}?"
_NAME_FORM = "What about {y} and {x}?"
_OPEN_FORM = "What is not known about {y} and {x}?"
_NAME = re.compile(r"(?<![\w-])[A-Z][\w’'-]*(?: (?:(?:of|de|van|and) )?[A-Z0-9][\w.’'-]*\b)*")
_JOINS = re.compile(r"^(?:of|de|van|and) ")
_OPENS = re.compile(r"(?:^|[.!?:;“\"(—–])\s*$")


class Origin(StrEnum):
    """Where a question comes from."""

    MADE = "made"
    GOLD = "gold"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Probe:
    """A question, and where it comes from."""

    text: str
    origin: Origin


def questions(index: Index, gold: Iterable[str] = (), log: Iterable[str] = ()) -> list[Probe]:
    """Every question once: what people asked first, then what is made of the base."""
    found: dict[str, Probe] = {}
    for origin, texts in ((Origin.GOLD, gold), (Origin.LOG, log), (Origin.MADE, made(index))):
        for text in texts:
            found.setdefault(text.casefold(), Probe(text, origin))
    return list(found.values())


def made(index: Index) -> Iterator[str]:
    """Questions made of titles, aliases and names; some come more than once."""
    common = frozenset(
        word for passage in index.passages for word in re.findall(r"(?<![\w-])[a-z]+(?![\w-])", passage.text)
    )
    for concept in index.concepts.values():
        for form in _CONCEPT_FORMS if concept.kind is ConceptKind.CONCEPT else _ENTITY_FORMS:
            yield phrased(form, concept.title)
        yield from (phrased(_ALIAS_FORM, alias) for alias in concept.aliases)
    for passage in index.passages:
        concept = index.concepts[passage.concept]
        if passage.kind is Kind.RELATION:
            if passage.target in index.concepts:
                yield phrased(_PAIR_FORM, concept.title, index.concepts[passage.target].title)
            continue
        form = _OPEN_FORM if passage.kind is Kind.OPEN_QUESTION else _NAME_FORM
        for name in names_in(index, passage, concept, common):
            yield phrased(form, concept.title, name)


def names_in(index: Index, passage: Passage, concept: Concept, common: frozenset[str]) -> list[str]:
    """The other concepts that a passage speaks of, by their titles, and the proper names in it.

    Args:
        common: words that the base also writes in lower case, so that their capital says nothing.
    """
    text = plain(passage.text)
    found: dict[str, None] = {}
    taken: list[tuple[int, int]] = []
    for start, end, slug in mentions(index, text):
        taken.append((start, end))
        if slug != concept.slug:
            found.setdefault(index.concepts[slug].title)
    for match in _NAME.finditer(text):
        start, name = match.start(), match[0]
        if _OPENS.search(text[:start]):  # a sentence's first word has a capital anyhow
            first, _, rest = name.partition(" ")
            if first.casefold() in common or (first.isalpha() and not rest):
                name = _JOINS.sub("", rest)
        known = name.casefold() in common or any(s < match.end() and start < e for s, e in taken)
        if len(name) > 1 and name[0].isupper() and not known and name.split()[0] not in MONTHS:
            found.setdefault(name)
    return list(found)


def phrased(form: str, x: str, y: str = "") -> str:
    """A form with names in its places, its verb in the number that `x` takes."""
    many = x.endswith("s") and not x.endswith(("ss", "us", "is"))
    return form.format(x=x, y=y, **{"is": "are" if many else "is", "do": "do" if many else "does"})
