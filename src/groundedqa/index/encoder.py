"""The encoder that builds: sentence-transformers on torch, and its export to ONNX.

This is the only module that imports sentence_transformers, and it does so late: a question is
answered by the export (`index/onnx.py`), which needs neither it nor torch.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from groundedqa.errors import GroundedQAError, Hint
from groundedqa.index.model import Encoded, Model, encodable
from groundedqa.index.seals import seals_of
from groundedqa.index.tokens import Tokens, compress

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TOLERANCE = 1e-5
"""Largest difference of any vector component at which an export may stand in for its original."""

_PASSAGE_PROMPTS = ("document", "passage", "corpus")
"""Names of prompts that sentence-transformers takes for passages, the first that there is."""
_PROBES = (
    "What is a sparse autoencoder?",
    "x",
    "Attribution graphs trace how information flows from a prompt to a response. " * 40,
    "Ünïcode, 日本語, emoji \U0001f9e0 and 3.14 %",
)


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
                f"the encoder {model.name!r} is neither a folder here nor to be had from the model hub", Hint.ENCODER
            ) from error
        if model.adapter:
            _merge(self._model, model.adapter)
        self.model = model
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def encode_passages(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], list[Tokens]]:
        """The vectors of passages, shape (len(texts), dimension), float32, length 1, and their compressed tokens."""
        found: Any = self._model.encode_document(list(texts), output_value=None, show_progress_bar=False)
        # A batch is padded to its longest text: the mask says which tokens are the text's own.
        own = [
            np.asarray(one["token_embeddings"], dtype=np.float32)[np.asarray(one["attention_mask"], dtype=bool)]
            for one in found
        ]
        # Compressed in one go: a small product at a time costs more in waking threads than in arithmetic.
        tokens = np.split(compress(np.concatenate(own)), np.cumsum([len(rows) for rows in own])[:-1]) if own else []
        return self._unit([np.asarray(one["sentence_embedding"]) for one in found]), tokens

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of questions, shape (len(texts), dimension), float32, length 1."""
        return self._unit(self._model.encode_query([encodable(text) for text in texts], show_progress_bar=False))

    def encode(self, text: str) -> Encoded:
        """The vectors of a question and of its tokens."""
        given: Any = self._model.encode_query([encodable(text)], output_value=None, show_progress_bar=False)
        return self._encoded((self._model.prompts or {}).get("query") or "", text, given[0])

    def encode_passage(self, text: str) -> Encoded:
        """The same of a passage."""
        given: Any = self._model.encode_document([encodable(text)], output_value=None, show_progress_bar=False)
        return self._encoded(self._prompt_of_passages(), text, given[0])

    def _encoded(self, prompt: str, text: str, found: Any) -> Encoded:
        tokens = np.asarray(found["token_embeddings"], dtype=np.float32)
        offsets: list[tuple[int, int]] = [(0, 0)] * len(tokens)
        if backend := getattr(self._model.tokenizer, "backend_tokenizer", None):
            offsets = backend.encode(prompt + encodable(text)).offsets[: len(tokens)]
        return Encoded.of(np.asarray(found["sentence_embedding"], dtype=np.float32), tokens, offsets, len(prompt))

    def _prompt_of_passages(self) -> str:
        prompts = self._model.prompts or {}
        names = (*_PASSAGE_PROMPTS, self._model.default_prompt_name or "")
        return next((prompts[name] or "" for name in names if name in prompts), "")

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is one piece of the vocabulary."""
        return word in self._model.tokenizer.get_vocab()

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
        stamp: dict[str, Any] = {
            "model": self.model.name,
            "dimension": self.dimension,
            "serves": False,
            "passage prompt": None,
        }
        try:
            self._write_graph(directory)
            from groundedqa.index.onnx import OnnxEncoder

            prompt = (self._model.prompts or {}).get("query", "")
            stamp |= {"prompt": prompt, "difference": None}
            (directory / "encoder.json").write_text(json.dumps(stamp), encoding="utf-8")
            twin = OnnxEncoder(self.model, directory)
            gaps = [np.abs(twin.encode(text).vector - self.encode(text).vector).max() for text in _PROBES]
            largest = float(max(gaps))
            stamp |= {"difference": largest, "serves": largest <= TOLERANCE}
            stamp["passage prompt"] = self._passage_prompt(directory, stamp)
            if not stamp["serves"]:
                stamp["reason"] = f"the export differs from the original by {largest:.1e}, more than {TOLERANCE:.0e}"
        except Exception as error:  # whatever a foreign model's export trips over, torch still serves
            stamp["reason"] = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        (directory / "encoder.json").unlink(missing_ok=True)
        stamp["files"] = seals_of(directory)
        (directory / "encoder.json").write_text(json.dumps(stamp, indent=1), encoding="utf-8")

    def _passage_prompt(self, directory: Path, stamp: dict[str, Any]) -> str | None:
        """The prompt that passages get; None where the export does not encode them as this model does."""
        from groundedqa.index.onnx import OnnxEncoder

        prompt = self._prompt_of_passages()
        (directory / "encoder.json").write_text(json.dumps({**stamp, "passage prompt": prompt}), encoding="utf-8")
        ours, _ = self.encode_passages(_PROBES)
        theirs, _ = OnnxEncoder(self.model, directory).encode_passages(_PROBES)
        return prompt if float(np.abs(ours - theirs).max()) <= TOLERANCE else None

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


def _merge(model: SentenceTransformer, adapter: Path) -> None:
    """Add a low-rank adapter to a model's weights (LoRA, Hu et al. 2021, arXiv:2106.09685): W + alpha / rank * B A."""
    from safetensors.torch import load_file

    about = json.loads((adapter / "adapter.json").read_text(encoding="utf-8"))
    maps = load_file(adapter / "adapter.safetensors")
    inner: Any = model[0]
    weights = dict(inner.auto_model.named_parameters())
    for name in sorted(maps):
        place, found, _ = name.partition(".lora_A.weight")
        if found:
            change = maps[f"{place}.lora_B.weight"].float() @ maps[name].float()
            weights[f"{place}.weight"].data += about["alpha"] / about["rank"] * change
