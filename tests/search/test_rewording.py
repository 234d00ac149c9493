"""What another wording would change: the same as if the page had been changed and indexed again."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundedqa.index.build import build
from groundedqa.index.reading import Index, open_index
from groundedqa.search.hybrid import Hit, search
from groundedqa.search.rewording import reworded

QUERIES = ("Which pools grow saltier?", "Do crabs queue?", "What burns at night?", "zzz")
OLD, NEW = "grow saltier on hot days", "lose their water and grow bitter when the sun burns"


def told(hits: list[Hit]) -> list[tuple[str, int, float]]:
    return [(hit.passage.id, hit.rank, pytest.approx(hit.score, abs=1e-5)) for hit in hits]


def test_the_same_words_change_nothing(frozen_index: Index) -> None:
    claim = frozen_index.passages[frozen_index.rows["sparse-autoencoders-seeds"]]
    same = reworded(frozen_index, claim, claim.text)
    assert same is not None
    for query in ("Are sparse autoencoders alike?", "What is grokking?", "Who reproduced circuit tracing?"):
        assert told(search(same, query, 30)) == told(search(frozen_index, query, 30))


@pytest.mark.parametrize("query", QUERIES)
def test_other_words_rank_as_if_the_page_had_been_indexed(small_store: Path, small_base: Path, query: str) -> None:
    before = open_index(small_store)
    claim = before.passages[before.rows["pools-salinity"]]
    changed = reworded(before, claim, claim.text.replace(OLD, NEW))
    assert changed is not None
    foreseen = told(search(changed, query, 50))
    file = small_base / "tide-pools.md"
    file.write_text(file.read_text(encoding="utf-8").replace(OLD, NEW), encoding="utf-8")
    build(small_base, small_store)
    assert foreseen == told(search(open_index(small_store), query, 50))


def test_the_index_itself_stays_as_it_was(frozen_index: Index) -> None:
    claim = frozen_index.passages[frozen_index.rows["sparse-autoencoders-seeds"]]
    before = told(search(frozen_index, "Are sparse autoencoders alike?", 10))
    changed = reworded(frozen_index, claim, "Nothing of the kind.")
    assert changed is not None
    query = "Are sparse autoencoders trained on the same data alike?"
    ranks = [
        next(
            hit.rank
            for hit in search(index, query, 5, also=[frozen_index.rows[claim.id]])
            if hit.passage.id == claim.id
        )
        for index in (frozen_index, changed)
    ]
    assert ranks[0] == 1 < ranks[1]
    assert told(search(frozen_index, "Are sparse autoencoders alike?", 10)) == before
