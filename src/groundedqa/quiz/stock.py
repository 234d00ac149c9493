"""What items are made from: the claims of one base, their plain words, and how near they are to each other."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from groundedqa.answer.quotes import verified
from groundedqa.base import Kind, Passage
from groundedqa.index.opened import Index
from groundedqa.index.words import terms
from groundedqa.quiz.exchange import Exchange
from groundedqa.quiz.items import Cited
from groundedqa.quiz.statements import Statements
from groundedqa.quiz.wording import plain

T = TypeVar("T")

RESTATES = 0.45
"""Share of a statement's terms, weighted by rarity, from which on a passage is about the same matter."""


class Stock:
    """One base as the makers of items see it. Costs a second for 1,000 claims, so keep it for many quizzes."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.claims = tuple(index.passages[row] for row in index.rows_of(Kind.CLAIM))
        self.plain = {passage.id: plain(passage.text) for passage in index.passages}
        self._terms = {identifier: frozenset(terms(text)) for identifier, text in self.plain.items()}
        self._titles: dict[str, NDArray[np.float32]] = {}
        self._gathered: dict[object, Any] = {}
        self._rarity = {term: index.rarity(term) for term in frozenset().union(*self._terms.values())}

    @cached_property
    def statements(self) -> Statements:
        """What may be asked of the claims."""
        return Statements(self)

    @cached_property
    def exchange(self) -> Exchange:
        """What may stand in a fact's place."""
        return Exchange(self)

    def once(self, gather: Callable[[Stock], T]) -> T:
        """What a maker gathers from the whole base; gathered when it is first asked for, and gone with the stock."""
        if gather not in self._gathered:
            self._gathered[gather] = gather(self)
        return cast(T, self._gathered[gather])

    def cite(self, passage: Passage) -> Cited | None:
        """The passage as its page holds it now; None if its page no longer says so."""
        if (now := verified(self.index, passage)) is None:
            return None
        sources = tuple(self.index.sources[key] for key in now.sources if key in self.index.sources)
        return Cited(now, self.index.concepts[now.concept], sources)

    def cover(self, wanted: frozenset[str], passage: Passage) -> float:
        """The share of terms, weighted by rarity, that a passage holds; 1 where nothing informative is wanted."""
        # fsum, since the order of a set differs between processes and a sum must not.
        wanted &= self._rarity.keys()
        total = math.fsum(self._rarity[term] for term in wanted)
        shared = math.fsum(self._rarity[term] for term in wanted & self._terms[passage.id])
        return shared / total if total else 1.0

    def same_matter(self, one: Passage, other: Passage) -> bool:
        """Whether two passages say so much of the same that an item on one answers an item on the other."""
        return self.cover(self._terms[one.id], other) >= RESTATES or self.cover(self._terms[other.id], one) >= RESTATES

    def likeness(self, one: Passage, other: Passage) -> float:
        """The cosine of two passages' vectors."""
        rows = self.index.rows
        return float(self.index.vectors[rows[one.id]] @ self.index.vectors[rows[other.id]])

    def nearest_claim(self, passage: Passage, slug: str) -> float:
        """The cosine of a passage and the claim nearest to it on a page; -1 where the page has none."""
        vectors = self.index.vectors[[self.index.rows[claim.id] for claim in self.claims if claim.concept == slug]]
        return float((vectors @ self.index.vectors[self.index.rows[passage.id]]).max(initial=-1.0))

    def kinship(self, one: str, other: str) -> float:
        """The cosine of two concepts' centers, 0 where one of them has no passages; by their slugs."""
        centers = self.index.centers
        return float(centers[one] @ centers[other]) if one in centers and other in centers else 0.0

    def suits(self, title: str, passage: Passage) -> float:
        """The cosine of a title and a passage: how far words and meaning alone lead from one to the other."""
        if title not in self._titles:
            self._titles[title] = self.index.encoder.encode(title).vector
        return float(self._titles[title] @ self.index.vectors[self.index.rows[passage.id]])

    def distance(self, claim: Passage) -> dict[str, int]:
        """How far concepts are from a claim's: 0 its own, 1 what its page links to; others are not named."""
        linked = dict.fromkeys(self.index.concepts[claim.concept].links, 1)
        return linked | {claim.concept: 0}
