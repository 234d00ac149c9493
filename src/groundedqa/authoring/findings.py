"""What a reader who knows the whole base would question: each finding with its place and its reason.

None of it is an error: whether two claims contradict each other is for an author to say, who may mark a
finding as seen (`marks.py`). Candidates are claims of different pages that are near in meaning; what
they oppose is then looked for word by word, by the same rules that judge a learner's own words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from hashlib import sha256

from groundedqa.authoring.contradictions import opposed
from groundedqa.authoring.deadlinks import dead_links
from groundedqa.base.evidence import Evidence
from groundedqa.base.models import ConceptKind, Kind, Passage
from groundedqa.index.dense import near_pairs
from groundedqa.index.reading import Index
from groundedqa.search.alignment import Words, read_words
from groundedqa.text.plain import in_short

_NEAR = 0.65
"""Cosine from which on two claims are compared word by word; figures are in docs/labbook.md."""
_DISPUTED = 0.75
"""Cosine from which on the dispute about one claim may reach another."""
_REPEAT = 0.85
"""Cosine from which on a claim may repeat another."""
_CROWDED = 8
"""Claims of one source from which on the base leans on it."""


class Sort(StrEnum):
    """What may be wrong, in the order in which to look at it."""

    CONTRADICTION = "contradiction"
    DISPUTE = "dispute"
    REPEAT = "repeat"
    OLD_SOURCE = "old source"
    DEAD_LINK = "dead link"
    CROWDED_SOURCE = "crowded source"
    NO_OPEN_QUESTION = "no open question"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. `key` stays the same as long as what it is about does."""

    sort: Sort
    path: str  # relative to the base's folder
    line: int
    message: str
    passages: tuple[str, ...] = ()  # ids of what it is about
    key: str = ""


def find(index: Index, progress: Callable[[str, int], None] = lambda name, total: None) -> list[Finding]:
    """Everything that is questionable in an indexed base, sorted by sort and place.

    Args:
        progress: called with the name of each stage and its number of steps.
    """
    progress("Comparing claims", 0)
    found = list(_pairs(index))
    progress("Looking at sources and links", 0)
    found += [*_old_sources(index), *_crowded_sources(index), *_dead_links(index), *_no_open_question(index)]
    order = list(Sort)
    found.sort(key=lambda f: (order.index(f.sort), f.path, f.line, f.message))
    first = {finding.key: finding for finding in reversed(found)}  # a link that stands twice on a page is one finding
    return [finding for finding in found if first[finding.key] is finding]


def _finding(sort: Sort, message: str, index: Index, *about: Passage, path: str = "", line: int = 1) -> Finding:
    """A finding at the first passage, or at a place of its own."""
    texts = [text for passage in about for text in (passage.id, passage.text)] or [path, message]
    evidence = [passage.evidence.value if passage.evidence else "" for passage in about]
    key = sha256("\0".join([sort, *texts, *evidence]).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    place = (about[0].path, about[0].line) if about else (path, line)
    return Finding(sort, *place, message, tuple(passage.id for passage in about), key)


def _pairs(index: Index) -> Iterator[Finding]:
    """Claims that may contradict or repeat each other."""

    @cache
    def words(row: int) -> Words:
        return read_words(index, in_short(index.passages[row].text))

    for row, near, cosine in near_pairs(index.vectors, index.rows_of(Kind.CLAIM), _NEAR):
        one, other = index.passages[row], index.passages[near]
        if one.concept == other.concept or other.id in one.contests:
            continue
        place = f"{other.path}:{other.line}"
        if reason := opposed(index, words(row), words(near)):
            message = f"this claim and {place} may contradict each other: {reason}"
            yield _finding(Sort.CONTRADICTION, f"{message}; mend one, or join them with contests=", index, one, other)
        elif cosine >= _REPEAT:
            yield _finding(Sort.REPEAT, _repeats(one, other, place), index, one, other)
        elif cosine >= _DISPUTED and (one.evidence is Evidence.CONTESTED) is not (other.evidence is Evidence.CONTESTED):
            yield _finding(Sort.DISPUTE, _disputed(one, other), index, one, other)


def _disputed(one: Passage, other: Passage) -> str:
    place = f"{other.path}:{other.line}"
    if one.evidence is Evidence.CONTESTED:
        return f"this claim is contested, and {place} is near it but is not; look whether the dispute reaches that one"
    return f"this claim is near {place}, which is contested; look whether the dispute reaches this one"


def _repeats(one: Passage, other: Passage, place: str) -> str:
    message = f"this claim says nearly what {place} says"
    if one.evidence is not other.evidence and one.evidence and other.evidence:
        return f"{message}, rated {one.evidence.value} here and {other.evidence.value} there; rate both alike"
    return f"{message}; keep it at one place and link to it from the other"


def _old_sources(index: Index) -> Iterator[Finding]:
    """Claims that are dated after everything that they rest on."""
    for passage in index.passages:
        years = [s.year for key in passage.sources if (s := index.sources.get(key)) and s.year]
        if passage.kind is not Kind.CLAIM or not passage.date or not years or len(years) < len(passage.sources):
            continue
        if max(years) < int(passage.date[:4]):
            message = (
                f"this claim is dated {passage.date}, but its newest source is of {max(years)}; "
                "name a source that can know it, or mend the date"
            )
            yield _finding(Sort.OLD_SOURCE, message, index, passage)


def _crowded_sources(index: Index) -> Iterator[Finding]:
    carried: dict[str, list[Passage]] = defaultdict(list)
    for row in index.rows_of(Kind.CLAIM):
        passage = index.passages[row]
        if len(passage.sources) == 1:
            carried[passage.sources[0]].append(passage)
    for key, claims in carried.items():
        if len(claims) >= _CROWDED and key in index.sources:
            source = index.sources[key]
            message = (
                f"{len(claims)} claims rest on {source.signature or key} alone ({source.title}); "
                "look for a second source for those that matter"
            )
            yield _finding(Sort.CROWDED_SOURCE, message, index, *claims)


def _dead_links(index: Index) -> Iterator[Finding]:
    for path, line, message in dead_links(index.root, [concept.path for concept in index.concepts.values()]):
        yield _finding(Sort.DEAD_LINK, message, index, path=path, line=line)


def _no_open_question(index: Index) -> Iterator[Finding]:
    asking = {index.passages[row].concept for row in index.rows_of(Kind.OPEN_QUESTION)}
    claiming = {index.passages[row].concept for row in index.rows_of(Kind.CLAIM)}
    for concept in index.concepts.values():
        if concept.kind is ConceptKind.CONCEPT and concept.slug in claiming - asking:
            message = "this page has no open question; say what is not known about it"
            yield _finding(Sort.NO_OPEN_QUESTION, message, index, path=concept.path)
