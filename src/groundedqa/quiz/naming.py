"""Names of concepts in plain texts: whether they are there, and the text without them."""

from __future__ import annotations

import re
from functools import lru_cache

from groundedqa.base import Concept, Passage
from groundedqa.index.words import terms
from groundedqa.quiz.stock import Stock

ELLIPSIS = "…"
"""What stands where a name was."""
_DAYS = re.compile(
    r"\b(?:1[89]|20)\d\d\b|\b(?:January|February|March|April|June|July|August|September|October|November|December)\b"
)


def names_it(text: str, concept: Concept) -> bool:
    """Whether a text has a name of the concept, in singular or plural."""
    return any(_pattern(name).search(text) for name in concept.names)


def hints_at(text: str, concept: Concept) -> bool:
    """Whether a text shares a stem with the concept's title, or has one of its names."""
    return bool(set(terms(concept.title)) & set(terms(text))) or names_it(text, concept)


def without_names(text: str, concept: Concept) -> str:
    """The text with every name of the concept taken out."""
    for name in sorted(concept.names, key=len, reverse=True):
        text = _pattern(name).sub(ELLIPSIS, text)
    return re.sub(rf"(?:\b[Aa]n?|\b[Tt]he) {ELLIPSIS}", ELLIPSIS, text)


def tells_date(text: str) -> bool:
    """Whether a text has a year or the name of a month."""
    return _DAYS.search(text) is not None


def is_name_of(alias: str, title: str) -> bool:
    """Whether an alias gives its title away: a common stem, or the title's initials."""
    initials = "".join(word[0] for word in re.findall(r"\w+", title)).casefold()
    letters, flat = re.sub(r"\W", "", alias).casefold(), re.sub(r"\W", "", title).casefold()
    parts = re.findall(r"[A-Z]?[a-z]{4,}", alias)  # HookedTransformer has one of TransformerLens
    if any(part.casefold() in flat for part in parts):
        return True
    return bool(set(terms(alias)) & set(terms(title))) or letters.removesuffix("s") in (initials, initials[:-1])


def definition_of(stock: Stock, concept: Concept) -> Passage | None:
    """The passage that defines a concept."""
    return stock.index.passage(concept.definition) if concept.definition else None


def telling_claim(stock: Stock, concept: Concept) -> Passage | None:
    """The claim that says most of a concept: the one on its page that is nearest to its definition."""
    claims = [claim for claim in stock.claims if claim.concept == concept.slug]
    definition = definition_of(stock, concept)
    if definition is None or not claims:
        return None
    return max(claims, key=lambda claim: (stock.likeness(claim, definition), claim.id))


def related(stock: Stock, concept: Concept) -> list[Concept]:
    """Other concepts of the same kind, the likest first; those that link to each other before all others."""
    centers = stock.index.centers
    others = [c for c in stock.index.concepts.values() if c.kind == concept.kind and c.slug != concept.slug]
    linked = {c.slug for c in others if c.slug in concept.links or concept.slug in c.links}
    near = {c.slug: round(float(centers[concept.slug] @ centers[c.slug]), 5) for c in others if c.slug in centers}
    return sorted(others, key=lambda c: (c.slug not in linked, -near.get(c.slug, 0.0), c.slug))


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in re.split(r"[\s-]+", name)]
    flags = 0 if name.isupper() else re.IGNORECASE
    return re.compile(rf"(?<![\w-]){'[ -]'.join(parts)}(?:s|es)?(?![\w-])", flags)
