"""Fit the probability that the base answers, on its gold cases.

    python benchmarks/abstention.py [--corpus corpus] [--store .groundedqa]

Prints the numbers for `answer/confidence.py`, and for unseen folds (5-fold cross-validation, five
times) the AUROC over all cases and over near misses, and both error rates at a probability of 0.5.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from groundedqa.answer import Form
from groundedqa.answer.confidence import confidence
from groundedqa.answer.conversation import understand
from groundedqa.answer.questions import informative
from groundedqa.answer.retrieval import _fitting
from groundedqa.evaluate.gold import read_gold
from groundedqa.index.build import build
from groundedqa.index.opened import open_index
from groundedqa.search import search


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--store", type=Path, default=Path(".groundedqa"))
    options = parser.parse_args()
    build(options.corpus, options.store)
    index = open_index(options.store)
    rows, labels, kinds = [], [], []
    for case in read_gold(options.corpus / "gold.yaml"):
        if case.after:
            continue
        question = understand(index, case.question)
        if question.form is Form.DEFINITION:
            continue  # answered by the page's own definition, whatever the probability
        hits = _fitting(question, search(index, question.query, 40), [])
        sure = confidence(index, informative(question.query, question.form), hits)
        rows.append([sure.cosine, sure.coverage])
        labels.append(case.kind.answerable)
        kinds.append(case.kind.value)
    features, answers = np.array(rows), np.array(labels)
    hard = answers | (np.array(kinds) == "near")
    model = LogisticRegression(C=100)
    folds = [
        cross_val_predict(
            model, features, answers, cv=StratifiedKFold(5, shuffle=True, random_state=seed), method="predict_proba"
        )[:, 1]
        for seed in range(5)
    ]
    unseen = np.mean(folds, axis=0)
    model.fit(features, answers)
    print(f"{len(answers)} cases, {int(answers.sum())} answerable")
    print(f"intercept {model.intercept_[0]:.2f}  cosine {model.coef_[0][0]:.2f}  coverage {model.coef_[0][1]:.2f}")
    near = roc_auc_score(answers[hard], unseen[hard])
    print(f"AUROC over all {roc_auc_score(answers, unseen):.3f}, near misses {near:.3f}")
    for cut in (0.3, 0.4, 0.5, 0.6):
        silent = float((unseen[answers] < cut).mean())
        wrong = float((unseen[~answers] >= cut).mean())
        print(f"at {cut}: silent though the base says {silent:.3f}, answers though it does not {wrong:.3f}")


if __name__ == "__main__":
    main()
