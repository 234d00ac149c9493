"""Following a conversation without a language model: what a question is about, given the last one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from groundedqa.answer.answers import Form, Question, Turn
from groundedqa.answer.questions import (
    concepts_named,
    form_of,
    has_letters,
    informative,
    is_definition,
    with_titles,
    without_frame,
)
from groundedqa.answer.spelling import corrected
from groundedqa.index.reading import Index
from groundedqa.text.words import terms

_POINTS_BACK = re.compile(
    r"\b(?:it|its|this|these|those|they|them|their|he|she|his|her|former|latter)\b"
    # "that" points back where it stands for a thing; before a clause it only joins.
    r"|\bthat(?=\s*(?:[?.!,;]|$|(?:is|was|isn't|does|did|means?|works?|happens?|paper|claim|study|result|finding)\b))",
    re.IGNORECASE,
)
_WHAT_ABOUT = re.compile(
    r"^\s*(?:(?:and|but|so|ok(?:ay)?|well)\b[\s,]*)?(?:what|how)\s+(?:about|of)\s+(?P<topic>.+?)[\s?.!]*$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"^\s*(?:and|but|so|also|then|or)\b", re.IGNORECASE)
_FEW = 3
"""A question of at most this many informative words that names no concept leans on what came before."""
_TURNS = 3
"""Turns before a question that it is searched with; figures in docs/labbook.md."""


def understand(index: Index, text: str, history: Sequence[Turn] = ()) -> Question:
    """What a question asks, slips of typing mended, read together with the answers so far."""
    mended = corrected(index, text)
    asked = _together(index, mended, history)
    return replace(asked, text=text, understood=asked.understood or mended.strip()) if mended != text else asked


def _together(index: Index, text: str, history: Sequence[Turn]) -> Question:
    alone = _alone(index, text)
    if not history:
        return alone
    last = history[-1]
    if found := _WHAT_ABOUT.match(text):
        return _transferred(index, text, found["topic"], last) or alone
    own = informative(text, alone.form)
    if alone.form in (Form.STRENGTH, Form.SOURCE) and not own and last.claims:
        asks = "how strong the evidence is for" if alone.form is Form.STRENGTH else "who stands behind"
        understood = f"{asks} the claims just quoted"
        return Question(text, last.query, alone.form, last.about, last.claims, understood)
    points_back = bool(_POINTS_BACK.search(text)) and not alone.about
    # A new subject is not about the last answer: its words are none of the base's.
    unseen = sum(term not in index.lexical for term in own)
    before = _before(index, history)
    stands_alone = alone.form is Form.DEFINITION or (2 * unseen > len(own) and not points_back)
    if stands_alone or not before or not has_letters(text):
        return alone
    leans = bool(own) and not alone.about and not unseen and (len(own) <= _FEW or bool(_GOES_ON.match(text)))
    # Where fewer turns came before, all of them stand in for the rest: the question alone counts a quarter.
    variants = tuple(" ".join([*before[max(0, len(before) - turns) :], alone.query]) for turns in range(_TURNS + 1))
    query, about = alone.query, alone.about
    if points_back or leans:
        query = variants[1]
        about = concepts_named(index, query) or last.about
    understood = f"{text.strip()} (asked after: {', '.join(before)})"
    return Question(text, query, alone.form, about, (), understood, variants)


def _before(index: Index, history: Sequence[Turn]) -> list[str]:
    """What the last few turns were about in the learner's words, the oldest first; a turn that names nothing is none.

    It does not count what was quoted: quotes say much that was not asked for.
    """
    asked = (without_frame(corrected(index, turn.question), turn.form) for turn in history)
    return [words for words in asked if words][-_TURNS:]


def _alone(index: Index, text: str) -> Question:
    named = concepts_named(index, text)
    form = form_of(text, named)
    if form is Form.FACT and len(named) == 1 and is_definition(index, text, named[0]):
        form = Form.DEFINITION
    titled = with_titles(index, text)
    kept = without_frame(titled, form) if form in (Form.STRENGTH, Form.UNKNOWN) else titled
    query = kept if terms(kept) else titled
    return Question(text, query, form, named, understood=titled.strip() if titled != text else None)


def _transferred(index: Index, text: str, topic: str, last: Turn) -> Question | None:
    """ "What about X?": the last question, asked of X."""
    named = concepts_named(index, topic)
    if not named and not terms(topic):
        return None
    if last.form in (Form.DEFINITION, Form.RELATION) or last.carried or not last.about:
        form = Form.DEFINITION if len(named) == 1 and is_definition(index, topic, named[0]) else Form.FACT
        if last.form in (Form.STRENGTH, Form.SOURCE, Form.UNKNOWN):
            form = last.form
        query = topic
    else:
        form = last.form
        old = {term for slug in last.about for name in index.concepts[slug].names for term in terms(name)}
        kept = " ".join(word for word in last.query.split() if not set(terms(word)) <= old)
        query = f"{topic} {kept}".strip()
    asked = {
        Form.DEFINITION: f"what is {topic}",
        Form.STRENGTH: f"how strong is the evidence about {topic}",
        Form.SOURCE: f"who stands behind what is said about {topic}",
        Form.UNKNOWN: f"what is not known about {topic}",
    }.get(form, query)
    return Question(text, query, form, named, understood=asked)
