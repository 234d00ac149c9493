"""Which passages some natural question brings into the first five, and what stands in the way of the others.

Every question goes through the code that answers learners, so a passage counts as reached where it would
be among the first five to be quoted.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError
from threadpoolctl import threadpool_limits

from groundedqa.answer import retrieve
from groundedqa.answer.questions import concepts_named
from groundedqa.authoring.asking import Asked, Origin
from groundedqa.base import Kind, Passage
from groundedqa.index.opened import Index
from groundedqa.index.words import terms

FIRST = 5
"""Places that count."""
_FORMAT = 2
"""Raised whenever a report would say something else of the same base and questions."""
_TWINS = 0.9
"""Cosine from which on two passages of one kind compete for the same questions. Of the pairs of claims of
the shipped base one in 5,000 comes as near."""
_SWALLOWED = 0.5
"""Share of a page's own questions whose first hit stands on one other page, from which on that swallows it."""
_KEPT = 4
"""Reports that are kept."""


class Saved(BaseModel):
    """Never changed once made."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reached(Saved):
    """How well one passage is reached.

    `rank` is its best place, None where no question brings it among the candidates; `question` is the one
    that does best, and `above` the ids of the passages before it there, at most five. `questions` counts
    those that bring it into the first five.
    """

    passage_id: str
    rank: int | None = None
    question: str = ""
    origin: Origin = Origin.MADE
    questions: int = 0
    above: tuple[str, ...] = ()

    @property
    def reached(self) -> bool:
        """Whether it is among the first five for some question."""
        return self.questions > 0


class Swallowed(Saved):
    """A page whose own questions are mostly answered first by another page; both by slug."""

    page: str
    by: str
    questions: int  # that name the page
    lost: int  # of them, those whose first hit stands on `by`


class Reach(Saved):
    """What a base's questions reach. Passages stand in the order of the base."""

    asked: dict[Origin, int]
    passages: tuple[Reached, ...]
    twins: tuple[tuple[str, str, float], ...]  # ids of passages that say nearly the same, and their cosine
    unasked: tuple[str, ...]  # ids of claims of whose own words no question that people asked holds any
    swallowed: tuple[Swallowed, ...]

    @property
    def lost(self) -> tuple[Reached, ...]:
        """The passages that no question reaches."""
        return tuple(found for found in self.passages if not found.reached)


def measured(index: Index) -> list[int]:
    """The rows that should be reached: claims, open questions and relations; of pages without claims, their text."""
    claiming = {index.passages[row].concept for row in index.rows_of(Kind.CLAIM)}
    return [
        row
        for row, passage in enumerate(index.passages)
        if passage.kind is not Kind.SECTION or passage.concept not in claiming
    ]


def reach(
    index: Index, asked: Sequence[Asked], cache: Path | None = None, progress: Callable[[], None] = lambda: None
) -> Reach:
    """Ask every question and see what it brings up.

    Args:
        cache: a folder where reports are kept, each under what it was made of: a base that has not
            changed is not asked the same questions again.
        progress: called once a question.
    """
    if cache and (kept := kept_reach(index, asked, cache)):
        return kept
    wanted = set(measured(index))
    best: dict[int, tuple[int, Asked, tuple[str, ...]]] = {}
    counts: Counter[int] = Counter()
    first: dict[str, Counter[str]] = defaultdict(Counter)
    # Each question has a thread of its own, so that numpy's would only wait for each other.
    with ThreadPoolExecutor(os.cpu_count()) as pool, threadpool_limits(1):
        for one, rows in zip(asked, pool.map(lambda one: _found(index, one), asked), strict=True):
            progress()
            for rank, row in enumerate(rows, 1):
                if row not in wanted:
                    continue
                counts[row] += rank <= FIRST
                if row not in best or rank < best[row][0]:
                    above = tuple(index.passages[other].id for other in rows[: min(rank - 1, FIRST)])
                    best[row] = rank, one, above
            named = concepts_named(index, one.text)
            if len(named) == 1 and rows:
                first[named[0]][index.passages[rows[0]].concept] += 1
    report = Reach(
        asked={origin: sum(one.origin is origin for one in asked) for origin in Origin},
        passages=tuple(_reached(index.passages[row], best.get(row), counts[row]) for row in sorted(wanted)),
        twins=tuple(_twins(index, sorted(wanted))),
        unasked=tuple(_unasked(index, asked)),
        swallowed=tuple(_swallowed(first)),
    )
    if cache:
        _keep(cache / f"{_key(index, asked)}.json", report)
    return report


