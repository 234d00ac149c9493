"""What a build encodes, keeps, forgets and stamps."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from groundedqa.errors import BaseError, IndexDamaged, IndexMissing
from groundedqa.index.build import Progress, build
from groundedqa.index.cache import VectorCache, key_of
from groundedqa.index.passages import embedded_text
from groundedqa.index.reading import open_index

CRABS = "Several crabs line up by size"


def rewrite(page: Path, old: str, new: str) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.count(old) == 1
    page.write_text(text.replace(old, new), encoding="utf-8")


def versions(store: Path) -> list[str]:
    return sorted(entry.name for entry in (store / "versions").iterdir() if entry.is_dir())


def test_first_build_encodes_each_passage_once_and_indexes_it(small_base: Path, new_store: Path) -> None:
    report = build(small_base, new_store)
    index = open_index(new_store)
    assert report.changed
    assert report.pages == 3
    assert report.encoded == report.passages == len(index.passages)
    assert index.root == small_base
    assert index.vectors.shape == (report.passages, 384)
    assert np.allclose(np.linalg.norm(index.vectors, axis=1), 1, atol=1e-5)
    for row, passage in enumerate(index.passages):
        text = embedded_text(passage, index.concepts[passage.concept])
        # The question's encoder is the export; the passages' was torch, in batches.
        assert np.abs(index.encoder.encode(text).vector - index.vectors[row]).max() < 1e-5
        assert index.dense.nearest(np.asarray(index.vectors[row]), 1).tolist() == [row]
        assert passage.text == (small_base / passage.path).read_text(encoding="utf-8")[passage.start : passage.end]


def test_nothing_changed_means_nothing_encoded_and_nothing_written(small_base: Path, small_store: Path) -> None:
    before = (small_store / "current").read_text(encoding="utf-8")
    stages: list[str] = []
    report = build(small_base, small_store, progress=Progress(stage=lambda name, _: stages.append(name)))
    assert (report.encoded, report.changed, stages) == (0, False, [])
    assert versions(small_store) == [before]


def test_one_changed_claim_is_one_encoded_passage(small_base: Path, small_store: Path) -> None:
    rewrite(small_base / "tide-pools.md", CRABS, "Dozens of crabs line up by size")
    report = build(small_base, small_store)
    index = open_index(small_store)
    assert (report.encoded, report.changed) == (1, True)
    claim = index.passage("pools-shell-queue")
    assert claim is not None
    assert "Dozens of crabs" in claim.text
    assert index.dense.nearest(index.encoder.encode(f"Tide Pools: {claim.text}").vector, 1).tolist() == [
        index.rows[claim.id]
    ]


def test_a_change_that_touches_no_text_is_written_without_encoding(small_base: Path, small_store: Path) -> None:
    rewrite(small_base / "lighthouses.md", "Evidence: weak", "Evidence: moderate")
    report = build(small_base, small_store)
    assert (report.encoded, report.changed) == (0, True)
    claim = open_index(small_store).passage("lighthouses-keepers")
    assert claim is not None
    assert claim.evidence == "moderate"


def test_deleted_page_leaves_index_and_vectors(small_base: Path, small_store: Path) -> None:
    rewrite(small_base / "lighthouses.md", "- [[Salt Marshes]]: marsh birds rest near the towers.\n", "")
    (small_base / "coast" / "salt-marshes.md").unlink()
    report = build(small_base, small_store)
    index = open_index(small_store)
    assert (report.pages, report.encoded) == (2, 0)
    assert {passage.concept for passage in index.passages} == {"tide-pools", "lighthouses"}
    assert index.passage("marshes-carbon") is None
    assert "cordgrass" not in index.lexical
    assert len(index.dense.nearest(np.asarray(index.vectors[0]), 1000)) == report.passages
    cache = VectorCache(small_store / "vectors.sqlite")
    carbon = "Salt Marshes: Salt marshes store carbon"
    assert not any(carbon in embedded_text(p, index.concepts[p.concept]) for p in index.passages)
    assert cache._connection.execute("SELECT count(*) FROM encoded").fetchone() == (report.passages,)
    cache.close()


def test_a_rebuild_takes_its_vectors_from_outside_chroma(small_base: Path, small_store: Path) -> None:
    shutil.rmtree(small_store / "versions")
    (small_store / "current").unlink()
    with pytest.raises(IndexMissing, match="there is no index yet"):
        open_index(small_store)
    report = build(small_base, small_store)
    assert (report.encoded, report.changed) == (0, True)
    assert len(open_index(small_store).passages) == report.passages


@pytest.mark.parametrize("damage", ["cut", "overwritten", "text"])
def test_damaged_vector_cache_only_costs_encoding_again(small_base: Path, small_store: Path, damage: str) -> None:
    cache = small_store / "vectors.sqlite"
    raw = cache.read_bytes()
    wrong = {"cut": raw[: len(raw) // 2], "overwritten": raw[:4096] + bytes(len(raw) - 4096), "text": b"no database"}
    cache.write_bytes(wrong[damage])
    before = np.array(open_index(small_store).vectors)
    report = build(small_base, small_store, force=True)
    assert report.encoded == report.passages
    assert np.abs(np.asarray(open_index(small_store).vectors) - before).max() < 1e-5


def test_equal_texts_are_encoded_once_and_all_found(tmp_path: Path, new_store: Path) -> None:
    base = tmp_path / "twins"
    for folder in ("one", "two"):
        (base / folder).mkdir(parents=True)
        (base / folder / "page.md").write_text("# Twin\n\nThe same paragraph on both pages.\n", encoding="utf-8")
    report = build(base, new_store)
    index = open_index(new_store)
    assert (report.passages, report.encoded) == (2, 1)
    assert sorted(index.dense.nearest(np.asarray(index.vectors[0]), 2).tolist()) == [0, 1]


def test_base_with_errors_leaves_the_old_index(small_base: Path, small_store: Path) -> None:
    before = versions(small_store)
    rewrite(
        small_base / "lighthouses.md", "@marchetti2015lamps] {#lighthouses-fresnel", "@nobody] {#lighthouses-fresnel"
    )
    with pytest.raises(BaseError, match=r"lighthouses\.md:\d+: error: .*@nobody"):
        build(small_base, small_store)
    assert versions(small_store) == before
    assert open_index(small_store).passage("lighthouses-fresnel") is not None


def test_moved_base_is_indexed_at_its_new_place(small_base: Path, small_store: Path, tmp_path: Path) -> None:
    small_base.rename(tmp_path / "moved")
    report = build(tmp_path / "moved", small_store)
    assert (report.encoded, report.changed) == (0, True)
    assert open_index(small_store).root == tmp_path / "moved"


def test_index_of_another_format_is_named_and_built_again(small_base: Path, small_store: Path) -> None:
    manifest = small_store / "versions" / versions(small_store)[0] / "manifest.json"
    saved = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(saved | {"format": saved["format"] + 1}), encoding="utf-8")
    with pytest.raises(IndexDamaged, match="format"):
        open_index(small_store)
    assert build(small_base, small_store).changed
    open_index(small_store)


def test_relative_base_is_found_from_elsewhere(
    small_base: Path, new_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first_small_store: Path
) -> None:
    shutil.copy(first_small_store / "vectors.sqlite", new_store)
    monkeypatch.chdir(tmp_path)
    build(Path("base"), new_store)
    monkeypatch.chdir("/")
    assert open_index(new_store).root == small_base


def test_vectors_are_kept_by_model_and_text(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "vectors.sqlite")
    one, two = key_of("model-a", "text"), key_of("model-b", "text")
    vectors: NDArray[np.float32] = np.arange(6, dtype=np.float32).reshape(2, 3)
    tokens = [np.zeros((4, 2), dtype=np.int8), np.array([[5, 6]], dtype=np.int8)]
    cache.put([one, two], vectors, tokens)
    cache.close()
    cache = VectorCache(tmp_path / "vectors.sqlite")
    found = cache.get([two, key_of("model-a", "other")])
    assert list(found) == [two]
    assert (found[two][0].tolist(), found[two][1].tolist()) == ([3, 4, 5], [[5, 6]])
    cache.keep_only([one])
    assert list(cache.get([one, two])) == [one]
    cache.close()


def test_environment_and_dotenv_of_other_chroma_users_change_nothing(
    small_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHROMA_API_IMPL", "chromadb.api.fastapi.FastAPI")
    (tmp_path / ".env").write_text("PERSIST_DIRECTORY=/nowhere\nOPENAI_API_KEY=x\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    index = open_index(small_store)
    assert index.dense.nearest(np.asarray(index.vectors[2]), 1).tolist() == [2]
