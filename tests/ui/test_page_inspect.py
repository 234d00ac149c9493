from __future__ import annotations

from pathlib import Path

import pytest
from driver import OpenPage

from groundedqa.base.evidence import Evidence
from groundedqa.index.reading import open_index
from groundedqa.search.hybrid import search
from groundedqa.search.signals import DENSE, LEXICAL


def test_each_hit_has_the_scores_and_ranks_of_both_retrievers(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("inspect", small_store)
    assert "Type a question" in page.info[0].value
    page = page.text_input[0].set_value("saltier tide pools").run()
    assert not page.exception
    table = page.dataframe[0].value
    hits = search(open_index(small_store), "saltier tide pools", 25)
    assert len(table) == len(hits)
    for row, hit in zip(table.to_dict("records"), hits, strict=True):
        assert (row["Rank"], row["Score"]) == (hit.rank, pytest.approx(hit.score))
        assert (row["Cosine"], row["BM25"]) == (pytest.approx(hit[DENSE].score), pytest.approx(hit[LEXICAL].score))
        shares = row["Dense share"] + row["Lexical share"] + row["Page share"] + row["Late share"]
        assert shares == pytest.approx(row["Score"], abs=1e-6)
        assert row["Dense rank"] == hit[DENSE].rank
        assert row["Lexical rank"] == hit[LEXICAL].rank or row["Lexical rank"] != row["Lexical rank"]
        assert row["Evidence"] == (hit.passage.evidence.value if hit.passage.evidence else "")
    assert "of the form" in page.caption[-1].value


def test_filters_narrow_the_table(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("inspect", small_store, q="night by the sea")
    page.multiselect[0].set_value(["claim"]).run()
    assert set(page.dataframe[0].value["Kind"]) == {"claim"}
    page.selectbox[1].set_value("Lighthouses").run()
    assert set(page.dataframe[0].value["Concept"]) == {"Lighthouses"}
    page.selectbox[0].set_value(Evidence.STRONG).run()
    assert list(page.dataframe[0].value["Evidence"]) == ["strong"]
    page.selectbox[1].set_value("Salt Marshes").run()
    assert not page.dataframe
    assert page.info[0].value == "No passage passes these filters."


def test_a_claim_that_should_answer_is_compared_with_the_first(open_page: OpenPage, small_store: Path) -> None:
    index = open_index(small_store)
    query = "Which pools grow saltier?"
    page = open_page("inspect", small_store, q=query, claim="marshes-carbon")
    assert not page.exception
    hits = search(index, query, 25)
    place = next(hit.rank for hit in hits if hit.passage.id == "marshes-carbon")
    assert place > 1
    chosen = page.selectbox[-1]
    assert chosen.label == "Passage"
    assert str(chosen.value).startswith(f"{place}. Salt marshes store carbon")
    costs = page.dataframe[1].value
    behind = hits[0].score - hits[place - 1].score
    assert costs["Costs"].sum() == pytest.approx(behind, abs=1e-4)
    assert costs["Word of the question"][0] in ("pools", "saltier")
    adds = page.dataframe[2].value["Adds"]
    assert adds.sum() == pytest.approx(hits[place - 1].score, abs=1e-4)


def test_the_best_hit_is_taken_apart_without_being_asked(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("inspect", small_store, q="saltier tide pools")
    assert not page.exception
    best = search(open_index(small_store), "saltier tide pools")[0]
    assert page.dataframe[1].value["Adds"].sum() == pytest.approx(best.score, abs=1e-4)
    assert len(page.get("vega_lite_chart")) == 2


def test_another_wording_is_tried_without_being_written(
    open_page: OpenPage, small_store: Path, small_base: Path
) -> None:
    page = open_page("inspect", small_store, q="Which pools grow saltier?", claim="marshes-carbon")
    before = {path: path.read_bytes() for path in small_base.rglob("*.md")}
    page = page.text_area[0].set_value("**Pools grow saltier.** Which pools grow saltier is known.").run()
    assert not page.exception
    told = next(text.value for text in page.markdown if "With these words" in text.value)
    assert "at place **1** instead of" in told
    assert {path: path.read_bytes() for path in small_base.rglob("*.md")} == before
