"""Encoders: the export against its original, other models, and what the index says of its model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from tiny_models import tiny_model

from groundedqa.errors import GroundedQAError, Hint, ModelMismatch
from groundedqa.index.build import build
from groundedqa.index.encoder import TOLERANCE, TorchEncoder
from groundedqa.index.model import DEFAULT_MODEL, Model, export_is_current, export_is_whole
from groundedqa.index.onnx import OnnxEncoder
from groundedqa.index.reading import Index, open_index
from groundedqa.workspace import Workspace

pytestmark = pytest.mark.model

TEXTS = [
    "",
    " ",
    "a",
    "What is a sparse autoencoder?",
    "Superposition: " + "features share neurons, " * 80,
    "antidisestablishmentarianism" * 30,
    "\U0001f9e0\U0001f469\u200d\U0001f52c emoji \U0001f1e9\U0001f1ea",
    "注意力机制如何工作?",
    "Что такое разреженный автокодировщик?",
    "ما هو المسبار الخطي؟",
    "नमस्ते दुनिया",
    "ﬁne ligatures, combining e\u0301, ½ and ∑ ∫ → ≤",
    "tabs\tand\nnewlines\r\n\x00 and control \x07",
    "x = [W_enc @ h for h in resid]  # code",
    "[CLS] [SEP] [MASK] [PAD] [UNK]",
]


@pytest.fixture(scope="module")
def original() -> TorchEncoder:
    return TorchEncoder(Model.find(DEFAULT_MODEL))


def test_export_differs_from_its_original_by_at_most_the_tolerance(frozen_index: Index, original: TorchEncoder) -> None:
    export = frozen_index.encoder
    assert isinstance(export, OnnxEncoder)
    for text in TEXTS:
        vector = export.encode(text).vector
        assert vector.shape == (384,)
        assert vector.dtype == np.float32
        assert abs(np.linalg.norm(vector) - 1) < 1e-5
        assert np.abs(vector - original.encode(text).vector).max() <= TOLERANCE, text[:40]
        assert np.abs(vector - original.encode_passages([text])[0][0]).max() <= TOLERANCE, text[:40]
        tokens = export.encode(text).tokens
        assert np.abs(tokens - original.encode(text).tokens).max(initial=0) <= 10 * TOLERANCE, text[:40]


def test_passages_of_unlike_lengths_in_one_batch_have_the_vectors_of_each_alone(original: TorchEncoder) -> None:
    together, tokens = original.encode_passages(TEXTS)
    alone = [original.encode_passages([text]) for text in TEXTS]
    assert np.abs(together - np.stack([vectors[0] for vectors, _ in alone])).max() <= TOLERANCE
    for own, (_, each) in zip(tokens, alone, strict=True):
        assert own.shape == each[0].shape
        assert np.abs(own.astype(int) - each[0].astype(int)).max() <= 1


def test_mean_of_the_token_vectors_is_the_sentence_vector(frozen_index: Index, original: TorchEncoder) -> None:
    for encoder in (frozen_index.encoder, original):
        for text in TEXTS:
            encoded = encoder.encode_passage(text)
            assert encoded.all_tokens.shape == (len(encoded.places), 384)
            mean = encoded.all_tokens.mean(axis=0)
            assert np.abs(mean / np.linalg.norm(mean) - encoded.vector).max() <= TOLERANCE
        text = "Sparse autoencoders in Zürich"
        encoded = encoder.encode_passage(text)
        assert encoded.places[0] == encoded.places[-1] == (0, 0)
        assert len(encoded.tokens) == len(encoded.spans) == len(encoded.places) - 2
        assert "".join(text[start:end] for start, end in encoded.spans) == "SparseautoencodersinZürich"


def test_a_byte_that_is_not_utf8_in_a_question_is_encoded_as_unknown(
    frozen_index: Index, original: TorchEncoder
) -> None:
    question = b"caf\xe9".decode("utf-8", "surrogateescape")
    for encoder in (frozen_index.encoder, original):
        assert np.array_equal(encoder.encode(question).vector, encoder.encode("caf?").vector)


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_any_local_model_by_option(small_base: Path, tmp_path: Path, pooling: str) -> None:
    folder = tiny_model(tmp_path / "tiny", pooling)
    report = build(small_base, tmp_path / "store", str(folder))
    index = open_index(tmp_path / "store")
    assert report.encoded == report.passages
    assert (index.manifest.model, index.manifest.dimension) == (str(folder), 32)
    assert index.vectors.shape == (report.passages, 32)
    assert isinstance(index.encoder, OnnxEncoder)
    theirs = SentenceTransformer(str(folder), device="cpu")
    for row, passage in enumerate(index.passages):
        text = f"{index.concepts[passage.concept].title}: {passage.text}"
        expected = theirs.encode(text, normalize_embeddings=True, show_progress_bar=False)
        assert np.abs(index.vectors[row] - expected).max() <= TOLERANCE
        assert np.abs(index.encoder.encode(text).vector - expected).max() <= TOLERANCE
    assert open_index(tmp_path / "store", str(folder)).version == report.version


def test_another_model_than_the_index_was_built_with_is_a_clear_error(small_store: Path, tmp_path: Path) -> None:
    wanted = str(tmp_path / "other-model")
    with pytest.raises(ModelMismatch) as caught:
        open_index(small_store, wanted)
    text = str(caught.value)
    assert DEFAULT_MODEL in text
    assert "384" in text
    assert (caught.value.hint, caught.value.subject) == (Hint.REBUILD, wanted)


def test_changing_the_model_rebuilds_and_removes_the_old_export(
    small_base: Path, small_store: Path, tmp_path: Path
) -> None:
    folder = tiny_model(tmp_path / "tiny")
    report = build(small_base, small_store, str(folder))
    assert (report.changed, report.encoded) == (True, report.passages)
    assert open_index(small_store).manifest.dimension == 32
    assert [export.name for export in (small_store / "encoders").iterdir()] == [Model.find(str(folder)).key]
    with pytest.raises(ModelMismatch, match=f"not {DEFAULT_MODEL!r}$"):
        open_index(small_store, DEFAULT_MODEL)


def test_a_local_model_is_the_same_by_any_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tiny_model(tmp_path / "tiny")
    monkeypatch.chdir(tmp_path)
    assert Model.find("tiny") == Model.find("./tiny/") == Model.find(str(folder))


def test_weights_trained_further_in_place_are_another_model(small_base: Path, tmp_path: Path) -> None:
    """Training may leave the end of the weights' file alone: here only the attention of one layer changes."""
    folder = tiny_model(tmp_path / "tiny")
    build(small_base, tmp_path / "store", str(folder))
    model = SentenceTransformer(str(folder), device="cpu")
    with torch.no_grad():
        model[0].auto_model.encoder.layer[0].attention.self.query.weight.mul_(1.5)
    model.save(str(folder))
    with pytest.raises(ModelMismatch, match=r"has changed since the index was built$"):
        open_index(tmp_path / "store")
    report = build(small_base, tmp_path / "store", str(folder))
    assert report.encoded == report.passages
    open_index(tmp_path / "store")


