"""An index open for reading: what search and answers work on."""

from __future__ import annotations

import json
import math
import weakref
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from groundedqa.base.models import Concept, Kind, Passage, Source
from groundedqa.errors import GroundedQAError, Hint, IndexDamaged, ModelMismatch
from groundedqa.index.dense import Nearest, open_dense
from groundedqa.index.encoder import TorchEncoder
from groundedqa.index.lexical import LexicalIndex
from groundedqa.index.model import Encoded, Encoder, Model, export_is_whole
from groundedqa.index.onnx import shared
from groundedqa.index.passages import SavedBase
from groundedqa.index.store import Manifest, Store
from groundedqa.index.tokens import TokenVectors
from groundedqa.text.words import terms, words_in

_TRIES = 5


@dataclass(frozen=True, eq=False)
class Index:
    """One version of an index. Row i of `vectors`, of the dense and of the lexical index is `passages[i]`.

    The version is held, so that no build removes it, until the last reference to this is gone.
    """

    store: Path
    version: str
    manifest: Manifest
    concepts: dict[str, Concept]  # by slug
    passages: tuple[Passage, ...]
    sources: dict[str, Source]  # by id
    vectors: NDArray[np.float32]  # shape (passages, dimension), rows of length 1
    questions: NDArray[np.float32]  # the same of all questions of the passages, in their order
    dense: Nearest
    tokens: TokenVectors
    lexical: LexicalIndex
    pages: LexicalIndex  # row i is the i-th of `concepts`
    encoder: Encoder

    @property
    def root(self) -> Path:
        """The folder that the pages stand in."""
        return self.manifest.root

    def encode(self, question: str) -> Encoded:
        """The vectors of a question; the last few are kept, since search and the probability both need them."""
        return self._encode(question)

    @cached_property
    def _encode(self) -> Callable[[str], Encoded]:
        return lru_cache(maxsize=8)(self.encoder.encode)

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of each passage by its id."""
        return {passage.id: row for row, passage in enumerate(self.passages)}

    @cached_property
    def page_of(self) -> NDArray[np.int64]:
        """The place of each passage's page among `concepts`, shape (passages,)."""
        places = {slug: place for place, slug in enumerate(self.concepts)}
        return np.asarray([places[passage.concept] for passage in self.passages], dtype=np.int64)

    @cached_property
    def names(self) -> dict[tuple[str, ...], str]:
        """The slug of each concept by the terms of its titles and aliases; titles come first."""
        found: dict[tuple[str, ...], str] = {}
        for concept in self.concepts.values():
            found.setdefault(tuple(terms(concept.title)), concept.slug)
        for concept in self.concepts.values():
            for alias in concept.aliases:
                found.setdefault(tuple(terms(alias)), concept.slug)
        found.pop((), None)
        return found

    @cached_property
    def words(self) -> Counter[str]:
        """How often the passages and the names of concepts hold each word, as it is written in lower case."""
        texts = [passage.text for passage in self.passages]
        texts += [name for concept in self.concepts.values() for name in concept.names]
        return Counter(word for text in texts for _, _, word in words_in(text) if word.isalpha())

    @cached_property
    def question_starts(self) -> NDArray[np.int64]:
        """The questions of row i are those from the i-th of these places up to the next, shape (passages + 1,)."""
        return np.cumsum([0, *(len(passage.questions) for passage in self.passages)], dtype=np.int64)

    def rows_of(self, kind: Kind) -> list[int]:
        """The rows of all passages of one kind."""
        return self._rows_by_kind.get(kind, [])

    @cached_property
    def _rows_by_kind(self) -> dict[Kind, list[int]]:
        found: dict[Kind, list[int]] = {}
        for row, passage in enumerate(self.passages):
            found.setdefault(passage.kind, []).append(row)
        return found

    @cached_property
    def centers(self) -> dict[str, NDArray[np.float32]]:
        """The direction that the passages of each concept's page have in common, of length 1, by slug."""
        found: dict[str, list[int]] = {}
        for row, passage in enumerate(self.passages):
            found.setdefault(passage.concept, []).append(row)
        sums = {slug: self.vectors[rows].sum(axis=0) for slug, rows in found.items()}
        return {slug: np.asarray(s / (np.linalg.norm(s) or 1.0), dtype=np.float32) for slug, s in sums.items()}

    @cached_property
    def most_linked(self) -> list[str]:
        """The slugs of all concepts, those first that most pages link to."""
        counts = Counter(link for concept in self.concepts.values() for link in concept.links)
        return sorted(self.concepts, key=lambda slug: (-counts[slug], slug))

    def rarity(self, term: str) -> float:
        """The idf of a term over the passages: high for a rare one, highest for one never seen."""
        return math.log(1 + (len(self.passages) + 0.5) / (self.lexical.frequency(term) + 0.5))

    def passage(self, identifier: str) -> Passage | None:
        """The passage with that id, if there is one."""
        row = self.rows.get(identifier)
        return None if row is None else self.passages[row]


