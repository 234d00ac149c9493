"""Real models of 32 dimensions and random weights, saved as people save theirs."""

from __future__ import annotations

from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from transformers import (
    AutoTokenizer,
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    PreTrainedTokenizerFast,
)


def tiny_model(folder: Path, pooling: str = "cls", seed: int = 7) -> Path:
    """An encoder."""
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    tokenizer = Tokenizer(WordPiece({piece: place for place, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    ends = [("[CLS]", 2), ("[SEP]", 3)]
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    raw = folder.with_name(f"{folder.name}-raw")
    BertModel(config).save_pretrained(raw)
    special = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, mask_token="[MASK]", **special).save_pretrained(raw)
    words = Transformer(str(raw), max_seq_length=64)
    SentenceTransformer(modules=[words, Pooling(32, pooling_mode=pooling)]).save(str(folder))
    return folder


def tiny_cross_encoder(folder: Path, labels: int) -> Path:
    """A cross-encoder that gives as many scores as there are labels."""
    words = tiny_model(folder / "words")
    config = BertConfig.from_pretrained(words)
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder / "cross")
    AutoTokenizer.from_pretrained(words).save_pretrained(folder / "cross")
    return folder / "cross"
