"""Following a conversation without a language model: what a question is about, given the last one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from groundedqa.answer.answers import Form, Question, Turn
from groundedqa.answer.preamble import question_in
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
_ORIGIN = re.compile(
    r"^\W*(?:(?:and|but|so|ok(?:ay)?)\b[\s,]*)?who\s+(?:first\s+)?(?:came\s+up\s+with|thought\s+of|invented|introduced"
    r"|proposed|created|developed|made|built|started|founded|coined|designed)\s+(?:it|this|that|them|these|those)\W*$",
    re.IGNORECASE,
)
_MEANT = re.compile(r"^\W*(?:no|nope|nah|sorry)?\W*i\s+(?:mean|meant)\s+(?P<topic>.+?)[\s?.!]*$", re.IGNORECASE)
_BARE = re.compile(
    r"^\W*(?:(?:and|but|so|ok(?:ay)?)\b\W*)?(?:why(?:\s+(?:so|not|is\s+that))?|how|when|where|who|since\s+when|how\s+(?:many|much|long|so|come|far"
    r"|often)|which(?:\s+ones?)?|what\s+for|by\s+whom)\W*$",
    re.IGNORECASE,
)
_LEANS = re.compile(r"\b(?:too|also|as\s+well|instead|same|theirs|hers|ours|other|then)\b", re.IGNORECASE)
_FEW = 3
"""A question of at most this many informative words that names no concept leans on what came before."""
_TURNS = 3
"""Turns before a question that it is searched with; figures in docs/labbook.md."""


def understand(index: Index, text: str, history: Sequence[Turn] = ()) -> Question:
    """What a question asks, slips of typing mended and without preamble, read together with the answers so far."""
    core = question_in(corrected(index, text))
    asked = _together(index, core, history)
    return replace(asked, text=text, understood=asked.understood or core) if core != text.strip() else asked


def _together(index: Index, text: str, history: Sequence[Turn]) -> Question:
    alone = _alone(index, text)
    history = [turn for turn in history if turn.query.strip()]  # a greeting asks nothing
    if not history:
        return alone
    last = next((turn for turn in reversed(history) if turn.answered), history[-1])
    before = _before(index, history)
    if _ORIGIN.match(text) and before:
        asked = f"who introduced {before[-1]}"
        return Question(text, asked, Form.FACT, concepts_named(index, asked) or last.about, (), asked)
    if found := _WHAT_ABOUT.match(text) or _MEANT.match(text):
        return _transferred(index, text, found["topic"], last) or alone
    own = informative(text, alone.form)
    if alone.form in (Form.STRENGTH, Form.SOURCE) and not own:
        if last.claims:
            asks = "how strong the evidence is for" if alone.form is Form.STRENGTH else "who stands behind"
            understood = f"{asks} the claims just quoted"
            return Question(text, last.query, alone.form, last.about, last.claims, understood)
        if last.about and last.about[0] in index.concepts:  # no claim was quoted: then it is about the page
            return _of_page(text, alone.form, index.concepts[last.about[0]].title, last.about)
    points_back = bool(_POINTS_BACK.search(text)) and not alone.about
    # A new subject is not about the last answer: its words are none of the base's.
    unseen = sum(term not in index.lexical for term in own)
    known = {slug for turn in history for slug in turn.about}
    goes_on = bool(_GOES_ON.match(text) or _LEANS.search(text) or _POINTS_BACK.search(text))
    names_another = bool(alone.about) and not known.intersection(alone.about) and not goes_on
    stands_alone = (
        alone.form is Form.DEFINITION or names_another or (2 * unseen > len(own) and bool(own) and not points_back)
    )
    if stands_alone or not before or not has_letters(text):
        return alone
    short = bool(_BARE.match(text)) or 0 < len(own) <= _FEW
    leans = not alone.about and not unseen and (short or (bool(own) and bool(_GOES_ON.match(text))))
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

    Of a turn that met silence only the pages that it named count. What was quoted does not: quotes say much that was
    not asked for.
    """
    asked = []
    for turn in history:
        if not turn.answered:
            asked.append(" ".join(index.concepts[slug].title for slug in turn.about if slug in index.concepts))
        elif not _ORIGIN.match(turn.question):
            asked.append(without_frame(question_in(corrected(index, turn.question)), turn.form))
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
    return _of_page(text, form, query if form not in _ASKED else topic, named, query)


_ASKED = {
    Form.DEFINITION: "what is {}",
    Form.STRENGTH: "how strong is the evidence about {}",
    Form.SOURCE: "who stands behind what is said about {}",
    Form.UNKNOWN: "what is not known about {}",
}


def _of_page(text: str, form: Form, topic: str, about: tuple[str, ...], query: str | None = None) -> Question:
    """A question of a form about a topic; `query` is what is searched, the topic if None."""
    return Question(text, query or topic, form, about, understood=_ASKED.get(form, "{}").format(topic))
