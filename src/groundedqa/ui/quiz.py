"""Quiz: items made from the claims, one at a time, each answer explained by the claim it comes from."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from html import escape

import streamlit as st

from groundedqa.answer import Grounded
from groundedqa.base import Kind
from groundedqa.index.opened import Index
from groundedqa.quiz import Item, ItemKind, Quiz, grade, make_quiz
from groundedqa.ui.components import page_names, show_passage
from groundedqa.ui.markup import plain_label
from groundedqa.ui.opened import current_index

_NAMES = {ItemKind.CHOICE: "Multiple choice", ItemKind.TRUE_FALSE: "True or false"}
_EVERYTHING, _JUST_ASKED = "Everything", "What I just asked"


@dataclass(slots=True)
class _Round:
    """A quiz being played. `chosen` holds the option picked for each item so far."""

    version: str  # of the index that it was made from
    quiz: Quiz
    at: int = 0
    chosen: list[int] = field(default_factory=list)

    @property
    def right(self) -> int:
        """How many answers were right so far."""
        return sum(grade(item, place) for item, place in zip(self.quiz.items, self.chosen, strict=False))


def page() -> None:
    """Draw the page: what to be asked about, then one item after the other, then a summary."""
    index = current_index()
    playing: _Round | None = st.session_state.get("round")
    if playing and playing.version != index.version:
        st.toast("The base has changed, so the quiz starts anew.")
        playing = st.session_state["round"] = None
    if playing is None:
        _set_up(index)
    elif playing.at < len(playing.quiz.items):
        _play(index, playing)
    else:
        _sum_up(index, playing)


def _set_up(index: Index) -> None:
    st.title("Quiz")
    st.markdown("Questions made from the claims of the base. Every answer is explained by the claim itself.")
    just_asked = _claims_just_quoted()
    claimed = {index.passages[row].concept for row in index.rows_of(Kind.CLAIM)}
    if not claimed:
        st.info("This base marks no claims yet, so there is nothing to make a quiz of.")
        return
    scopes = [*([_JUST_ASKED] if just_asked else []), _EVERYTHING]
    pages = page_names((index.concepts[slug] for slug in claimed), scopes)
    with st.form("set up", border=False):
        scope = st.selectbox("About", [*scopes, *pages])
        kinds = st.pills(
            "Kinds",
            list(ItemKind),
            selection_mode="multi",
            default=list(ItemKind),
            format_func=lambda kind: _NAMES[kind],
        )
        count = st.slider("How many", 1, 20, 5)
        started = st.form_submit_button("Start", type="primary")
    if not started:
        return
    if not kinds:
        st.info("Choose at least one kind of question.")
        return
    quiz = make_quiz(
        index,
        concepts=[pages[scope]] if scope in pages else None,
        passage_ids=just_asked if scope == _JUST_ASKED else None,
        count=count,
        seed=secrets.randbelow(2**31),
        kinds=kinds,
    )
    if not quiz.items:
        st.info("No sound question can be made from these claims. Choose more kinds, or another concept.")
        return
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
    item = items[playing.at]
    st.progress(playing.at / len(items), f"Question {playing.at + 1} of {len(items)}")
    if playing.at == 0 and playing.quiz.short_by:
        st.caption(f"You asked for {playing.quiz.asked}; the claims give {len(items)} sound questions.")
    st.html(f'<p class="gq-meta">{escape(item.concept.title)} · {_NAMES[item.kind]}</p>')
    st.html(f'<p class="gq-prompt">{escape(item.prompt)}</p>')
    if len(playing.chosen) > playing.at:
        place = playing.chosen[playing.at]
        _explain(index, item, place)
        last = playing.at + 1 == len(items)
        if st.button("See how it went" if last else "Next question", type="primary"):
            playing.at += 1
            st.rerun()
        return
    with st.form(f"item {playing.quiz.seed} {playing.at}", border=False):
        picked = st.radio(
            "Your answer",
            range(len(item.options)),
            format_func=lambda place: plain_label(item.options[place].text),
            index=None,
        )
        checked = st.form_submit_button("Check", type="primary")
    if checked and picked is None:
        st.info("Choose an answer first.")
    elif checked and picked is not None:
        playing.chosen.append(picked)
        st.rerun()


def _explain(index: Index, item: Item, place: int) -> None:
    lines = []
    for at, option in enumerate(item.options):
        mark = "✓" if at == item.answer else "✗" if at == place else "·"
        yours = " (your answer)" if at == place else ""
        lines.append(f"<li>{mark} {escape(option.text)}{yours}</li>")
    st.html(f'<ul class="gq-list gq-options">{"".join(lines)}</ul>')
    if grade(item, place):
        st.success("Right. The base says:", icon=":material/check:")
    else:
        st.error("Not quite. The base says:", icon=":material/close:")
    show_passage(index, item.claim, item.concept, item.sources)
    misled = item.options[place].claim
    if misled is not None and place != item.answer:
        st.caption("What you chose comes from another claim:")
        sources = [index.sources[key] for key in misled.sources if key in index.sources]
        show_passage(index, misled, index.concepts[misled.concept], sources)


def _sum_up(index: Index, playing: _Round) -> None:
    items = playing.quiz.items
    st.title(f"{playing.right} of {len(items)} right")
    missed = [item for item, place in zip(items, playing.chosen, strict=True) if not grade(item, place)]
    if missed:
        st.markdown("These claims are worth reading again:")
        for item in missed:
            show_passage(index, item.claim, item.concept, item.sources)
    else:
        st.markdown("Nothing was missed.")
    if st.button("Another quiz", type="primary"):
        st.session_state["round"] = None
        st.rerun()
