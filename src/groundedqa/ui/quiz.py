"""Quiz: items made from the claims, one at a time, each answer explained by the claim it comes from."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from groundedqa.answer.answers import Grounded
from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Kind
from groundedqa.errors import LearnerError
from groundedqa.index.reading import Index
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.export import Format, export
from groundedqa.quiz.grading import Response, Verdict, grade
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Quiz
from groundedqa.quiz.kinds import MAKERS
from groundedqa.quiz.make import make_quiz, quiz_of_cards
from groundedqa.ui.components import level_name, page_names, show_passage
from groundedqa.ui.current import current_bank, current_index
from groundedqa.ui.kept import keep_missed
from groundedqa.ui.learner import current_learner, sentences
from groundedqa.ui.play import Attempt, ask, explain
from groundedqa.ui.withdrawals import show_withdrawn

_FORMATS = {
    Format.ANKI: "Anki deck",
    Format.MARKDOWN: "Sheet to print (Markdown)",
    Format.CSV: "Table (CSV)",
    Format.MOODLE: "Moodle (XML)",
    Format.GIFT: "Moodle (GIFT)",
    Format.QTI: "Other learning platforms (QTI)",
}
_MOST = 20  # items in one round
_EVERYTHING, _JUST_ASKED = "Surprise me", "What I just asked"


@dataclass(slots=True)
class _Round:
    """A quiz being played: the turns so far, the last of which may still wait for its answer."""

    version: str  # of the index that it was made from
    quiz: Quiz
    turns: list[Attempt] = field(default_factory=list)
    over: bool = False


def page() -> None:
    """Draw the page: what to be asked about, then one item after the other, then a summary."""
    index = current_index()
    playing: _Round | None = st.session_state.get("round")
    if "concept" in st.query_params:  # another page sent the learner here
        playing = st.session_state["round"] = None
    if playing and playing.version != index.version:
        st.toast("The base has changed, so the quiz starts anew.")
        playing = st.session_state["round"] = None
    if playing is None:
        _set_up(index)
    else:
        with st.sidebar:
            _take_along(playing.quiz)
        if playing.over:
            _sum_up(index, playing)
        else:
            _play(index, playing)


def link_to_quiz(label: str, **address: str) -> None:
    """A link to this page, which keeps the conversation; `concept` in its address chooses a page to be asked about."""
    quiz = st.Page(page, title="Quiz", url_path="quiz")
    st.page_link(quiz, label=label, icon=":material/school:", query_params=address or None)


def _take_along(quiz: Quiz) -> None:
    with st.popover("Take this quiz along", icon=":material/download:", width="stretch"):
        for format_, name in _FORMATS.items():
            st.download_button(
                name,
                partial(export, quiz, format_, "Quiz"),
                f"quiz{format_.ending}",
                on_click="ignore",
                width="stretch",
                key=f"export {format_}",
            )
        st.caption("Every question carries the claims that explain it, with evidence and source.")


def _set_up(index: Index) -> None:
    st.title("Quiz")
    st.markdown("Questions made from the claims of the base. Every answer is explained by the claim itself.")
    claimed = {index.passages[row].concept for row in index.rows_of(Kind.CLAIM)}
    if not claimed:
        st.info("This base marks no claims yet, so there is nothing to make a quiz of.")
        return
    _remembered(index)
    just_asked = _claims_just_quoted()
    scopes = [*([_JUST_ASKED] if just_asked else []), _EVERYTHING]
    pages = page_names((index.concepts[slug] for slug in claimed), scopes)
    named = [*scopes, *pages]
    wanted = next((name for name, slug in pages.items() if slug == st.query_params.get("concept")), None)
    with st.form("set up", border=False):
        scope = st.selectbox("About", named, index=named.index(wanted) if wanted else 0)
        kinds = st.pills(
            "Kinds", list(MAKERS), selection_mode="multi", default=list(MAKERS), format_func=lambda kind: kind.label
        )
        count = st.slider("How many", 1, _MOST, 5)
        levels = {f"{level_name(level)} or better": level for level in Evidence.minima()}
        level = st.selectbox("Claims with", ["any evidence", *levels])
        started = st.form_submit_button("Start", type="primary")
    if not started:
        return
    if not kinds:
        st.info("Choose at least one kind of question.")
        return
    with st.spinner("Making the questions"):
        quiz = make_quiz(
            current_bank(index),
            concepts=[pages[scope]] if scope in pages else None,
            passage_ids=just_asked if scope == _JUST_ASKED else None,
            min_evidence=levels.get(level),
            count=count,
            seed=secrets.randbelow(2**31),
            kinds=kinds,
        )
    if not quiz.items:
        st.info("No sound question can be made from these claims. Choose more kinds, or another concept.")
        return
    _start(index, quiz)


def _remembered(index: Index) -> None:
    """Draw what the learner can begin with: what is due, and what was missed; and first what was withdrawn."""
    learner = current_learner()
    if learner is None:
        st.caption("Give a name in the sidebar, and you are asked again when you are about to forget.")
        return
    bank = current_bank(index)
    with sentences():
        show_withdrawn(learner, bank)
        starts = {
            "Review what is due": [
                (card.claim_id, card.kind) for card in learner.memory.due(learner.name, bank, datetime.now(UTC))
            ],
            "Practice what I missed": [(card.claim_id, card.kind) for card in learner.memory.missed(learner.name)],
        }
        columns = st.columns(2)
        for column, (name, cards) in zip(columns, starts.items(), strict=True):
            if column.button(f"{name} ({len(cards)})", disabled=not cards, width="stretch"):
                _start_with(index, cards)


def _start_with(index: Index, cards: Collection[tuple[str, ItemKind]]) -> None:
    quiz = quiz_of_cards(current_bank(index), cards, count=_MOST, seed=secrets.randbelow(2**31))
    if quiz.items:
        _start(index, quiz)
    st.info("The base has changed, and no sound question can be made from these claims any more.")


def _start(index: Index, quiz: Quiz) -> None:
    st.query_params.clear()
    st.session_state["round"] = _Round(index.version, quiz)
    st.rerun()


def _claims_just_quoted() -> list[str]:
    """Ids of the claims in the last answer of the conversation."""
    for turn in reversed(st.session_state.get("turns", [])):
        if isinstance(turn, Grounded):
            return [quote.passage.id for quote in turn.quotes if quote.passage.kind is Kind.CLAIM]
    return []


def _play(index: Index, playing: _Round) -> None:
    items = playing.quiz.items
    if not playing.turns:
        playing.turns.append(Attempt(items[0]))
    turn, number = playing.turns[-1], len(playing.turns)
    st.progress((number - 1) / len(items), f"Question {number} of {len(items)}")
    if number == 1 and playing.quiz.short_by:
        st.caption(f"You asked for {playing.quiz.asked}; the claims give {len(items)} sound questions.")
    if turn.grade is None:
        given = ask(turn, f"{playing.quiz.seed} {number}")
        if given is not None:
            _answer(current_bank(index), turn, given)
            st.rerun()
        return
    explain(index, turn)
    last = number == len(items)
    if st.button("See how it went" if last else "Next question", type="primary", shortcut="Enter"):
        playing.over = last
        if not last:
            playing.turns.append(Attempt(items[number]))
        st.rerun()


def _answer(bank: ClaimBank, turn: Attempt, given: tuple[Response]) -> None:
    turn.seconds = time.monotonic() - turn.began
    (turn.response,) = given
    turn.grade = grade(bank, turn.item, turn.response)
    if turn.grade.verdict in (Verdict.WRONG, Verdict.PARTLY):
        keep_missed(turn.item)
    if (learner := current_learner()) is not None:
        try:
            now = datetime.now(UTC)
            learner.memory.record(learner.name, turn.item, turn.response, turn.grade, now, turn.seconds)
        except LearnerError as error:
            turn.not_kept = str(error)


def _sum_up(index: Index, playing: _Round) -> None:
    graded = [(turn.item, turn.grade) for turn in playing.turns if turn.grade is not None]
    right = sum(given.verdict is Verdict.RIGHT for _, given in graded)
    partly = sum(given.verdict is Verdict.PARTLY for _, given in graded)
    st.title(f"{right} of {len(graded)} right")
    if partly:
        st.markdown(f"{partly} more {'was' if partly == 1 else 'were'} right in part.")
    missed = [item for item, given in graded if given.verdict is not Verdict.RIGHT]
    again, another = st.columns(2)
    if missed and again.button("Practice what I missed", width="stretch"):
        _start_with(index, [card for item in missed for card in item.cards])
    if another.button("Another quiz", type="primary", shortcut="Enter", width="stretch"):
        st.session_state["round"] = None
        st.rerun()
    if missed:
        st.markdown("These claims are worth reading again:")
        for item, given in graded:
            for claim, share in zip(item.claims, given.shares, strict=True):
                if share is None or share < 1:
                    show_passage(index, claim.passage, claim.concept, claim.sources)
    else:
        st.markdown("Nothing was missed.")
