"""Speed round: recall a concept by another name or by its definition, against a clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groundedqa.base import Concept, Passage
from groundedqa.quiz.items import Cited, Item, ItemKind, Option
from groundedqa.quiz.kinds.maker import Free, choose, draws, places
from groundedqa.quiz.naming import definition_of, hints_at, is_name_of, related, telling_claim, without_names
from groundedqa.quiz.stock import Stock

_WRONG = 3
_LONGEST = 260  # characters of a definition that is read in a hurry
_SECONDS = {"alias": 10, "definition": 20}
"""Time to read four titles, and a definition before them."""


def items(stock: Stock, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`. Each hangs on the claim that says most of its concept."""
    place = places(ItemKind.SPEED, _WRONG + 1, seed)
    for claim in claims:
        concept = stock.index.concepts[claim.concept]
        definition, telling = definition_of(stock, concept), telling_claim(stock, concept)
        if definition is None or telling is None or telling.id != claim.id or not free(claim):
            continue
        cited, support = stock.cite(claim), stock.cite(definition)
        if cited is None or support is None:
            continue
        rng = draws(claim, ItemKind.SPEED, seed)
        prompts = _prompts(stock, concept, definition)
        for form, prompt in rng.sample(prompts, len(prompts)):
            wrong = _wrong(stock, concept, prompt)
            if len(wrong) == _WRONG:
                rng.shuffle(wrong)
                options = [Option(other.title, origin) for other, origin in wrong]
                task = choose(concept.title, options, next(place))
                yield Item(ItemKind.SPEED, prompt, task, (cited,), (support,), _SECONDS[form])
                break


def _prompts(stock: Stock, concept: Concept, definition: Passage) -> list[tuple[str, str]]:
    """What may be asked of a concept without giving it away, each with its form."""
    noun = "page" if concept.kind == "entity" else "concept"
    aliases = [alias for alias in concept.aliases if not is_name_of(alias, concept.title)]
    found = [("alias", f"Which {noun} is also called “{alias}”?") for alias in aliases]
    said = without_names(stock.plain[definition.id], concept)
    if len(said) <= _LONGEST and not hints_at(said, concept):
        found.append(("definition", f"Which {noun} is this? “{said}”"))
    return found


def _wrong(stock: Stock, concept: Concept, prompt: str) -> list[tuple[Concept, Cited]]:
    """The concepts that are most like it and that the prompt does not speak of, each with its definition."""
    found: list[tuple[Concept, Cited]] = []
    for other in related(stock, concept):
        definition = definition_of(stock, other)
        if len(found) < _WRONG and definition is not None and not hints_at(prompt, other):
            origin = stock.cite(definition)
            found += [(other, origin)] if origin else []
    return found
