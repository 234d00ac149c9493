"""Search quality on a data set in BEIR layout for several weights of the signals, through the product's own code.

    python benchmarks/retrieval.py DIR [--store DIR] [--weights 0.25,0.2,0.15,0.4 0.2,0.2,0,0.6]

DIR holds corpus.jsonl, queries.jsonl and qrels/*.tsv. Each text becomes a page; a page's score is
that of its best passage. Weights are those of the dense and the lexical index, the page and late
interaction. Prints nDCG@10, RR@10 and Recall@5 over the queries that have a relevant text.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from groundedqa.evaluate.datasets import read_beir, run_queries, understood, write_base
from groundedqa.evaluate.measures import rank_scores
from groundedqa.index.build import build
from groundedqa.index.reading import open_index
from groundedqa.search.fusion import Weights

TRIED = ["0.25,0.2,0.15,0.4", "0.25,0.25,0,0.5", "0.2,0.2,0,0.6", "0.3,0.3,0,0.4", "0.25,0.15,0.2,0.4"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--weights", nargs="*", default=TRIED)
    options = parser.parse_args()
    collection = read_beir(options.data)
    wanted = {query: collection.qrels[query] for query in collection.queries}
    with tempfile.TemporaryDirectory() as scratch:
        store = options.store or Path(scratch) / "store"
        pages = Path(scratch) / "pages"
        pages.mkdir()
        write_base(collection.texts, pages)
        build(pages, store)
        index = open_index(store)
        questions = understood(index, collection)
        for given in options.weights:
            weights = Weights(*map(float, given.split(",")))
            scores = rank_scores(wanted, run_queries(index, collection, questions, weights=weights)).values()
            means = {
                name: statistics.mean(getattr(score, name) for score in scores) for name in ("ndcg", "rr", "recall")
            }
            print(f"weights {given}:", "  ".join(f"{name} {m:.3f}" for name, m in means.items()), flush=True)


if __name__ == "__main__":
    main()
