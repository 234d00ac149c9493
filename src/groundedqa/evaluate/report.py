"""What an evaluation says: measures with intervals, by kind and by concept, case by case; saved as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from groundedqa.base.models import Record
from groundedqa.errors import GoldError, Hint
from groundedqa.evaluate.gold import Asks
from groundedqa.evaluate.measures import Estimate, auroc, by_group, mean_of, rank_scores, reliability, risk_coverage
from groundedqa.evaluate.run import Outcome


class CaseResult(Record):
    """One question and what became of it. Scores are None where the base does not answer."""

    id: str
    question: str
    kind: Asks
    split: str
    query: str
    concepts: tuple[str, ...]  # slugs of the pages that answer
    found: tuple[str, ...]  # ids in the order of quoting
    quoted: tuple[str, ...]
    probability: float
    ndcg: float | None = None
    rr: float | None = None
    recall: float | None = None

    first_right: bool = False  # the first quote answers
    relevance: tuple[int, ...] | None = None  # of each quote: 2 answers, 1 helps, 0 neither; older releases kept none

    @property
    def right(self) -> bool:
        """Whether the learner was served well: a first quote that answers, or silence where the base is silent."""
        return self.first_right if self.kind.answerable else not self.quoted


class Report(Record):
    """An evaluation of one base. `measures` hold whole-set figures, `kinds` and `concepts` their parts."""

    base: str  # fingerprint of the base's files
    model: str
    split: str
    measures: dict[str, Estimate]
    kinds: dict[Asks, dict[str, Estimate]]
    concepts: dict[str, dict[str, Estimate]]
    risk_coverage: tuple[tuple[float, float], ...]
    reliability: tuple[tuple[float, float, int], ...]
    cases: tuple[CaseResult, ...]

    def worst(self, count: int = 20) -> list[CaseResult]:
        """The cases that served the learner worst: wrong answers first, then silence, then poor rankings."""
        return sorted(self.cases, key=lambda c: (c.right, not c.quoted, c.ndcg if c.ndcg is not None else 0.0, c.id))[
            :count
        ]


def judge(
    outcomes: Iterable[Outcome], qrels: Mapping[str, Mapping[str, int]], concept_of: Callable[[str], str]
) -> tuple[CaseResult, ...]:
    """Compare each outcome with what should have come of it."""
    outcomes = list(outcomes)
    scores = rank_scores({o.case.id: qrels[o.case.id] for o in outcomes}, {o.case.id: o.ranking for o in outcomes})
    judged = []
    for outcome in outcomes:
        case, wanted = outcome.case, [key for key, grade in qrels[outcome.case.id].items() if grade == 2]
        score = scores.get(case.id)
        judged.append(
            CaseResult(
                id=case.id,
                question=" / ".join((*case.after, case.question)),
                kind=case.kind,
                split=case.split,
                query=outcome.query,
                concepts=tuple(sorted({concept_of(key) for key in wanted})),
                found=tuple(key for key, _ in outcome.ranking),
                quoted=outcome.quoted,
                probability=outcome.probability,
                ndcg=score.ndcg if score else None,
                rr=score.rr if score else None,
                recall=score.recall if score else None,
                first_right=bool(outcome.quoted) and outcome.quoted[0] in wanted,
                relevance=tuple(qrels[case.id].get(key, 0) for key in outcome.quoted),
            )
        )
    return tuple(judged)


def report(cases: Sequence[CaseResult], base: str, model: str, split: str) -> Report:
    """Sum up what became of the questions."""
    kinds = {kind: some for kind in Asks if (some := [case for case in cases if case.kind is kind])}
    pages = sorted({page for case in cases for page in case.concepts})
    return Report(
        base=base,
        model=model,
        split=split,
        measures=measures(cases),
        kinds={kind: measures(some) for kind, some in kinds.items()},
        concepts={page: measures([case for case in cases if page in case.concepts]) for page in pages},
        risk_coverage=tuple(
            risk_coverage([c.probability for c in cases], [c.kind.answerable and _good(c) for c in cases])
        ),
        reliability=tuple(reliability([c.probability for c in cases], [c.kind.answerable for c in cases])),
        cases=tuple(cases),
    )


def measures(cases: Sequence[CaseResult]) -> dict[str, Estimate]:
    """The measures that these questions allow, by name."""
    yes = [case for case in cases if case.kind.answerable]
    no = [case for case in cases if not case.kind.answerable]
    near = [case for case in cases if case.kind is Asks.NEAR]
    found: dict[str, Estimate] = {}
    if yes:
        found["nDCG@10"] = mean_of([case.ndcg or 0.0 for case in yes])
        found["RR@10"] = mean_of([case.rr or 0.0 for case in yes])
        found["Recall@5"] = mean_of([case.recall or 0.0 for case in yes])
        found["first hit answers"] = mean_of([float(_good(case)) for case in yes])
        found["first quote answers"] = mean_of([float(case.first_right) for case in yes])
        found["silent though the base says"] = mean_of([float(not case.quoted) for case in yes])
        found |= _quotes([case for case in yes if case.quoted])
    if no:
        found["answered though the base does not say"] = mean_of([float(bool(case.quoted)) for case in no])
    if yes and no:
        found["AUROC"] = auroc([c.probability for c in cases], [c.kind.answerable for c in cases])
    if yes and near:
        some = [*yes, *near]
        found["AUROC, near misses"] = auroc([c.probability for c in some], [c.kind.answerable for c in some])
    return found


def _quotes(answered: Sequence[CaseResult]) -> dict[str, Estimate]:
    """Which share of all quotes answers or helps, over `count` quotes, and how many such quotes an answer has.

    The interval of the share resamples whole questions. Nothing where no quote was made, or where a report of an
    older release does not say what each is worth.
    """
    if not answered or any(case.relevance is None for case in answered):
        return {}
    relevant = [[grade > 0 for grade in case.relevance or ()] for case in answered]
    groups = [case.id for case in answered for _ in case.quoted]
    flat = np.concatenate(relevant)
    return {
        "quote precision": by_group(groups, np.ones(len(flat), dtype=bool), lambda rows: float(flat[rows].mean())),
        "relevant quotes an answer": mean_of([float(sum(some)) for some in relevant]),
    }


def _good(case: CaseResult) -> bool:
    """Whether the first hit would answer if it were quoted."""
    return case.rr == 1.0


HIGHER_IS_WORSE = ("silent though the base says", "answered though the base does not say")


def worsening(measure: str, was: float, now: float) -> float:
    """By how much a measure got worse; below 0 where it got better."""
    return now - was if measure in HIGHER_IS_WORSE else was - now


class Comparison(Record):
    """What changed from one report to another: the measures that fell by more than the margin, and each case."""

    margin: float
    fell: dict[str, tuple[float, float]]
    better: tuple[tuple[CaseResult, CaseResult], ...]
    worse: tuple[tuple[CaseResult, CaseResult], ...]
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]


def compare(old: Report, new: Report, margin: float) -> Comparison:
    """Compare two reports over the questions that both hold."""
    before = {case.id: case for case in old.cases}
    after = {case.id: case for case in new.cases}
    shared = [key for key in after if key in before]
    was = measures([before[key] for key in shared])
    now = measures([after[key] for key in shared])
    fell = {
        name: (was[name].value, now[name].value)
        for name in was.keys() & now.keys()
        if worsening(name, was[name].value, now[name].value) > margin
    }
    pairs = [(before[key], after[key]) for key in shared]
    return Comparison(
        margin=margin,
        fell=dict(sorted(fell.items())),
        better=tuple(pair for pair in pairs if _value(pair[1]) > _value(pair[0])),
        worse=tuple(pair for pair in pairs if _value(pair[1]) < _value(pair[0])),
        only_old=tuple(key for key in before if key not in after),
        only_new=tuple(key for key in after if key not in before),
    )


def _value(case: CaseResult) -> tuple[bool, float]:
    return case.right, round(case.ndcg or 0.0, 6)


def load_report(path: Path) -> Report:
    """Read a report that was saved as JSON.

    Raises:
        GoldError: there is no such file, or it holds something else.
    """
    try:
        return Report.model_validate_json(path.read_bytes())
    except OSError as error:
        raise GoldError(f"{path}: the older report cannot be read: {error.strerror or error}") from None
    except ValidationError:
        raise GoldError(f"{path}: this is no report of an evaluation", Hint.EVALUATE, str(path)) from None