def test_a_large_model_trained_further_is_another_model(tmp_path: Path) -> None:
    """A file too large to be read whole at each question: a change in its middle is seen."""
    (tmp_path / "large").mkdir()
    weights = tmp_path / "large" / "model.safetensors"
    raw = bytearray(np.random.default_rng(1).bytes(8_000_000))
    weights.write_bytes(raw)
    before = Model.find(str(tmp_path / "large")).key
    assert Model.find(str(tmp_path / "large")).key == before
    raw[4_000_000:4_040_000] = bytes(40_000)
    weights.write_bytes(raw)
    assert Model.find(str(tmp_path / "large")).key != before


def test_asking_rebuilds_a_damaged_index_with_its_own_model(small_base: Path, tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "tiny")
    version = build(small_base, tmp_path / "store", str(folder)).version
    (tmp_path / "store" / "versions" / version / "manifest.json").unlink()
    assert Workspace.at(tmp_path / "store").open().manifest.model == str(folder)


class Doubled(torch.nn.Module):
    """A module that the tracer freezes: what it does depends on the batch's values."""

    def forward(self, features: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        vectors = features["sentence_embedding"]
        shift = float(features["input_ids"].float().mean())  # a constant in the graph
        return {**features, "sentence_embedding": vectors + shift}

    def save(self, output_path: str, *_: object, **__: object) -> None: ...


def test_a_model_whose_export_differs_is_served_by_torch_and_says_so(tmp_path: Path) -> None:
    encoder = TorchEncoder(Model.find(str(tiny_model(tmp_path / "tiny"))))
    encoder._model.append(Doubled())
    encoder.export(tmp_path / "export")
    stamp = json.loads((tmp_path / "export" / "encoder.json").read_text(encoding="utf-8"))
    assert stamp["serves"] is False
    assert stamp["difference"] > TOLERANCE
    assert "differs from the original by" in stamp["reason"]
    assert export_is_whole(tmp_path / "export")


class Refusing(torch.nn.Module):
    """A module with an operation that ONNX does not have."""

    def forward(self, features: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        vectors = features["sentence_embedding"]
        return {**features, "sentence_embedding": vectors + 0 * torch.special.i1(vectors)}


def test_a_model_that_cannot_be_exported_is_served_by_torch_and_says_so(
    small_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny_model(tmp_path / "tiny")
    load = TorchEncoder.__init__

    def load_and_add(self: TorchEncoder, model: Model) -> None:
        load(self, model)
        self._model.append(Refusing())

    monkeypatch.setattr(TorchEncoder, "__init__", load_and_add)
    report = build(small_base, tmp_path / "store", str(folder))
    stamp = json.loads(next((tmp_path / "store").glob("encoders/*/encoder.json")).read_text(encoding="utf-8"))
    assert stamp["serves"] is False
    assert "i1" in stamp["reason"]
    index = open_index(tmp_path / "store")
    assert isinstance(index.encoder, TorchEncoder)
    assert len(index.passages) == report.passages
    vector = index.encoder.encode(f"Lighthouses: {index.passages[0].text}").vector
    assert vector.shape == (32,)
    assert not build(small_base, tmp_path / "store", str(folder)).changed  # and is not exported again
    with (small_base / "lighthouses.md").open("a", encoding="utf-8") as page:
        page.write("\n\nA new paragraph about lamps.\n")
    assert build(small_base, tmp_path / "store", str(folder)).encoded == 1, "what is new goes through torch too"


@pytest.mark.parametrize("prompts", [{}, {"passage": "passage: ", "query": "query: "}])
def test_a_new_passage_has_the_vector_of_the_original_prompt_and_all(
    small_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prompts: dict[str, str]
) -> None:
    folder = tiny_model(tmp_path / "tiny", "mean")
    original = SentenceTransformer(str(folder), device="cpu", prompts=prompts)
    original.save(str(folder))
    build(small_base, tmp_path / "store", str(folder))
    with (small_base / "lighthouses.md").open("a", encoding="utf-8") as page:
        page.write("\n\nA new paragraph about lamps.\n")
    with monkeypatch.context() as patched:
        patched.setattr(TorchEncoder, "__init__", lambda *_: pytest.fail("torch is not needed for a few passages"))
        assert build(small_base, tmp_path / "store", str(folder)).encoded == 1
    index = open_index(tmp_path / "store")
    row = next(row for row, p in enumerate(index.passages) if p.text == "A new paragraph about lamps.")
    text = "Lighthouses: A new paragraph about lamps."
    expected = original.encode_document([text], normalize_embeddings=True, show_progress_bar=False)[0]
    assert np.abs(index.vectors[row] - expected).max() <= TOLERANCE


def test_an_export_of_an_older_release_is_made_anew_when_it_is_needed(small_base: Path, tmp_path: Path) -> None:
    folder = str(tiny_model(tmp_path / "tiny"))
    build(small_base, tmp_path / "store", folder)
    file = next((tmp_path / "store").glob("encoders/*/encoder.json"))
    stamp = json.loads(file.read_text(encoding="utf-8"))
    del stamp["passage prompt"]
    file.write_text(json.dumps(stamp), encoding="utf-8")
    assert not build(small_base, tmp_path / "store", folder).changed
    assert open_index(tmp_path / "store").passages, "it still answers"
    with (small_base / "lighthouses.md").open("a", encoding="utf-8") as page:
        page.write("\n\nA new paragraph about lamps.\n")
    assert build(small_base, tmp_path / "store", folder).encoded == 1
    assert export_is_current(file.parent)


def test_no_such_model_is_told_with_what_would_help(
    small_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "empty").mkdir()
    with pytest.raises(GroundedQAError, match="neither a folder here nor to be had") as told:
        build(small_base, tmp_path / "store", str(tmp_path / "empty"))
    assert told.value.hint is Hint.ENCODER
