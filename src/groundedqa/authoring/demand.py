"""What people ask, gathered by the page that it is about: where the base is silent, weak, or was no help."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from groundedqa.answer.questions import concepts_named
from groundedqa.authoring.log import Event, Happened
from groundedqa.base.evidence import Evidence
from groundedqa.index.reading import Index
from groundedqa.search.signals import ASKED, Query

_ABOUT = 0.25
"""Cosine of a question and a page from which on it is about that page. Of the gold questions of the shipped base nine
in ten of those that it answers come nearer to one, and nine in ten of those of other fields do not."""
_LISTED = 0.6
"""Cosine of two questions from which on one is near the other. Three in four of the gold questions that the shipped
base answers come as near to a listed one."""
_SHOWN = 5
"""Questions that stand for a topic."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What was asked about one page; `slug` is None for what is about none.

    `weak` counts answers that rest on a weak or a contested claim, `disliked` thumbs down, `missed`
    quiz items that were not answered right. `unanswered` and `doubtful` hold questions that the base did not
    answer, and that it answered weakly or to no avail, the most asked first.
    """

    slug: str | None
    asked: int
    abstained: int
    weak: int
    disliked: int
    missed: int
    unanswered: tuple[str, ...]
    doubtful: tuple[str, ...]

    @property
    def unmet(self) -> int:
        """How often people went away with nothing, or little."""
        return self.abstained + self.weak + self.disliked


def topics(index: Index, events: Iterable[Event]) -> list[Topic]:
    """The topics of a log, those first that most were let down on."""
    gathered: dict[str | None, list[Event]] = defaultdict(list)
    for event in events:
        gathered[topic_of(index, event)].append(event)
    found = [_topic(slug, own) for slug, own in gathered.items()]
    return sorted(found, key=lambda topic: (-topic.unmet, -topic.asked, topic.slug or ""))


def far_from_listed(index: Index, events: Iterable[Event]) -> list[str]:
    """What people asked on the base's subject that no listed question is near, each once; none where none is listed."""
    if not ASKED.applies(index):
        return []
    asked = dict.fromkeys(event.question for event in events if event.what is not Happened.MISSED and not event.after)
    found = []
    for text in asked:
        query = Query(index, text)
        if float(query.asked.max()) < _LISTED and float((index.vectors @ query.encoded.vector).max()) >= _ABOUT:
            found.append(text)
    return found


def asked_of(index: Index, events: Iterable[Event]) -> Counter[str]:
    """How often people asked about, or missed, each page, by slug."""
    return Counter(slug for event in events if (slug := topic_of(index, event)))


def topic_of(index: Index, event: Event) -> str | None:
    """The slug of the page that a question is about; None if no page is near."""
    if event.what is not Happened.MISSED and (named := concepts_named(index, event.question)):
        return named[0]
    for identifier in event.passages:  # what was quoted, or asked for in a quiz
        if passage := index.passage(identifier):
            return passage.concept
    if event.what is Happened.MISSED:
        return None
    vector = index.encode(event.question).vector
    slug, center = max(index.centers.items(), key=lambda pair: (float(pair[1] @ vector), pair[0]))
    return slug if float(center @ vector) >= _ABOUT else None


def _topic(slug: str | None, events: list[Event]) -> Topic:
    counted = Counter(event.what for event in events)
    weak = [event for event in events if event.strength in (Evidence.WEAK, Evidence.CONTESTED)]
    disliked = [event for event in events if event.what is Happened.DISLIKED]
    unanswered = [event for event in events if event.what is Happened.ABSTAINED]
    return Topic(
        slug,
        asked=counted[Happened.ANSWERED] + counted[Happened.ABSTAINED],
        abstained=counted[Happened.ABSTAINED],
        weak=len(weak),
        disliked=counted[Happened.DISLIKED],
        missed=counted[Happened.MISSED],
        unanswered=_most(unanswered),
        doubtful=_most([*weak, *disliked]),
    )


def _most(events: list[Event]) -> tuple[str, ...]:
    """The questions asked most, each once, in the spelling in which they came first."""
    spelled: dict[str, str] = {}
    for event in events:
        spelled.setdefault(event.question.casefold().rstrip(" ?!."), event.question)
    counted = Counter(event.question.casefold().rstrip(" ?!.") for event in events)
    return tuple(spelled[key] for key, _ in counted.most_common(_SHOWN))