def kept_reach(index: Index, asked: Sequence[Asked], cache: Path) -> Reach | None:
    """The report on the same base and questions, if one is kept."""
    try:
        return Reach.model_validate_json((cache / f"{_key(index, asked)}.json").read_bytes())
    except (OSError, ValidationError):
        return None


def by_need(index: Index, found: Iterable[Reached], demand: Counter[str]) -> list[Reached]:
    """Passages in the order in which an author should look at them: well supported first, then much asked for.

    Args:
        demand: how often people asked about a page, by its slug.
    """

    def need(one: Reached) -> tuple[int, int, str]:
        passage = index.passages[index.rows[one.passage_id]]
        level = passage.evidence.rank if passage.evidence else 9
        return level, -demand[passage.concept], one.passage_id

    return sorted(found, key=need)


def _found(index: Index, asked: Asked) -> list[int]:
    """The rows that a question finds, in the order in which they would be quoted."""
    return [hit.row for hit in retrieve(index, asked.text).fitting]


def _reached(passage: Passage, best: tuple[int, Asked, tuple[str, ...]] | None, questions: int) -> Reached:
    if best is None:
        return Reached(passage_id=passage.id)
    rank, asked, above = best
    return Reached(
        passage_id=passage.id,
        rank=rank,
        question=asked.text,
        origin=asked.origin,
        questions=questions,
        above=above if rank > FIRST else (),
    )


def _twins(index: Index, rows: list[int]) -> list[tuple[str, str, float]]:
    found = []
    for kind in Kind:
        own = [row for row in rows if index.passages[row].kind is kind]
        vectors = np.asarray(index.vectors[own])
        for start in range(0, len(own), 512):  # not all pairs of a large base at once
            cosines = vectors[start : start + 512] @ vectors.T
            for i, j in np.argwhere(cosines >= _TWINS):
                one, other = own[start + i], own[j]
                if one < other and not _mirrored(index.passages[one], index.passages[other]):
                    found.append((index.passages[one].id, index.passages[other].id, round(float(cosines[i, j]), 4)))
    return sorted(found, key=lambda pair: (-pair[2], pair[0], pair[1]))


def _mirrored(one: Passage, other: Passage) -> bool:
    """Whether two relations say of two pages what hangs together, one on each, as they should."""
    return (one.concept, one.target) == (other.target, other.concept)


def _unasked(index: Index, asked: Sequence[Asked]) -> list[str]:
    spoken = {term for one in asked if one.origin is not Origin.MADE for term in terms(one.text)}
    if not spoken:
        return []
    claims = [index.passages[row] for row in index.rows_of(Kind.CLAIM)]
    return [c.id for c in claims if not spoken & (set(terms(c.text)) - set(terms(index.concepts[c.concept].title)))]


def _swallowed(first: dict[str, Counter[str]]) -> list[Swallowed]:
    found = []
    for page, counted in first.items():
        by, lost = max(counted.items(), key=lambda pair: (pair[1], pair[0]))
        if by != page and lost >= _SWALLOWED * counted.total():
            found.append(Swallowed(page=page, by=by, questions=counted.total(), lost=lost))
    return sorted(found, key=lambda one: (-one.lost, one.page))


def _key(index: Index, asked: Sequence[Asked]) -> str:
    total = sha256(f"{_FORMAT} {index.manifest.fingerprint} {index.manifest.model_key} {index.cross is None}".encode())
    for one in asked:
        total.update(f"\n{one.origin} {one.text}".encode("utf-8", "surrogatepass"))
    return total.hexdigest()[:20]


def _keep(file: Path, report: Reach) -> None:
    """Save a report, and let go of the oldest ones."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".new")
    beside.write_text(report.model_dump_json(), encoding="utf-8")
    beside.replace(file)
    kept = sorted(file.parent.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    for old in kept[:-_KEPT]:
        old.unlink(missing_ok=True)
