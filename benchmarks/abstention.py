"""Fit the probability that the base answers, on the dev half of its gold cases.

    python benchmarks/abstention.py [--corpus corpus] [--store .groundedqa]

Prints the numbers for `answer/confidence.py`, and for the test half the AUROC over all cases and over
near misses, and both error rates at some thresholds. Definitions are left out: they are answered by
the page's own definition, whatever the probability.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from groundedqa.answer import retrieve
from groundedqa.evaluate.gold import Asks, read_gold
from groundedqa.evaluate.run import converse
from groundedqa.index.build import build
from groundedqa.index.opened import open_index


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--store", type=Path, default=Path(".groundedqa"))
    options = parser.parse_args()
    build(options.corpus, options.store)
    index = open_index(options.store)
    rows, cases = [], []
    for case in read_gold(options.corpus / "gold.yaml"):
        found = retrieve(index, case.question, converse(index, case.after))
        if found.defined or found.question.carried:
            continue
        rows.append(found.sure.features)
        cases.append(case)
    features = np.array(rows)
    answers = np.array([case.kind.answerable for case in cases])
    near = answers | np.array([case.kind is Asks.NEAR for case in cases])
    dev = np.array([case.split == "dev" for case in cases])
    model = LogisticRegression(C=100).fit(features[dev], answers[dev])
    sure = model.predict_proba(features)[:, 1]
    names = ("cosine", "coverage", "weakest", "length")
    weights = "  ".join(f"{name} {weight:.2f}" for name, weight in zip(names, model.coef_[0], strict=True))
    print(f"intercept {model.intercept_[0]:.2f}  {weights}")
    for name, part in (("dev", dev), ("test", ~dev)):
        print(f"{name}: {part.sum()} cases, {answers[part].sum()} answerable")
        overall, hard = (roc_auc_score(answers[p], sure[p]) for p in (part, part & near))
        print(f"  AUROC over all {overall:.3f}, near misses {hard:.3f}")
        for cut in (0.4, 0.5, 0.6, 0.7, 0.8):
            silent = float((sure[part & answers] < cut).mean())
            wrong = float((sure[part & ~answers] >= cut).mean())
            print(f"  at {cut}: silent though the base says {silent:.3f}, answers though it does not {wrong:.3f}")


if __name__ == "__main__":
    main()
