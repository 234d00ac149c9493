"""Building an index version from a folder of pages: incrementally, and safe to kill at any moment."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from groundedqa.base.files import fingerprint
from groundedqa.base.folder import read_base
from groundedqa.base.models import Base
from groundedqa.errors import BaseError, StoreError
from groundedqa.index.cache import VectorCache, key_of
from groundedqa.index.encoder import TorchEncoder
from groundedqa.index.lexical import PAGES, LexicalIndex
from groundedqa.index.model import (
    DEFAULT_MODEL,
    Encoder,
    Model,
    export_encodes_passages,
    export_is_current,
    export_is_whole,
)
from groundedqa.index.passages import SavedBase, embedded_text, indexed_terms, page_terms
from groundedqa.index.seals import seals_of
from groundedqa.index.store import FORMAT, Manifest, Store
from groundedqa.index.tokens import NO_TOKENS, Tokens, write_tokens

_FEW = 200
"""Texts that are encoded one by one by the export: torch encodes them faster, but takes seconds to import."""
_BATCH = 512
"""Texts encoded between two saves: a killed build loses at most this much work."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `encoded` counts the texts that went through the model."""

    version: str
    pages: int
    passages: int
    encoded: int
    changed: bool
    warnings: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How a build tells what it is doing; by default it tells nobody."""

    stage: Callable[[str, int], None] = lambda name, total: None  # a stage begins, with its number of steps
    advance: Callable[[int], None] = lambda steps: None
    waiting: Callable[[], None] = lambda: None  # another process is building
    note: Callable[[str], None] = lambda words: None  # why it builds at all


def build(
    corpus: Path, directory: Path, model_name: str = DEFAULT_MODEL, progress: Progress = Progress(), force: bool = False
) -> BuildReport:
    """Bring the index in `directory` up to date with the pages in `corpus`.

    Only texts that were never encoded before are. The version that answers stays as it is until
    the new one is complete and has been checked.

    Args:
        force: write a new version even if nothing has changed (used when the current one is damaged).

    Raises:
        BaseError: the folder holds errors; its text names every one of them.
        GroundedQAError: there is no such encoder.
    """
    store = Store(directory)
    root = Path(os.path.abspath(corpus))  # noqa: PTH100 -- not resolved: the path stays as the author knows it
    model = Model.find(model_name)
    seal = fingerprint(root)  # before reading: a page saved meanwhile makes the next build run
    with store.building(progress.waiting):
        if not force and (report := _unchanged(store, root, model, seal)):
            store.clean()  # what a killed build left, and versions whose last reader has gone
            return report
        base = _read(corpus, root)
        saved = SavedBase.of(base)
        vectors, tokens, questions, encoded, keys = _encoded(store, base, model, progress)
        version = store.new_version()
        _write(store, version, saved, vectors, tokens, questions, root, model, seal, progress)
        store.swap(version)
        cache = VectorCache(store.cache)
        cache.keep_only(keys)
        cache.close()
        store.clean()
    return BuildReport(version, len(base.concepts), len(base.passages), encoded, True, len(base.problems))


def _unchanged(store: Store, root: Path, model: Model, seal: str) -> BuildReport | None:
    try:
        version = store.current()
        manifest = store.manifest(version)
        manifest.check(store.versions / version)
    except StoreError:
        return None
    same = (manifest.format, manifest.model_key, manifest.fingerprint) == (FORMAT, model.key, seal)
    if not same or manifest.root != root or not export_is_whole(store.encoders / model.key):
        return None
    return BuildReport(version, manifest.pages, manifest.passages, 0, False)


def _read(corpus: Path, root: Path) -> Base:
    base = read_base(root)
    if base.errors:
        lines = [f"{corpus / p.path}:{p.line}: error: {p.message}" for p in base.errors]
        lines.append(f"{corpus}: nothing was indexed; mend the {len(lines)} errors above first")
        raise BaseError("\n".join(lines), problems=base.errors)
    if not base.passages:
        raise BaseError(f"{corpus}: the pages in this folder hold no text that could be indexed")
    return base


def _encoded(
    store: Store, base: Base, model: Model, progress: Progress
) -> tuple[NDArray[np.float32], list[Tokens], NDArray[np.float32], int, list[bytes]]:
    """The vector and tokens of each passage, the vectors of their questions in the same order, how many texts were
    encoded, and the keys that all are kept under."""
    texts = [embedded_text(p, base.concepts[p.concept]) for p in base.passages]
    keys = [key_of(model.key, text) for text in texts]
    asked = [question for passage in base.passages for question in passage.questions]
    asked_keys = [key_of(f"{model.key} question", question) for question in asked]
    cache = VectorCache(store.cache)
    found = cache.get([*keys, *asked_keys])
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
    unknown = {key: text for key, text in zip(asked_keys, asked, strict=True) if key not in found}
    export = store.encoders / model.key
    exported = export_is_current(export)
    encoder: Encoder | None = None
    if missing or unknown or not exported:
        progress.stage("Loading the encoder", 0)
        encoder = _encoder(model, export if exported else None, len(missing) + len(unknown))
    if isinstance(encoder, TorchEncoder) and not exported:
        progress.stage("Preparing the encoder for quick answers", 0)
        beside = store.encoders / f"{model.key}.new"
        shutil.rmtree(beside, ignore_errors=True)
        encoder.export(beside)
        shutil.rmtree(export, ignore_errors=True)
        beside.rename(export)
    if encoder and missing:
        progress.stage("Encoding passages", len(missing))
        # Texts of like length together: a batch is as slow as its longest text.
        todo = sorted(missing.items(), key=lambda pair: -len(pair[1]))
        for start in range(0, len(todo), _BATCH):
            some = todo[start : start + _BATCH]
            vectors, tokens = encoder.encode_passages([text for _, text in some])
            cache.put([key for key, _ in some], vectors, tokens)
            found |= {key: pair for (key, _), pair in zip(some, zip(vectors, tokens, strict=True), strict=True)}
            progress.advance(len(some))
    if encoder and unknown:
        progress.stage("Encoding questions", len(unknown))
        left = list(unknown.items())
        for start in range(0, len(left), _BATCH):
            some = left[start : start + _BATCH]
            vectors = encoder.encode_questions([text for _, text in some])
            cache.put([key for key, _ in some], vectors, [NO_TOKENS] * len(some))
            found |= {key: (vector, NO_TOKENS) for (key, _), vector in zip(some, vectors, strict=True)}
            progress.advance(len(some))
    cache.close()
    vectors = np.stack([found[key][0] for key in keys]).astype(np.float32)
    questions = np.asarray([found[key][0] for key in asked_keys], dtype=np.float32).reshape(-1, vectors.shape[1])
    encoded = len(missing) + len(unknown)
    return vectors, [found[key][1] for key in keys], questions, encoded, [*keys, *asked_keys]


def _encoder(model: Model, export: Path | None, texts: int) -> Encoder:
    """What encodes a number of passages soonest."""
    if export and texts <= _FEW and export_encodes_passages(export):
        from groundedqa.index.onnx import shared  # takes a moment, which a build that changes nothing has not

        return shared(model, export)
    return TorchEncoder(model)


def _write(
    store: Store,
    version: str,
    saved: SavedBase,
    vectors: NDArray[np.float32],
    tokens: list[Tokens],
    questions: NDArray[np.float32],
    root: Path,
    model: Model,
    seal: str,
    progress: Progress,
) -> None:
    """Write a whole version and check it, or leave nothing that could be mistaken for one."""
    # chromadb takes a second to import, which a build that changes nothing should not wait for.
    from groundedqa.index.chroma import ChromaVectors, write_vectors

    directory = store.versions / version
    directory.mkdir(parents=True)
    (directory / "base.json").write_text(saved.model_dump_json(), encoding="utf-8")
    np.save(directory / "vectors.npy", vectors)
    np.save(directory / "questions.npy", questions)
    write_tokens(directory / "tokens", tokens)
    concepts = {concept.slug: concept for concept in saved.concepts}
    LexicalIndex.build(indexed_terms(saved.passages, concepts)).save(directory / "lexical")
    LexicalIndex.build(page_terms(saved.passages, concepts), PAGES).save(directory / "pages")
    progress.stage("Writing the index", len(vectors))
    write_vectors(directory / "chroma", vectors, progress.advance)
    ChromaVectors(directory / "chroma", vectors).close()
    manifest = Manifest(
        format=FORMAT,
        model=model.name,
        model_key=model.key,
        dimension=vectors.shape[1],
        root=root,
        fingerprint=seal,
        pages=len(saved.concepts),
        passages=len(saved.passages),
        files=seals_of(directory),
    )
    (directory / "manifest.json").write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
