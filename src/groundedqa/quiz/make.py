"""Making a quiz from the claims of a base: no language model, the same seed gives the same quiz."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random

from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Passage
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.flaws import is_flawed
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Item, Quiz
from groundedqa.quiz.kinds import MAKERS
from groundedqa.quiz.kinds.maker import Free, draws

_TRIES = 8
"""How often other companions are drawn for a card."""


def make_quiz(
    bank: ClaimBank,
    *,
    concepts: Collection[str] | None = None,
    passage_ids: Collection[str] | None = None,
    min_evidence: Evidence | None = None,
    count: int = 10,
    seed: int = 0,
    kinds: Collection[ItemKind] = tuple(MAKERS),
) -> Quiz:
    """Make up to `count` items, no two from one claim, the kinds taking turns.

    The base, the seed and the request decide the quiz, byte for byte. A claim that its page no
    longer holds, or that no sound item can be made of, is passed over; `Quiz.short_by` says how
    many items are missing for that reason.

    Args:
        concepts: slugs of the concepts whose claims are asked for; None for all.
        passage_ids: ids of the claims that are asked for; None for all. With `concepts`, both count.
        min_evidence: ask only for claims of this level or a better one.

    Raises:
        ValueError: `count` is negative, or there is no kind.
    """
    if count < 0:
        raise ValueError(f"a quiz cannot have {count} items")
    if not kinds:
        raise ValueError("a quiz needs at least one kind of item")
    claims = [
        claim
        for claim in bank.claims
        if (concepts is None or claim.concept in concepts)
        and (passage_ids is None or claim.id in passage_ids)
        and (min_evidence is None or (claim.evidence is not None and claim.evidence.at_least(min_evidence)))
    ]
    Random(seed).shuffle(claims)
    used: list[Passage] = []

    def free(claim: Passage) -> bool:
        return all(claim.id != other.id and not bank.same_matter(claim, other) for other in used)

    turns = [kind for kind in MAKERS if kind in kinds]
    waiting = {kind: _sound(bank, kind, claims, free, seed) for kind in turns}
    items: list[Item] = []
    while len(items) < count and waiting:
        kind = turns[len(items) % len(turns)]
        kind = kind if kind in waiting else next(iter(waiting))
        item = next(waiting[kind], None)
        if item is None:
            del waiting[kind]
        else:
            items.append(item)
            used += [claim.passage for claim in item.claims]
    return Quiz(tuple(items), count, seed)


def quiz_of_cards(bank: ClaimBank, cards: Iterable[tuple[str, ItemKind]], *, count: int, seed: int) -> Quiz:
    """Make a quiz that asks for cards, each the id of a claim with a kind of item, in their order.

    An item may ask for several of them at once. A card of which no sound item can be made is passed
    over; `Quiz.short_by` says how many were.
    """
    claims = {claim.id: claim for claim in bank.claims}
    items: list[Item] = []
    asked: set[tuple[str, ItemKind]] = set()
    passed_over = 0
    for identifier, kind in cards:
        if len(items) == count:
            break
        if (identifier, kind) in asked:
            continue
        about = [claims[identifier]] if identifier in claims else []
        # What a learner has begun comes again, if need be in an item that could be guessed.
        drawn = (
            item
            for guessable in (False, True)
            for at in range(_TRIES)
            for item in _sound(bank, kind, about, lambda _: True, seed + at, guessable)
        )
        if (item := next(drawn, None)) is None:
            passed_over += 1
        else:
            items.append(item)
            asked.update(item.cards)
    return Quiz(tuple(items), min(count, len(items) + passed_over), seed)


def _sound(
    bank: ClaimBank, kind: ItemKind, claims: Sequence[Passage], free: Free, seed: int, guessable: bool = False
) -> Iterator[Item]:
    """The items of one kind that do not give themselves away; what is right stands at each place equally often."""
    rng = Random(f"{seed} {kind} places")
    places: dict[int, list[int]] = {}  # by the number of options, those that are still to come
    for item in MAKERS[kind](bank, claims, free, seed):
        if not guessable and is_flawed(bank, item):
            continue
        if isinstance(item.task, Choose) and not item.task.fixed:
            number = len(item.task.options)
            waiting = places.get(number) or rng.sample(range(number), number)
            place, *places[number] = waiting
            right, *wrong = item.task.options
            draws(item.claim.passage, kind, seed).shuffle(wrong)
            options = (*wrong[:place], right, *wrong[place:])
            item = replace(item, task=replace(item.task, options=options, answer=place))
        yield item
