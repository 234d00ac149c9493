"""Names of concepts in plain texts: whether they are there, and the text without them."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby

from groundedqa.base.models import Concept, ConceptKind, Passage
from groundedqa.quiz.bank import ClaimBank
from groundedqa.text.words import terms

_SORTS = {
    sort: re.compile(rf"^[^.]*? (?:is|are|was) (?:an?|the|\w+'s) (?:[\w-]+ ){{0,5}}?(?:{nouns})\b")
    for sort, nouns in {
        "person": "researcher|scientist|mathematician|professor|engineer|psychologist|philosopher",
        "group": "organization|company|laborator(?:y|ies)|institute|group|lab|body|developer",
        "test": "benchmark|test|data ?sets?|collection|puzzles?",
        "model": "(?:language |reasoning )?models?|program",
    }.items()
}
"""What the first sentence of a definition calls an entity."""
ELLIPSIS = "…"
"""What stands where a name was."""
_OPENS = re.compile(rf"{ELLIPSIS} (?:is|are|was|means)(?: when| that|) ")


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


def told(bank: ClaimBank, concept: Concept) -> str | None:
    """What its definition says of a concept, without the name; None where there is none, or the name stands on."""
    definition = definition_of(bank, concept)
    if definition is None:
        return None
    words = without_names(bank.plain[definition.id], concept)
    if not re.match(rf"{ELLIPSIS} [a-z]", words) or words.count(ELLIPSIS) != 1:
        return None
    opens = _OPENS.match(words)
    return f"{ELLIPSIS} {words[opens.end() :]}" if opens else words


def is_name_of(alias: str, title: str) -> bool:
    """Whether an alias gives its title away: a common stem, or the title's initials."""
    initials = "".join(word[0] for word in re.findall(r"\w+", title)).casefold()
    letters, flat = re.sub(r"\W", "", alias).casefold(), re.sub(r"\W", "", title).casefold()
    parts = re.findall(r"[A-Z]?[a-z]{4,}", alias)  # HookedTransformer has one of TransformerLens
    if any(part.casefold() in flat for part in parts):
        return True
    return bool(set(terms(alias)) & set(terms(title))) or letters.removesuffix("s") in (initials, initials[:-1])


def definition_of(bank: ClaimBank, concept: Concept) -> Passage | None:
    """The passage that defines a concept."""
    return bank.index.passage(concept.definition) if concept.definition else None


def telling_claim(bank: ClaimBank, concept: Concept) -> Passage | None:
    """The claim that says most of a concept: the one on its page that is nearest to its definition."""
    return bank.once(_telling_claims).get(concept.slug)


def _telling_claims(bank: ClaimBank) -> dict[str, Passage]:
    found: dict[str, Passage] = {}
    for slug, claims in groupby(sorted(bank.claims, key=lambda claim: claim.concept), key=lambda claim: claim.concept):
        if definition := definition_of(bank, bank.index.concepts[slug]):
            found[slug] = max(claims, key=lambda claim: (bank.likeness(claim, definition), claim.id))
    return found


def related(bank: ClaimBank, concept: Concept) -> list[Concept]:
    """Other concepts of the same sort (see `sort_of`), the likest first."""
    sort = sort_of(bank, concept)
    others = [c for c in bank.index.concepts.values() if c.slug != concept.slug and sort_of(bank, c) == sort]
    return sorted(others, key=lambda c: (-round(bank.kinship(concept.slug, c.slug), 5), c.slug))


def sort_of(bank: ClaimBank, concept: Concept) -> str:
    """What a concept is: its kind, or of an entity whether it is a person, a group, a model or a thing."""
    if concept.kind is not ConceptKind.ENTITY:
        return concept.sort
    definition = definition_of(bank, concept)
    words = bank.plain[definition.id] if definition else ""
    found = {sort: match.end() for sort, pattern in _SORTS.items() if (match := pattern.search(words))}
    return min(found, key=lambda sort: found[sort]) if found else "thing"


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in re.split(r"[\s-]+", name)]
    flags = 0 if name.isupper() else re.IGNORECASE
    return re.compile(rf"(?<![\w-]){'[ -]'.join(parts)}(?:s|es)?(?![\w-])", flags)
