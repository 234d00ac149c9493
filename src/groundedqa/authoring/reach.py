"""Which passages some natural question brings into the first five, and what stands in the way of the others.

Every question goes through the code that answers learners, so a passage counts as reached where it would
be among the first five to be quoted.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock

from pydantic import ValidationError
from threadpoolctl import threadpool_limits

from groundedqa.answer.questions import concepts_named
from groundedqa.answer.retrieval import retrieve
from groundedqa.authoring.asking import Origin, Probe
from groundedqa.base.models import Kind, Passage, Record
from groundedqa.index.dense import near_pairs
from groundedqa.index.reading import Index
from groundedqa.search.rerank import Reranker
from groundedqa.text.words import terms

FIRST = 5
"""Places that count."""
_FORMAT = 3
"""Raised whenever a question would find something else in the same base, or what is kept looks otherwise."""
_TWINS = 0.9
"""Cosine from which on two passages of one kind compete for the same questions. Of the pairs of claims of
the shipped base one in 5,000 comes as near."""
_SWALLOWED = 0.5
"""Share of a page's own questions whose first hit stands on one other page, from which on that swallows it."""
_ALONE = Lock()
"""The limit on numpy's threads holds for the whole process, so two at once would leave it behind."""
_KEPT = 4
"""Bases of which it is kept what their questions find."""


class Reached(Record):
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


class Swallowed(Record):
    """A page whose own questions are mostly answered first by another page; both by slug."""

    page: str
    by: str
    questions: int  # that name the page
    lost: int  # of them, those whose first hit stands on `by`


class Reach(Record):
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


class _Answers(Record):
    """What the questions that were asked of one base found: rows, in the order in which they would be quoted."""

    rows: dict[str, tuple[int, ...]]


def reach(
    index: Index,
    asked: Sequence[Probe],
    cache: Path | None = None,
    progress: Callable[[], None] = lambda: None,
    reranker: Reranker | None = None,
) -> Reach:
    """Ask every question and see what it brings up.

    Args:
        cache: a folder where it is kept what each question found, for each base by its content: of a base
            that has not changed only what was never asked is (see `still_to_ask`).
        progress: called once for each question that is asked.
    """
    key = _key(index, reranker)
    found = _kept(cache, key)
    new = [one for one in asked if one.text not in found]
    # Each question has a thread of its own, so that numpy's would only wait for each other.
    with _ALONE, ThreadPoolExecutor(os.cpu_count()) as pool, threadpool_limits(1):
        for one, rows in zip(new, pool.map(lambda one: _found(index, one, reranker), new), strict=True):
            found[one.text] = rows
            progress()
    if cache and new:
        _keep(cache / f"{key}.json", _Answers(rows=found))
    return _report(index, asked, found)


def still_to_ask(index: Index, asked: Sequence[Probe], cache: Path, reranker: Reranker | None = None) -> list[Probe]:
    """The questions of which it is not kept what they find in this base."""
    found = _kept(cache, _key(index, reranker))
    return [one for one in asked if one.text not in found]


def _report(index: Index, asked: Sequence[Probe], found: dict[str, tuple[int, ...]]) -> Reach:
    wanted = set(measured(index))
    best: dict[int, tuple[int, Probe, tuple[str, ...]]] = {}
    counts: Counter[int] = Counter()
    first: dict[str, Counter[str]] = defaultdict(Counter)
    for one in asked:
        rows = found[one.text]
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
    return Reach(
        asked={origin: sum(one.origin is origin for one in asked) for origin in Origin},
        passages=tuple(_reached(index.passages[row], best.get(row), counts[row]) for row in sorted(wanted)),
        twins=tuple(_twins(index, sorted(wanted))),
        unasked=tuple(_unasked(index, asked)),
        swallowed=tuple(_swallowed(first)),
    )


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


def _found(index: Index, asked: Probe, reranker: Reranker | None) -> tuple[int, ...]:
    """The rows that a question finds, in the order in which they would be quoted."""
    return tuple(hit.row for hit in retrieve(index, asked.text, reranker=reranker).fitting)


def _reached(passage: Passage, best: tuple[int, Probe, tuple[str, ...]] | None, questions: int) -> Reached:
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
        for row, near, cosine in near_pairs(index.vectors, own, _TWINS):
            one, other = index.passages[row], index.passages[near]
            if not _mirrored(one, other):
                found.append((one.id, other.id, round(cosine, 4)))
    return sorted(found, key=lambda pair: (-pair[2], pair[0], pair[1]))


def _mirrored(one: Passage, other: Passage) -> bool:
    """Whether two relations say of two pages what hangs together, one on each, as they should."""
    return (one.concept, one.target) == (other.target, other.concept)


def _unasked(index: Index, asked: Sequence[Probe]) -> list[str]:
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


def _key(index: Index, reranker: Reranker | None) -> str:
    """What the answers depend on: the pages, how they are read, and the models."""
    manifest, judge = index.manifest, reranker.name if reranker else ""
    base = f"{_FORMAT} {manifest.format} {manifest.fingerprint} {manifest.model_key} {judge}"
    return sha256(base.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _kept(cache: Path | None, key: str) -> dict[str, tuple[int, ...]]:
    try:
        return _Answers.model_validate_json((cache / f"{key}.json").read_bytes()).rows if cache else {}
    except (OSError, ValidationError):
        return {}


def _keep(file: Path, answers: _Answers) -> None:
    """Save what was found, and let go of what was found in the oldest bases; where it cannot be, it is asked again."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, encoding="utf-8", suffix=".new", delete=False) as beside:
            beside.write(answers.model_dump_json())
        Path(beside.name).replace(file)
        kept = sorted(file.parent.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        for old in kept[:-_KEPT]:
            old.unlink(missing_ok=True)
