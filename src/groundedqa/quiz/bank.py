"""What items are made from: the claims of one base, their plain words, and how near they are to each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from groundedqa.base.models import Kind, Passage
from groundedqa.index.reading import Index
from groundedqa.text.plain import plain
from groundedqa.text.words import terms

T = TypeVar("T")

RESTATES = 0.45
"""Share of a statement's terms, weighted by rarity, from which on a passage is about the same matter."""


class ClaimBank:
    """One base as the makers of items see it. Costs a second for 1,000 claims, so keep it for many quizzes."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.claims = tuple(index.passages[row] for row in index.rows_of(Kind.CLAIM))
        self.plain = {passage.id: plain(passage.text) for passage in index.passages}
        self._terms = [frozenset(terms(self.plain[passage.id])) for passage in index.passages]
        holding: dict[str, list[int]] = {}
        for row, own in enumerate(self._terms):
            for term in own:
                holding.setdefault(term, []).append(row)
        self._rows = {term: np.asarray(rows, dtype=np.int64) for term, rows in holding.items()}
        self._rarity = {term: index.rarity(term) for term in holding}
        self._totals = np.asarray([sum(self._rarity[term] for term in sorted(own)) for own in self._terms])
        self._same: dict[int, frozenset[int]] = {}
        self._titles: dict[str, NDArray[np.float32]] = {}
        self._gathered: dict[object, Any] = {}

    def once(self, gather: Callable[[ClaimBank], T]) -> T:
        """What is gathered from the whole base; gathered when it is first asked for, and gone with the bank."""
        if gather not in self._gathered:
            self._gathered[gather] = gather(self)
        return cast(T, self._gathered[gather])

    def covered(self, wanted: frozenset[str]) -> NDArray[np.float64]:
        """The share of terms, weighted by rarity, that each passage of the base holds, shape (passages,).

        1 everywhere if nothing informative is wanted.
        """
        held, total = self._held(wanted)
        return held / total if total else np.ones(len(self._terms))

    def same_matter(self, one: Passage, other: Passage) -> bool:
        """Whether two passages say so much of the same that an item on one answers an item on the other."""
        row = self.index.rows[one.id]
        if row not in self._same:
            held, total = self._held(self._terms[row])
            most = np.minimum(self._totals, total)  # the smaller of the two is held to the larger share
            self._same[row] = frozenset(np.flatnonzero(held >= RESTATES * most).tolist())
        return self.index.rows[other.id] in self._same[row]

    def _held(self, wanted: frozenset[str]) -> tuple[NDArray[np.float64], float]:
        """The rarity of the wanted terms that each passage holds, shape (passages,), and of all of them."""
        known = sorted(wanted & self._rows.keys())  # the order of a set differs between processes, a sum must not
        if not known:
            return np.zeros(len(self._terms)), 0.0
        rows = [self._rows[term] for term in known]
        weights = np.repeat([self._rarity[term] for term in known], [len(some) for some in rows])
        held = np.bincount(np.concatenate(rows), weights, minlength=len(self._terms))
        return held.astype(np.float64), float(sum(self._rarity[term] for term in known))

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
