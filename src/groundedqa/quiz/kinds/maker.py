"""What all kinds of item have in common: the protocol of their makers, and the words around a claim."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Protocol

from groundedqa.answer.answers import Quote
from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Passage
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Item, Option

Free = Callable[[Passage], bool]
"""Whether no item of the quiz so far rests on this claim or on another that says the same."""

BLANK = "____"
SAYS = "The base says: "
"""Opens a statement to be judged or completed: what is asked is what the base says, whatever its evidence."""
CONTESTED = "The base says, and calls it contested: "


class Maker(Protocol):
    """Makes the items of one kind, lazily, about one after the other of `claims` that are still free.

    Other claims of the base may stand beside it, as wrong choices or as companions; companions have
    to be free too. Of one claim there may be several, with other company, until one is taken and the
    claim is no longer free. The same arguments give the same items. What cannot be asked soundly is
    passed over.
    """

    def __call__(self, bank: ClaimBank, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
        """The items, in the order of `claims` unless the kind says otherwise."""
        ...


def draws(claim: Passage, kind: ItemKind, seed: int) -> Random:
    """Chance for one item; each claim draws for itself, so that no item hangs on those before it."""
    return Random(f"{seed} {kind} {claim.id}")


def choose(right: str, wrong: Sequence[Option]) -> Choose:
    """A choice with the right option first; `make_quiz` gives it its place."""
    return Choose((Option(right), *wrong), 0)


def stated(claim: Quote, words: str) -> str:
    """Words of a claim as a prompt shows them: a contested one never comes without saying so."""
    return (CONTESTED if claim.evidence is Evidence.CONTESTED else "") + words