def open_index(directory: Path, model_name: str | None = None) -> Index:
    """Open the version that answers now, and check it.

    Args:
        model_name: the encoder that the caller counts on; None takes the one that built the index.

    Raises:
        IndexMissing: nothing was built yet.
        IndexDamaged: files are lost, cut or disagree.
        ModelMismatch: the index was built with another encoder.
    """
    store = Store(directory)
    for attempt in range(_TRIES):
        version = store.current()
        try:
            return _open(store, version, model_name)
        except IndexDamaged:
            # A build may have swapped the version away between the two reads above.
            if store.current() == version or attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _open(store: Store, version: str, model_name: str | None) -> Index:
    directory = store.versions / version
    lock = store.hold(version)
    try:
        manifest = store.manifest(version)
        manifest.check(directory)
        _check_model(store, manifest, model_name)
        try:
            saved = SavedBase.model_validate_json((directory / "base.json").read_bytes())
            vectors = np.load(directory / "vectors.npy", mmap_mode="r")
            questions = np.load(directory / "questions.npy", mmap_mode="r")
            tokens = TokenVectors(directory / "tokens", len(saved.passages))
            lexical = LexicalIndex.load(directory / "lexical", len(saved.passages))
            pages = LexicalIndex.load(directory / "pages", len(saved.concepts))
        except (OSError, ValueError, ValidationError) as error:
            raise IndexDamaged(f"{directory}: a file of the index is damaged ({type(error).__name__})") from error
        shape = (manifest.passages, manifest.dimension)
        listed = (sum(len(passage.questions) for passage in saved.passages), manifest.dimension)
        if (vectors.shape, questions.shape) != (shape, listed) or len(saved.passages) != manifest.passages:
            raise IndexDamaged(f"{directory}: the index holds {vectors.shape} vectors where {shape} were written")
        encoder = _encoder(store, manifest)
        dense = open_dense(directory / "chroma", vectors)
        index = Index(
            store=store.directory,
            version=version,
            manifest=manifest,
            concepts={concept.slug: concept for concept in saved.concepts},
            passages=saved.passages,
            sources={source.id: source for source in saved.sources},
            vectors=vectors,
            questions=questions,
            dense=dense,
            tokens=tokens,
            lexical=lexical,
            pages=pages,
            encoder=encoder,
        )
    except BaseException:
        lock.release()
        raise
    weakref.finalize(index, _close, dense, lock)
    return index


def _close(dense: Nearest, lock: object) -> None:
    dense.close()
    lock.release()  # type: ignore[attr-defined]


def _check_model(store: Store, manifest: Manifest, wanted: str | None) -> None:
    if wanted is not None and Model.find(wanted).name != manifest.model:
        raise ModelMismatch(
            f"{store.directory}: this index was built with the encoder {manifest.model!r} "
            f"({manifest.dimension} dimensions), not {wanted!r}",
            Hint.REBUILD,
            wanted,
        )
    if Model.find(manifest.model).key != manifest.model_key:
        raise ModelMismatch(
            f"{store.directory}: the encoder {manifest.model!r} has changed since the index was built",
            Hint.REBUILD,
            manifest.model,
        )


def _encoder(store: Store, manifest: Manifest) -> Encoder:
    model = Model.find(manifest.model)
    directory = store.encoders / manifest.model_key
    if not export_is_whole(directory):
        raise IndexDamaged(f"{directory}: the encoder's export is lost or damaged")
    try:
        stamp = json.loads((directory / "encoder.json").read_text(encoding="utf-8"))
        encoder: Encoder = shared(model, directory) if stamp["serves"] else TorchEncoder(model)
    except GroundedQAError:
        raise
    except Exception as error:  # onnxruntime and tokenizers have errors of their own
        raise IndexDamaged(f"{directory}: the encoder's export is damaged ({type(error).__name__})") from error
    if encoder.dimension != manifest.dimension:
        raise ModelMismatch(
            f"{store.directory}: the index holds vectors of {manifest.dimension} dimensions, but the encoder "
            f"{manifest.model!r} makes {encoder.dimension}",
            Hint.REBUILD,
            manifest.model,
        )
    return encoder
