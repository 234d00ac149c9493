"""Making a quiz from the claims of a base: no language model, the same seed gives the same quiz."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from groundedqa.answer.quotes import verified
from groundedqa.base import Evidence, Kind, Passage
from groundedqa.index.opened import Index
from groundedqa.quiz.exchange import Exchange, Statement, Wrong
from groundedqa.quiz.facts import FactType
from groundedqa.quiz.items import Item, ItemKind, Option, Quiz

BLANK = "____"
SAYS = "The base says: "
"""Opens every true/false item: what is asked is what the base says, whatever its evidence."""
CONTESTED = "The base says, and calls it contested: "
_OPTIONS = {ItemKind.CHOICE: 4, ItemKind.TRUE_FALSE: 2}
_RANK = {FactType.GROUP: 1, FactType.MONTH: 1, FactType.DAY: 1} | dict.fromkeys(
    (FactType.YEAR, FactType.AUTHOR, FactType.AUTHORS), 2
)
"""What a claim found comes first, where and when after it, and a citation's name and year last."""


def make_quiz(
    index: Index,
    *,
    concepts: Collection[str] | None = None,
    passage_ids: Collection[str] | None = None,
    count: int = 10,
    seed: int = 0,
    kinds: Collection[ItemKind] = tuple(ItemKind),
) -> Quiz:
    """Make up to `count` items, no two from one claim, the kinds taking turns.

    The index, the seed and the request decide the quiz, byte for byte. A claim that its page no
    longer holds, or that no sound item can be made of, is passed over; `Quiz.short_by` says how
    many items are missing for that reason.

    Args:
        concepts: slugs of the concepts whose claims are asked for; None for all.
        passage_ids: ids of the claims that are asked for; None for all. With `concepts`, both count.

    Raises:
        ValueError: `count` is negative, or there is no kind.
    """
    if count < 0:
        raise ValueError(f"a quiz cannot have {count} items")
    if not kinds:
        raise ValueError("a quiz needs at least one kind of item")
    claims = [
        claim
        for claim in (index.passages[row] for row in index.rows_of(Kind.CLAIM))
        if (concepts is None or claim.concept in concepts) and (passage_ids is None or claim.id in passage_ids)
    ]
    rng = Random(seed)
    rng.shuffle(claims)
    exchange = Exchange(index)
    turns = [kind for kind in ItemKind if kind in kinds]
    waiting = {kind: _drafts(exchange, index, claims, kind, seed) for kind in turns}
    drafts: list[_Draft] = []
    while len(drafts) < count and waiting:
        kind = turns[len(drafts) % len(turns)]
        kind = kind if kind in waiting else next(iter(waiting))
        for draft in waiting[kind]:
            if not any(exchange.same_matter(draft.statement.claim, kept.statement.claim) for kept in drafts):
                drafts.append(draft)
                break
        else:
            del waiting[kind]
    places = {kind: _places(len(drafts), options, rng) for kind, options in _OPTIONS.items()}
    return Quiz(tuple(_item(index, draft, next(places[draft.kind])) for draft in drafts), count, seed)


@dataclass(frozen=True, slots=True)
class _Draft:
    """An item before it is decided which option is right."""

    kind: ItemKind
    statement: Statement
    wrongs: tuple[Wrong, ...]


def _drafts(exchange: Exchange, index: Index, claims: Sequence[Passage], kind: ItemKind, seed: int) -> Iterator[_Draft]:
    """The drafts that can be made of claims, one a claim, in the order of the claims."""
    for indexed in claims:
        if kind is ItemKind.TRUE_FALSE and indexed.evidence is Evidence.CONTESTED:
            continue  # neither true nor false as far as the base knows
        if (claim := verified(index, indexed)) is None:
            continue
        # Each claim draws for itself, so that an item does not hang on what was drawn before it.
        rng = Random(f"{seed} {kind} {claim.id}")
        statements = [*exchange.statements(claim)]
        rng.shuffle(statements)
        for statement in sorted(statements, key=lambda s: _RANK.get(s.fact.type, 0)):
            # A true statement, too, has to have a false form: else what cannot be exchanged would
            # always be true.
            needed = _OPTIONS[kind] - 1
            wrongs = tuple(islice(exchange.wrongs(statement, rng), needed))
            if len(wrongs) == needed:
                yield _Draft(kind, statement, wrongs)
                break


def _places(count: int, options: int, rng: Random) -> Iterator[int]:
    """Where the right option goes: at random, each place as often as any other."""
    for _ in range(0, count, options):
        yield from rng.sample(range(options), options)


def _item(index: Index, draft: _Draft, place: int) -> Item:
    statement, claim = draft.statement, draft.statement.claim
    if draft.kind is ItemKind.CHOICE:
        prompt = statement.with_fact(BLANK)
        if claim.evidence is Evidence.CONTESTED:
            prompt = CONTESTED + prompt
        options = [Option(wrong.text, wrong.claim) for wrong in draft.wrongs]
        options.insert(place, Option(statement.fact.text))
    else:
        false = place == 1
        wrong = draft.wrongs[0]
        prompt = SAYS + (statement.with_fact(wrong.text) if false else statement.text)
        options = [Option("True", wrong.claim if false else None), Option("False")]
    return Item(
        kind=draft.kind,
        prompt=prompt,
        options=tuple(options),
        answer=place,
        fact=statement.fact.text,
        claim=claim,
        concept=index.concepts[claim.concept],
        sources=tuple(index.sources[key] for key in claim.sources if key in index.sources),
    )
