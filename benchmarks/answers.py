"""Answers and abstentions on gold cases, through the code that answers learners.

    python benchmarks/answers.py [--corpus corpus] [--store .groundedqa] [--misses]

Prints nDCG@10 and Recall@5 of the search, how often the first quote and any quote answers, and the
two error rates of abstaining: answered although the base does not say, silent although it does.
"""

from __future__ import annotations

import argparse
import collections
from pathlib import Path

import ir_measures
from ir_measures import RR, R, nDCG

from groundedqa.answer import Abstention, Answer, Grounded, answer
from groundedqa.evaluate.gold import read_gold, references, resolve
from groundedqa.index.build import build
from groundedqa.index.opened import open_index
from groundedqa.search import search


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--store", type=Path, default=Path(".groundedqa"))
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    build(options.corpus, options.store)
    index = open_index(options.store)
    cases = read_gold(options.corpus / "gold.yaml")
    judged = resolve(cases, references(index.concepts, index.passages))
    qrels, run = [], []
    tally: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for case in cases:
        wanted = [passage for passage, relevance in judged[case.id].items() if relevance == 2]
        qrels += [ir_measures.Qrel(case.id, passage, relevance) for passage, relevance in judged[case.id].items()]
        history: list[Answer] = []
        for earlier in case.after:
            history.append(answer(index, earlier, history))
        given = answer(index, case.question, history)
        if wanted:
            for hit in search(index, given.question.query, top_k=10):
                run.append(ir_measures.ScoredDoc(case.id, hit.passage.id, hit.score))
        counts = tally[case.kind.value]
        counts["cases"] += 1
        match given:
            case Grounded(quotes=quotes):
                ids = [quote.passage.id for quote in quotes]
                counts["answered"] += 1
                counts["first"] += bool(wanted) and ids[0] in wanted
                counts["any"] += bool(wanted) and bool(set(ids) & set(wanted))
                good = bool(wanted) and ids[0] in wanted
            case Abstention():
                ids = [quote.passage.id for quote in given.nearest]
                good = not wanted
        if options.misses and not good:
            said = type(given).__name__
            print(f"{case.id} {case.kind} {said}: {case.question}\n    wanted {wanted}\n    got    {ids}")
    found = ir_measures.calc_aggregate([nDCG @ 10, RR @ 10, R @ 5], qrels, run)
    print("  ".join(f"{measure} {value:.3f}" for measure, value in found.items()))
    for kind, counts in tally.items():
        print(f"{kind:12}", dict(counts))
    yes = sum((tally[k] for k in tally if k not in ("far", "field", "near")), collections.Counter())
    no = sum((tally[k] for k in ("far", "field", "near")), collections.Counter())
    print(
        f"answerable: first quote right {yes['first'] / yes['cases']:.3f}, any {yes['any'] / yes['cases']:.3f}, "
        f"silent {1 - yes['answered'] / yes['cases']:.3f}; unanswerable: answered {no['answered'] / no['cases']:.3f}"
    )


if __name__ == "__main__":
    main()
