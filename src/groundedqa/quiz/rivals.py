"""Wrong pages to choose from: those that a beginner could take for the right one, and that do not fit as well.

How many there are depends on how many tempt, three or two: a wrong option that nobody takes is of no use (Rodriguez
2005, "Three Options Are Optimal for Multiple-Choice Items", https://doi.org/10.1111/j.1745-3992.2005.00006.x), and
tests in which the number differs from item to item measure better than those with a fixed one (Zoanetti et al. 2013,
"Fixed or mixed", https://doi.org/10.1186/1472-6920-13-35).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from groundedqa.base import Concept
from groundedqa.quiz.items import Option
from groundedqa.quiz.naming import definition_of, related
from groundedqa.quiz.stock import Stock

_SIZES = (3, 2)
_POOL = 5
"""How many of the nearest pages the wrong ones are taken from."""


def rivals(
    stock: Stock, concept: Concept, nearness: Mapping[str, float], near: float, too_near: float
) -> Iterator[tuple[Option, ...]]:
    """Choices of wrong titles, the most tempting first: pages of the concept's sort, each with its definition.

    Args:
        nearness: by slug, how near a page comes to what is shown, as a cosine.
        near: below it, nobody takes one for the other.
        too_near: from it on, one may fit as well as the other.
    """
    found: list[Option] = []
    tempting = [other for other in related(stock, concept) if near <= nearness.get(other.slug, -1.0) < too_near]
    for other in sorted(tempting, key=lambda c: (-round(nearness[c.slug], 5), c.slug)):
        definition = definition_of(stock, other)
        if definition is not None and (origin := stock.cite(definition)) is not None:
            found.append(Option(other.title, origin))
    for size in _SIZES:
        yield from combinations(found[:_POOL], size)
