"""Search quality on a data set in BEIR layout, through the index and search code of the product.

    python benchmarks/retrieval.py DIR [--store DIR] [--weights 0.5 0.6 0.7]

DIR holds corpus.jsonl, queries.jsonl and qrels/*.tsv. Each text becomes a page; a page's score is
that of its best passage. For each weight of the dense side, and for each side alone, prints
nDCG@10, RR@10 and Recall@5 over the queries that have a relevant text.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from pathlib import Path

import ir_measures
from ir_measures import RR, R, nDCG

from groundedqa.index.build import build
from groundedqa.index.opened import open_index
from groundedqa.search import fusion, search

MEASURES = [nDCG @ 10, RR @ 10, R @ 5]


def write_pages(corpus: Path, folder: Path) -> None:
    for line in corpus.open(encoding="utf-8"):
        entry = json.loads(line)
        text = " ".join(entry["text"].split())
        title = " ".join(entry["title"].split()) or entry["_id"]
        (folder / f"{entry['_id']}.md").write_text(f"# {title}\n\n{text or title}\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--weights", type=float, nargs="*", default=[0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0])
    options = parser.parse_args()
    queries = {}
    for line in (options.data / "queries.jsonl").open(encoding="utf-8"):
        entry = json.loads(line)
        queries[entry["_id"]] = entry["text"]
    qrels = []
    for file in (options.data / "qrels").glob("*.tsv"):
        for row in csv.DictReader(file.open(encoding="utf-8"), delimiter="\t"):
            qrels.append(ir_measures.Qrel(row["query-id"], row["corpus-id"], int(row["score"])))
    wanted = sorted({qrel.query_id for qrel in qrels if qrel.relevance > 0})
    with tempfile.TemporaryDirectory() as scratch:
        store = options.store or Path(scratch) / "store"
        if not (store / "current").exists():
            pages = Path(scratch) / "pages"
            pages.mkdir()
            write_pages(options.data / "corpus.jsonl", pages)
            print(build(pages, store))
        index = open_index(store)
        for weight in options.weights:
            fusion.DENSE_WEIGHT = weight
            run = []
            for identifier in wanted:
                best: dict[str, float] = {}
                for hit in search(index, queries[identifier], top_k=50):
                    best.setdefault(hit.passage.concept, hit.score)
                run += [ir_measures.ScoredDoc(identifier, doc, score) for doc, score in best.items()]
            found = ir_measures.calc_aggregate(MEASURES, qrels, run)
            print(f"dense weight {weight:.1f}:", "  ".join(f"{m} {found[m]:.3f}" for m in MEASURES), flush=True)


if __name__ == "__main__":
    main()
