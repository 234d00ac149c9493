"""Search on the frozen base: scores that add up, ranks, filters before the cut, ties."""

from __future__ import annotations

import numpy as np
import pytest

from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Kind
from groundedqa.index.reading import Index
from groundedqa.search.fusion import MinMax
from groundedqa.search.hybrid import Filters, search
from groundedqa.search.signals import DENSE, LATE, LEXICAL, PAGE, Query, token_weights
from groundedqa.text.words import terms

QUERIES = ["What is circuit tracing?", "models that cheat on tests", "golden gate", "zzz qqq"]


@pytest.mark.parametrize(
    ("scores", "shares"),
    [([2.0, 4.0, 3.0], [0.0, 0.25, 0.125]), ([3.0, 3.0], [0.0, 0.0]), ([], []), ([-1.0, 0.0], [0.0, 0.25])],
)
def test_a_contribution_reaches_from_nothing_to_its_weight(scores: list[float], shares: list[float]) -> None:
    given = np.array(scores, dtype=np.float32)
    assert MinMax.over(given, 0.25)(given).tolist() == pytest.approx(shares)


def test_a_signal_without_weight_changes_nothing(frozen_index: Index) -> None:
    vector = frozen_index.encoder.encode(QUERIES[0]).vector
    nearest = np.argsort(-(frozen_index.vectors @ vector), kind="stable")[:5].tolist()
    hits = search(frozen_index, QUERIES[0], top_k=5, weights={DENSE: 1})
    assert [hit.row for hit in hits if hit.rank <= 5] == nearest
    assert all(hit.score == pytest.approx(hit[DENSE].contribution) for hit in hits)


def test_a_rare_word_counts_for_more_than_a_stop_word_and_all_tokens_for_something(frozen_index: Index) -> None:
    query = "what is a transcoder"
    encoded = frozen_index.encoder.encode(query)
    weights = token_weights(Query(frozen_index, query))
    assert weights.sum() == pytest.approx(1, abs=1e-6)
    assert weights.min() > 0
    pieces = [query[start:end] for start, end in encoded.spans]
    assert "".join(pieces) == query.replace(" ", "")
    assert weights[pieces.index("is")] < weights[-1]


@pytest.mark.parametrize("query", QUERIES)
def test_shares_add_up_to_the_score_and_ranks_follow_it(frozen_index: Index, query: str) -> None:
    hits = search(frozen_index, query, top_k=50)
    ranks = [hit.rank for hit in hits]
    assert ranks[:50] == list(range(1, 51)), "what comes after is the other side of a dispute"
    assert ranks == sorted(set(ranks))
    assert hits == sorted(hits, key=lambda h: (-h.score, h.passage.id))
    for hit in hits:
        assert hit.score == pytest.approx(sum(part.contribution for part in hit.parts.values()), abs=1e-6)
        assert 0 <= hit.score <= 1 + 1e-6


@pytest.mark.parametrize("query", QUERIES)
def test_each_part_is_what_its_retriever_says(frozen_index: Index, query: str) -> None:
    vector = frozen_index.encoder.encode(query).vector
    cosines = frozen_index.vectors @ vector
    bm25 = frozen_index.lexical.scores(terms(query))
    for hit in search(frozen_index, query, top_k=20):
        assert hit[DENSE].score == pytest.approx(float(cosines[hit.row]), abs=1e-5)
        assert hit[LEXICAL].score == pytest.approx(float(bm25[hit.row]), abs=1e-5)
        encoded = frozen_index.encoder.encode(query)
        closeness = frozen_index.tokens.closeness(encoded.tokens, [hit.row])[0]
        assert hit[LATE].score == pytest.approx(closeness @ token_weights(Query(frozen_index, query)), abs=1e-5)
        page = list(frozen_index.concepts).index(hit.passage.concept)
        assert hit[PAGE].score == pytest.approx(float(frozen_index.pages.scores(terms(query))[page]), abs=1e-5)
        if hit[LEXICAL].rank == 1:
            assert hit[LEXICAL].score == pytest.approx(float(bm25.max()), abs=1e-5)
        if hit[DENSE].rank == 1:
            assert hit[DENSE].score == pytest.approx(float(cosines.max()), abs=1e-5)


@pytest.mark.parametrize("level", list(Evidence))
def test_a_filter_never_empties_what_exists(frozen_index: Index, level: Evidence) -> None:
    """The best passing passage of all is found, however many better ones the filter holds back."""
    query = "Which relation between pages mentions an aquarium of lighthouses?"
    vector = frozen_index.encoder.encode(query).vector
    passing = [r for r, p in enumerate(frozen_index.passages) if p.evidence and p.evidence.at_least(level)]
    best = max(passing, key=lambda row: float(frozen_index.vectors[row] @ vector))
    hits = search(frozen_index, query, top_k=len(frozen_index.passages), filters=Filters(min_evidence=level))
    assert best in {hit.row for hit in hits}
    assert all(hit.passage.evidence and hit.passage.evidence.at_least(level) for hit in hits)


def test_filters_by_concept_and_kind(frozen_index: Index) -> None:
    filters = Filters(concept="transcoders", kinds=frozenset({Kind.OPEN_QUESTION}))
    hits = search(frozen_index, "What is circuit tracing?", filters=filters)
    assert {(hit.passage.concept, hit.passage.kind) for hit in hits} == {("transcoders", Kind.OPEN_QUESTION)}


def test_also_keeps_a_row_that_would_be_cut_but_not_one_that_is_filtered(frozen_index: Index) -> None:
    last = search(frozen_index, QUERIES[1], top_k=len(frozen_index.passages))[-1]
    kept = search(frozen_index, QUERIES[1], top_k=3, also=[last.row])
    assert [hit.row for hit in kept][-1] == last.row
    assert [hit.rank for hit in kept][:3] == [1, 2, 3]
    assert last.row not in {hit.row for hit in search(frozen_index, QUERIES[1], top_k=3)}
    none = Filters(kinds=frozenset(Kind) - {last.passage.kind})
    assert last.row not in {hit.row for hit in search(frozen_index, QUERIES[1], 3, none, also=[last.row])}


def test_the_other_side_of_a_dispute_is_found_with_a_claim(frozen_index: Index) -> None:
    claims = [p for p in frozen_index.passages if p.contests]
    assert claims
    for claim in claims:
        found = {hit.passage.id for hit in search(frozen_index, claim.text, top_k=1)}
        assert claim.id in found
        assert found >= set(claim.contests)
    claim = claims[0]
    alone = Filters(concept=claim.concept, kinds=frozenset({Kind.RELATION}))
    assert not {hit.passage.id for hit in search(frozen_index, claim.text, 1, alone)} & {claim.id, *claim.contests}


def test_a_query_without_a_known_word_is_ranked_by_meaning_alone(frozen_index: Index) -> None:
    hits = search(frozen_index, "zzz qqq", top_k=5)
    assert all(hit[LEXICAL].score == 0 and hit[LEXICAL].rank is None for hit in hits)
    assert all(hit[DENSE].rank for hit in hits[:5])
