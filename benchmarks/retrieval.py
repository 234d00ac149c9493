"""Search quality on a data set in BEIR layout, through the index and search code of the product.

    python benchmarks/retrieval.py DIR [--store DIR] [--weights 0.5 0.6 0.7]

DIR holds corpus.jsonl, queries.jsonl and qrels/*.tsv. Each text becomes a page; a page's score is
that of its best passage. For each weight of the dense side, and for each side alone, prints
nDCG@10, RR@10 and Recall@5 over the queries that have a relevant text.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from groundedqa.evaluate.collections import read_beir, run_queries, write_base
from groundedqa.evaluate.measures import rank_scores
from groundedqa.index.build import build
from groundedqa.index.opened import open_index
from groundedqa.search import fusion, hybrid


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--weights", type=float, nargs="*", default=[0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0])
    options = parser.parse_args()
    collection = read_beir(options.data)
    wanted = {query: collection.qrels[query] for query in collection.queries}
    hybrid.LATE_WEIGHT = 0.0  # the two retrievers alone
    with tempfile.TemporaryDirectory() as scratch:
        store = options.store or Path(scratch) / "store"
        if not (store / "current").exists():
            pages = Path(scratch) / "pages"
            pages.mkdir()
            write_base(collection.texts, pages)
            print(build(pages, store))
        index = open_index(store)
        for weight in options.weights:
            fusion.DENSE_WEIGHT = weight
            scores = rank_scores(wanted, run_queries(index, collection)).values()
            means = {
                name: statistics.mean(getattr(score, name) for score in scores) for name in ("ndcg", "rr", "recall")
            }
            print(f"dense weight {weight:.1f}:", "  ".join(f"{name} {m:.3f}" for name, m in means.items()), flush=True)


if __name__ == "__main__":
    main()
