"""From how many rows on Chroma's graph is quicker than the exact product: `python benchmarks/dense.py [ROWS ...]`.

Vectors are the shipped base's, each many times with a little noise, so that they lie as those of a real base do.
Prints one Markdown table: medians of one query for the first 100 rows, both sides in turn.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from groundedqa.index.build import build
from groundedqa.index.chroma import ChromaVectors, write_vectors
from groundedqa.index.dense import ExactVectors, Nearest

FIRST, REPEAT = 100, 60


def timed(index: Nearest, query: NDArray[np.float32]) -> float:
    start = time.perf_counter()
    index.nearest(query, FIRST)
    return 1000 * (time.perf_counter() - start)


def main(sizes: list[int]) -> None:
    drawn = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as scratch:
        store = Path(scratch) / "store"
        version = build(Path("corpus"), store).version
        own = np.load(store / "versions" / version / "vectors.npy")
        print("| rows | exact | Chroma | ratio | opening Chroma |\n|---|---|---|---|---|")
        for size in sizes:
            rows = own[np.arange(size) % len(own)] + drawn.normal(0, 0.02, (size, own.shape[1]))
            vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
            place = Path(scratch) / str(size)
            write_vectors(place, vectors, lambda _: None)
            began = time.perf_counter()
            chroma, exact = ChromaVectors(place, vectors), ExactVectors(vectors)
            opened = 1000 * (time.perf_counter() - began)
            queries = own[drawn.integers(0, len(own), REPEAT)]
            pairs = [(timed(exact, query), timed(chroma, query)) for query in queries]
            ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
            print(f"| {size:,} | {ours:.2f} ms | {theirs:.2f} ms | {ours / theirs:.2f} | {opened:.0f} ms |", flush=True)
            chroma.close()


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1_375, 10_000, 20_000, 40_000])
