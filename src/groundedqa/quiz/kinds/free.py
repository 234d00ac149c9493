"""In one's own words: what a concept is, or what a short claim that is broken off goes on to say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from groundedqa.answer.answers import Quote
from groundedqa.answer.quotes import quote
from groundedqa.base.models import Concept, ConceptKind, Passage
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Explain, Item
from groundedqa.quiz.kinds.maker import Free, draws, stated
from groundedqa.quiz.naming import definition_of, names_it, telling_claim
from groundedqa.quiz.shortanswer import assess
from groundedqa.text.plain import short_claim
from groundedqa.text.words import stem, terms

# A sentence is broken off before what explains or compares.
_BREAK = re.compile(r"\b(?:because|so that|instead of|even if|although|though|while|than|and not)\b")
_NO_CUE = frozenset(
    """
    although though according colleagues whole separate cases without least itself first hard test enough published
    study direct none some more
    """.split()
)
"""Words that say nothing of what an end is about."""
_LEAST = 2
"""How many informative words have to stand after the break, the cue not counted."""
_FIRST = 2
"""How many words of the end are too near to its point to be the cue."""
_CLEAR, _RARE = 2, 3.0
"""How many rare words have to stand before it, and the idf of such a word: one passage in twenty holds it."""


def items(bank: ClaimBank, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`. What a concept is hangs on the claim that says most of it."""
    for claim in claims:
        if not free(claim) or (cited := quote(bank.index, claim)) is None:
            continue
        forms = [item for item in (_defined(bank, cited), _broken_off(bank, cited)) if item is not None]
        for item in draws(claim, ItemKind.FREE, seed).sample(forms, len(forms)):
            if _fair(bank, item):
                yield item
                break


def _defined(bank: ClaimBank, cited: Quote) -> Item | None:
    """What is this concept?"""
    concept = cited.concept
    definition, telling = definition_of(bank, concept), telling_claim(bank, concept)
    if (
        definition is None
        or telling is None
        or telling.id != cited.passage.id
        or concept.kind is not ConceptKind.CONCEPT
    ):
        return None
    support, words = quote(bank.index, definition), bank.plain[definition.id]
    if support is None or not _opens_with(words, concept):
        return None
    prompt = f"In your own words, as the base does: what is meant by “{concept.title}”?"
    return Item(ItemKind.FREE, prompt, Explain(words), (cited,), (support,))


def _opens_with(words: str, concept: Concept) -> bool:
    return names_it(words[: len(concept.title) + 20], concept)


def _broken_off(bank: ClaimBank, cited: Quote) -> Item | None:
    """How does this claim go on?"""
    short = short_claim(cited.text)
    if short is None or (found := _break(bank, short)) is None:
        return None
    at, cue = found
    begun = stated(cited, f"“{short[:at].rstrip()} …”")
    prompt = f"Finish this in your own words, as the base does: {begun} Speak of: {cue}."
    return Item(ItemKind.FREE, prompt, Explain(short), (cited,))


def _fair(bank: ClaimBank, item: Item) -> bool:
    """Whether what the base says is graded as right."""
    reference = item.task.reference if isinstance(item.task, Explain) else ""
    begun = re.search(r"“(.*) …”", item.prompt)
    end = reference.removeprefix(begun[1]) if begun else reference
    return assess(bank, item.prompt, reference, end).score == 1


def _break(bank: ClaimBank, short: str) -> tuple[int, str] | None:
    """Where to break off, as late as can be, and a word that the end has to speak of."""
    fair = []
    for found in _BREAK.finditer(short):
        at = found.end()
        clear = sum(bank.index.rarity(term) >= _RARE for term in set(terms(short[:at]))) >= _CLEAR
        new = {term for term in terms(short[at:]) if term.isalpha()} - set(terms(short[:at]))
        cues = _cues(bank, short, at, new)
        if clear and cues and len(new) > _LEAST:
            fair.append((at, cues[0]))
    return max(fair, default=None)


def _cues(bank: ClaimBank, short: str, at: int, new: set[str]) -> list[str]:
    """Words of the end that say what it is about, rarest first; figures, names and its first words say too much."""
    words = re.findall(r"(?<![\w-])[a-z]+(?![\w-])", short[at:])
    telling = [word for word in words if stem(word) in new and word not in _NO_CUE and not word.endswith("ly")]
    rare = {word: bank.index.rarity(stem(word)) for word in telling}
    return sorted(list(rare)[_FIRST:], key=lambda word: (-rare[word], word))
