"""What the learners' database tells, as plain data. All times are in UTC."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Passage
from groundedqa.quiz.grading import brier
from groundedqa.quiz.item_kind import ItemKind

_BINS = 10


@dataclass(frozen=True, slots=True)
class Due:
    """A card whose time has come. `retrievability` is the predicted probability of recall, 0 where it begins anew."""

    claim_id: str
    kind: ItemKind
    due: datetime
    retrievability: float


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A claim that no longer stands as it was learned: gone, or with a worse level of evidence."""

    claim_id: str
    then: str  # its text when the learner last saw it
    evidence_then: Evidence | None
    now: Passage | None  # None where the base no longer has it


@dataclass(frozen=True, slots=True)
class Missed:
    """A claim that was not answered right the last time. `score` is the claim's own share, from 0 to below 1."""

    claim_id: str
    kind: ItemKind
    answered: datetime
    score: float


@dataclass(frozen=True, slots=True)
class ConceptProgress:
    """How far a learner is with one concept."""

    concept: str  # the concept's slug
    claims: int  # of the base on this concept
    seen: int  # of them, those that were answered
    due: int  # cards whose time has come
    retrievability: float  # mean over the cards


class SurenessBin(NamedTuple):
    """Answers with a similar probability: the mean of what was said, the share that was right, how many."""

    said: float
    right: float
    number: int

    @classmethod
    def of(cls, answers: Sequence[tuple[float, bool]]) -> SurenessBin:
        """One answer or more, as in `Sureness.of`."""
        number = len(answers)
        said, right = math.fsum(said for said, _ in answers), sum(right for _, right in answers)
        return cls(said / number, right / number, number)


@dataclass(frozen=True, slots=True)
class Sureness:
    """How sure a learner said to be of answers, and how many were right.

    `brier` is the mean Brier score, 0 the best and 1 the worst; `said` above `right` is overconfidence.
    """

    number: int
    brier: float
    said: float
    right: float
    bins: tuple[SurenessBin, ...]  # by tenths of what was said, lowest first, none of them empty

    @classmethod
    def of(cls, answers: Sequence[tuple[float, bool]]) -> Sureness:
        """Sum up one answer or more, each with the probability that was said and whether it was right."""
        bins: dict[int, list[tuple[float, bool]]] = {}
        for said, right in answers:
            bins.setdefault(min(int(said * _BINS), _BINS - 1), []).append((said, right))
        score = math.fsum(brier(said, right) for said, right in answers) / len(answers)
        whole = SurenessBin.of(answers)
        parts = tuple(SurenessBin.of(bins[at]) for at in sorted(bins))
        return cls(whole.number, score, whole.said, whole.right, parts)


@dataclass(frozen=True, slots=True)
class MissedQuestion:
    """A question of the chat that quoted claims which were missed in a quiz later or before."""

    question: str
    claim_ids: tuple[str, ...]  # those that were missed
    when: datetime
