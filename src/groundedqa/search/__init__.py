"""Finding passages for a query, with each retriever's rank and score kept."""

from groundedqa.search.hybrid import Filters, Hit, Part, search

__all__ = ["Filters", "Hit", "Part", "search"]
