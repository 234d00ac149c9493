"""The kinds of item, one file each: how to make such an item from a claim, or to leave the claim alone."""

from __future__ import annotations

from groundedqa.quiz.items import ItemKind
from groundedqa.quiz.kinds import choice, cloze, concept, evidence, free, match, order, source, speed, truefalse
from groundedqa.quiz.kinds.maker import Free, Maker

__all__ = ["MAKERS", "Free", "Maker"]

MAKERS: dict[ItemKind, Maker] = {
    ItemKind.CHOICE: choice.items,
    ItemKind.TRUE_FALSE: truefalse.items,
    ItemKind.MATCH: match.items,
    ItemKind.CLOZE: cloze.items,
    ItemKind.EVIDENCE: evidence.items,
    ItemKind.ORDER: order.items,
    ItemKind.SOURCE: source.items,
    ItemKind.SPEED: speed.items,
    ItemKind.CONCEPT: concept.items,
    ItemKind.FREE: free.items,
}
"""What makes each kind, in the order of `ItemKind`."""
