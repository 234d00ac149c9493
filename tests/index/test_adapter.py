"""The adapter that ships: it is merged, it has a key of its own, and it gives what its file says on held-out pages."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from groundedqa.index.encoder import TorchEncoder
from groundedqa.index.model import ADAPTER, DEFAULT_MODEL, PLAIN_MODEL, Model

pytestmark = pytest.mark.model

PAGES = Path(__file__).parent.parent.parent / "training" / "pages"


@pytest.fixture(scope="module")
def held_out() -> list[dict]:  # type: ignore[type-arg]
    pages = [
        json.loads(line) for file in sorted(PAGES.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()
    ]
    assert len(pages) >= 800
    return [page for page in pages if sha256(page["topic"].casefold().encode()).digest()[0] % 10 == 0]


def first_right(encoder: TorchEncoder, pages: list[dict]) -> float:  # type: ignore[type-arg]
    """How often the nearest claim of a page, by cosine, answers."""
    passages = [f"{page['topic']}: {claim['text']}" for page in pages for claim in page["claims"]]
    vectors, _ = encoder.encode_passages(passages)
    asked = encoder.encode_questions([one["q"] for page in pages for one in page["questions"]])
    right, at, row = [], 0, 0
    for page in pages:
        own = vectors[at : at + len(page["claims"])]
        for one in page["questions"]:
            nearest = page["claims"][int(np.argmax(own @ asked[row]))]["id"]
            right.append(nearest in one["answers"])
            row += 1
        at += len(page["claims"])
    return float(np.mean(right))


def test_it_gives_what_it_says_and_more_than_the_plain_model(held_out: list[dict]) -> None:  # type: ignore[type-arg]
    stated = json.loads((ADAPTER / "adapter.json").read_text(encoding="utf-8"))["held_out"]["first right, cosine"]
    found = first_right(TorchEncoder(Model.find(DEFAULT_MODEL)), held_out)
    assert found == pytest.approx(stated, abs=0.005)
    assert found > first_right(TorchEncoder(Model.find(PLAIN_MODEL)), held_out) + 0.03


def test_the_model_has_a_key_of_its_own_that_goes_by_the_adapter(tmp_path: Path) -> None:
    ours, plain = Model.find(DEFAULT_MODEL), Model.find(PLAIN_MODEL)
    assert ours.location == plain.location
    assert plain.adapter is None
    assert ours.key.startswith("groundedqa-minilm-")
    assert ours.key.rpartition("-")[2] != plain.key.rpartition("-")[2]
