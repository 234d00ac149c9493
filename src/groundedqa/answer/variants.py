"""Searching a follow-up in each of its query variants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from groundedqa.answer.answers import Question
from groundedqa.index.reading import Index
from groundedqa.search.fusion import WEIGHTS, MinMax, Weights
from groundedqa.search.hybrid import Filters, Hit, SignalScore, search
from groundedqa.search.rerank import Reranker

_DEEP = 100
"""Hits of each variant that count."""


def search_variants(
    index: Index,
    question: Question,
    top_k: int = 10,
    filters: Filters = Filters(),
    also: Collection[int] = (),
    weights: Weights = WEIGHTS,
    reranker: Reranker | None = None,
) -> list[Hit]:
    """The passages that match a question best over all its variants; arguments and cut as in `search`.

    Each part of a hit's score is the mean of what the variants give it, 0 where one does not find it
    (the mean of normalized scores, CombSUM: Fox and Shaw 1994). All else that a hit tells, such as its
    cosine, is of `question.query`, which the base has to answer.
    """
    count = Counter(question.variants)
    others = [variant for variant in count if variant != question.query]
    if not others:
        return search(index, question.query, top_k, filters, also, weights, reranker)
    runs = {variant: search(index, variant, _DEEP, filters, also, weights, reranker) for variant in others}
    everywhere = {*also, *(hit.row for run in runs.values() for hit in run)}
    runs[question.query] = found = search(index, question.query, _DEEP, filters, everywhere, weights, reranker)
    means: dict[int, dict[str, float]] = {hit.row: dict.fromkeys(hit.parts, 0.0) for hit in found}
    for variant, run in runs.items():
        for hit in run:
            mean = means[hit.row]
            for name, part in hit.parts.items():
                mean[name] = mean.get(name, 0.0) + count[variant] * part.contribution / count.total()
    ranked = sorted((_scored(hit, means[hit.row]) for hit in found), key=lambda hit: (-hit.score, hit.passage.id))
    kept = {hit.row for hit in ranked[:top_k]} | set(also)
    # As in `search`, the other side of a dispute comes along.
    kept |= {index.rows[other] for row in kept for other in index.passages[row].contests}
    return [replace(hit, rank=rank) for rank, hit in enumerate(ranked, 1) if hit.row in kept]


def _scored(hit: Hit, means: Mapping[str, float]) -> Hit:
    """A hit whose signals contribute their means over the variants."""
    signals = {signal: replace(part, contribution=means[signal.name]) for signal, part in hit.signals.items()}
    reranked = hit.reranked
    if "reranker" in means:  # in one variant at least it was among those that were judged
        own = reranked or SignalScore(0.0, 0.0, None, MinMax(0.0, 0.0))
        reranked = replace(own, contribution=means["reranker"])
    return replace(hit, score=sum(means.values()), signals=signals, reranked=reranked)
