"""The encoder that serves: an ONNX export of the model that built the index, without torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from groundedqa.index.model import Encoded, Model, encodable
from groundedqa.index.tokens import Tokens, compress


class OnnxEncoder:
    """Encodes questions, and mostly passages too, as the original does, to within `encoder.TOLERANCE`."""

    def __init__(self, model: Model, directory: Path) -> None:
        """Load an export that `TorchEncoder.export` wrote.

        Raises:
            OSError, ValueError, RuntimeError: a file is lost or cut.
        """
        stamp = json.loads((directory / "encoder.json").read_text(encoding="utf-8"))
        self.model = model
        self.dimension = int(stamp["dimension"])
        self._prompt: str = stamp["prompt"]
        self._passage_prompt: str | None = stamp.get("passage prompt")
        self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        # Threads that spin while they wait slow numpy's down: without, an answer takes an eighth to a half less.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(directory / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = [given.name for given in self._session.get_inputs()]
        # To take a score apart, its question is encoded once more.
        self._encode = lru_cache(maxsize=8)(self._run)

    def encode_passages(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], list[Tokens]]:
        """As `TorchEncoder.encode_passages`, one by one: quicker for a few, for torch takes seconds to import."""
        found = [self._encode((self._passage_prompt or "") + text) for text in texts]
        vectors = np.stack([vector for _, vector, _ in found]).astype(np.float32)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        units = np.asarray(vectors / np.where(norms == 0, 1, norms), dtype=np.float32)
        return units, [compress(tokens) for _, _, tokens in found]

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As `TorchEncoder.encode_questions`, one by one."""
        return np.stack([self.encode(text).vector for text in texts])

    def encode(self, text: str) -> Encoded:
        """The vectors of a question and of its tokens."""
        return self._encoded(self._prompt, text)

    def encode_passage(self, text: str) -> Encoded:
        """The same of a passage."""
        return self._encoded(self._passage_prompt or "", text)

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is one piece of the vocabulary."""
        return self._tokenizer.token_to_id(word) is not None

    def _encoded(self, prompt: str, text: str) -> Encoded:
        offsets, vector, tokens = self._encode(prompt + text)
        return Encoded.of(vector, tokens, offsets, len(prompt))

    def _run(self, text: str) -> tuple[list[tuple[int, int]], NDArray[np.float32], NDArray[np.float32]]:
        encoding = self._tokenizer.encode(encodable(text))
        features = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        given = {name: np.asarray([features[name]], dtype=np.int64) for name in self._inputs}
        tokens, sentence = self._session.run(["token_embeddings", "sentence_embedding"], given)
        return encoding.offsets, sentence[0], tokens[0]


@lru_cache(maxsize=2)
def shared(model: Model, directory: Path) -> OnnxEncoder:
    """An export, loaded once for all versions of an index that a process opens; raises as `OnnxEncoder`.

    The folder is named after the model's own content, so it never holds another one's export.
    """
    return OnnxEncoder(model, directory)
