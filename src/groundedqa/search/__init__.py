"""Finding passages for a query, with each signal's rank, score and share kept."""

from groundedqa.search.fusion import Weights
from groundedqa.search.hybrid import Filters, Hit, Part, search

__all__ = ["Filters", "Hit", "Part", "Weights", "search"]
