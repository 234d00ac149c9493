"""The commands in processes of their own: what they import, print and connect to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from groundedqa.index.encoder import TOLERANCE, TorchEncoder
from groundedqa.index.model import Model
from groundedqa.index.passages import embedded_text
from groundedqa.index.reading import open_index

pytestmark = pytest.mark.process


# Runs the command line with every connection that is not to this machine's own sockets refused and
# reported, and says at the end which of the slow libraries were imported.
WATCHED = """
import json, os, socket, sys
report = os.environ["REPORT"]
found = {"connections": [], "lookups": []}
def refuse(name):
    original = getattr(socket.socket, name)
    def watched(self, address, *rest):
        if self.family != getattr(socket, "AF_UNIX", None):
            found["connections"].append(repr(address))
            raise OSError("the network is not to be used")
        return original(self, address, *rest)
    setattr(socket.socket, name, watched)
refuse("connect")
refuse("connect_ex")
def lookup(*given, **_):
    found["lookups"].append(repr(given))
    raise OSError("the network is not to be used")
socket.getaddrinfo = lookup
from groundedqa.cli import main

sys.argv = ["groundedqa", *sys.argv[1:]]
try:
    main()
finally:
    found["modules"] = sorted({name.partition(".")[0] for name in sys.modules})
    open(report, "w").write(json.dumps(found))
"""


def run(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> tuple[subprocess.CompletedProcess[str], dict[str, list[str]]]:
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
    settings |= {"REPORT": str(folder / "report.json"), **(environment or {})}
    command = [sys.executable, "-c", WATCHED, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=settings, timeout=200, check=False)
    report: dict[str, list[str]] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return done, report


NOISE = ("Traceback", "Warning", "warning:", "it/s", "huggingface", "BM25S", "telemetry", "LOAD REPORT", "Batches")


def test_asking_imports_no_torch_connects_to_nothing_and_prints_one_object(frozen_store: Path, tmp_path: Path) -> None:
    done, report = run(tmp_path, "ask", "What is a linear probe?", "--store", str(frozen_store), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "answered"
    assert done.stderr == ""
    assert report["connections"] == report["lookups"] == []
    assert "onnxruntime" in report["modules"]
    assert not {"torch", "sentence_transformers", "transformers", "chromadb"} & set(report["modules"])


def test_asking_what_is_not_covered_is_quiet_too(frozen_store: Path, tmp_path: Path) -> None:
    done, report = run(tmp_path, "ask", "How do I bake sourdough bread?", "--store", str(frozen_store), "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["status"] == "abstained"
    assert done.stderr == ""
    assert "torch" not in report["modules"]


def test_indexing_connects_to_nothing_and_prints_only_what_it_did(small_base: Path, tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    done, report = run(tmp_path, "index", str(small_base), "--store", store)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"{small_base}: indexed 3 pages, ")
    assert not [word for word in NOISE if word in done.stderr], done.stderr
    assert report["connections"] == report["lookups"] == []
    assert "torch" in report["modules"], "the export is made of the original"
    again, report = run(tmp_path, "index", str(small_base), "--store", store)
    assert "nothing has changed" in again.stdout
    assert again.stderr == ""
    assert not {"torch", "sentence_transformers", "chromadb", "onnxruntime"} & set(report["modules"])


def test_a_few_new_passages_need_no_torch_and_get_the_original_s_vectors(
    small_base: Path, small_store: Path, tmp_path: Path
) -> None:
    page = small_base / "lighthouses.md"
    page.write_text(page.read_text(encoding="utf-8").replace("four times", "five times"), encoding="utf-8")
    done, report = run(tmp_path, "index", str(small_base), "--store", str(small_store))
    assert "encoded 1, reused 19." in done.stdout
    assert not {"torch", "sentence_transformers"} & set(report["modules"])
    index = open_index(small_store)
    row = index.rows["lighthouses-fresnel"]
    texts = [embedded_text(index.passages[row], index.concepts["lighthouses"])]
    vectors, _ = TorchEncoder(Model.find(index.manifest.model)).encode_passages(texts)
    assert np.abs(index.vectors[row] - vectors[0]).max() < TOLERANCE
    assert index.tokens.closeness(index.encode(texts[0]).tokens, [row]).min() > 0.98, "its own tokens are kept"


def test_a_damaged_export_is_made_again_by_ask_with_clean_output(small_store: Path, tmp_path: Path) -> None:
    before = open_index(small_store).encoder.encode("hermit crabs").vector
    file = next(small_store.glob("encoders/*/model.onnx"))
    raw = file.read_bytes()
    file.unlink()  # not overwritten: other stores link to it
    file.write_bytes(raw[: len(raw) // 2])
    done, report = run(tmp_path, "ask", "Why do tide pools grow saltier?", "--store", str(small_store), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["quotes"][0]["passage_id"] == "pools-salinity"
    assert "the encoder's export is lost or damaged; building the index again." in done.stderr
    assert not [word for word in NOISE if word in done.stderr], done.stderr
    assert report["connections"] == report["lookups"] == []
    assert np.abs(open_index(small_store).encoder.encode("hermit crabs").vector - before).max() < 1e-6


def test_wrong_model_is_one_sentence(small_store: Path, tmp_path: Path) -> None:
    done, _ = run(
        tmp_path, "ask", "crabs", "--store", str(small_store), environment={"GROUNDEDQA_MODEL": "other/model"}
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("groundedqa: ")
    assert done.stderr.rstrip().endswith("groundedqa index --model other/model")
    assert len(done.stderr.splitlines()) == 1
