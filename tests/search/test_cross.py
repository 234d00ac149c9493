"""A cross-encoder plugs into search: a real one, of 32 dimensions and random weights, saved as people save theirs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tiny_models import tiny_cross_encoder

from groundedqa.errors import GroundedQAError, Hint
from groundedqa.index.reading import open_index
from groundedqa.search.fusion import MinMax
from groundedqa.search.hybrid import search
from groundedqa.search.rerank import RERANKED, RERANKER_WEIGHT, CrossEncoder
from groundedqa.workspace import Settings, Workspace

pytestmark = pytest.mark.model

QUERY = "why do pools get saltier"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_cross_encoder(tmp_path_factory.mktemp("cross"), labels=1)


def test_it_reorders_the_best_and_shows_its_part(small_store: Path, saved: Path) -> None:
    plain = search(open_index(small_store), QUERY, top_k=100)
    workspace = Workspace(Settings.of(store=small_store, cross_encoder=str(saved)))
    hits = search(workspace.load(), QUERY, top_k=100, reranker=workspace.reranker)
    assert all(hit.reranked is None for hit in plain)
    judged = [hit for hit in hits if hit.reranked]
    assert {hit.row for hit in judged} == {hit.row for hit in plain if hit.rank <= RERANKED}
    assert [hit.row for hit in hits] != [hit.row for hit in plain]
    for hit in hits:
        assert hit.score == pytest.approx(sum(part.contribution for part in hit.parts.values()), abs=1e-6)
    own = CrossEncoder(str(saved)).scores(QUERY, [hit.passage.text for hit in judged])
    for hit, score, stretched in zip(judged, own, MinMax.over(own, 1.0)(own), strict=True):
        assert hit.reranked.score == pytest.approx(float(score), abs=1e-5)
        assert hit.reranked.contribution == pytest.approx(RERANKER_WEIGHT * float(stretched), abs=1e-4)
        assert hit.reranked.rank == 1 + int(np.sum(own > score))


def test_what_is_no_cross_encoder_is_one_sentence(tmp_path: Path, small_store: Path) -> None:
    with pytest.raises(GroundedQAError, match=r"nowhere.*neither a folder here") as told:
        Workspace(Settings.of(store=small_store, cross_encoder=str(tmp_path / "nowhere"))).reranker  # noqa: B018
    assert told.value.hint is Hint.RERANKER
    with pytest.raises(GroundedQAError, match="3 scores"):
        CrossEncoder(str(tiny_cross_encoder(tmp_path / "many", labels=3)))
