"""Progress: what a learner is likely to remember, what is due and was missed; all of it to take along or delete."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import altair as alt
import streamlit as st

from groundedqa.index.reading import Index
from groundedqa.review.records import ConceptProgress, MissedQuestion, Sureness
from groundedqa.ui.components import show_passage
from groundedqa.ui.current import current_bank, current_index
from groundedqa.ui.learner import Learner, current_learner, sentences
from groundedqa.ui.markup import plain_label
from groundedqa.ui.quiz import link_to_quiz
from groundedqa.ui.withdrawals import show_withdrawn

_ROW = 34  # pixels of a bar with the space around it
_LISTED = 10
_FEW = 10  # answers before which nothing can be said of how sure a learner is
_GAP = 0.05
"""By how much the mean of what was said may miss the share that was right."""


def page() -> None:
    """Draw the page: of nobody, of someone who has not begun, or what is remembered of the learner."""
    index = current_index()
    st.title("Progress")
    learner = current_learner()
    if learner is None:
        st.info("Give a name in the sidebar. From then on your answers are remembered here.")
        return
    with sentences():
        _draw(index, learner)


def _draw(index: Index, learner: Learner) -> None:
    now, bank = datetime.now(UTC), current_bank(index)
    show_withdrawn(learner, bank)
    progress = learner.memory.progress(learner.name, bank, now)
    if progress:
        due = sum(concept.due for concept in progress)
        seen, claims = sum(concept.seen for concept in progress), len(bank.claims)
        st.markdown(
            f"You have answered questions on **{seen}** of {claims} claims. "
            + (f"**{due}** {'is' if due == 1 else 'are'} due to be asked again." if due else "Nothing is due now.")
        )
        link_to_quiz("Review what is due" if due else "Take another quiz")
        _by_concept(index, progress)
        _forecast(learner.memory.retention(learner.name, now), now)
    else:
        st.info("Nothing has been answered yet. Take a quiz, and this page shows what you are likely to remember.")
        link_to_quiz("Take a quiz")
    if (sureness := learner.memory.sureness(learner.name)) is not None:
        _sureness(sureness)
    _asked_and_missed(index, learner.memory.asked_and_missed(learner.name))
    _own_data(learner)


def _by_concept(index: Index, progress: Sequence[ConceptProgress]) -> None:
    st.subheader("By page", anchor=False)
    st.caption("How likely you are to recall a claim of the page that you were asked about, as of now.")
    ordered = sorted(progress, key=lambda one: (one.retrievability, one.concept))
    table = [
        {
            "Page": index.concepts[one.concept].title,
            "Recall": one.retrievability,
            "Claims asked": f"{one.seen} of {one.claims}",
            "Due": one.due,
        }
        for one in ordered
    ]
    bars = (
        alt.Chart(alt.InlineData(table))
        .mark_bar(cornerRadius=3)
        .encode(
            x=alt.X("Recall:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=5)),
            y=alt.Y("Page:N", title=None, sort=None, axis=alt.Axis(labelLimit=180)),
            tooltip=["Page:N", alt.Tooltip("Recall:Q", format=".0%"), "Claims asked:N", "Due:Q"],
        )
        .properties(height=_ROW * len(table) + 30)
    )
    st.altair_chart(bars)
    with st.expander("The same as a table"):
        st.dataframe(
            table, hide_index=True, column_config={"Recall": st.column_config.NumberColumn("Recall", format="percent")}
        )


def _forecast(retention: Sequence[float], now: datetime) -> None:
    if not retention:
        return
    st.subheader("If you reviewed nothing", anchor=False)
    st.caption(
        f"How likely you would be to recall a claim: {retention[0]:.0%} today, {retention[-1]:.0%} in "
        f"{len(retention) - 1} days."
    )
    table = [
        {"Day": (now + timedelta(days=day)).date().isoformat(), "Recall": recall}
        for day, recall in enumerate(retention)
    ]
    line = (
        alt.Chart(alt.InlineData(table))
        .mark_line()
        .encode(
            x=alt.X("Day:T", title=None, axis=alt.Axis(format="%b %d", tickCount=4)),
            y=alt.Y("Recall:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=5)),
            tooltip=[alt.Tooltip("Day:T", format="%B %d"), alt.Tooltip("Recall:Q", format=".0%")],
        )
        .properties(height=180)
    )
    st.altair_chart(line)


def _sureness(sureness: Sureness) -> None:
    st.subheader("How well you know what you know", anchor=False)
    gap = sureness.said - sureness.right
    verdict = "about as sure as you should be" if abs(gap) < _GAP else "too sure" if gap > 0 else "not sure enough"
    if sureness.number < _FEW:
        left = _FEW - sureness.number
        st.markdown(
            f"Say of {left} more answers how sure you are, and you are told whether you are as sure as is right."
        )
        return
    st.markdown(
        f"Over {sureness.number} answers you said you were {sureness.said:.0%} sure on average, and "
        f"{sureness.right:.0%} were right: you are **{verdict}**. Your Brier score is {sureness.brier:.2f}; "
        "0 is best, 1 is worst."
    )
    st.dataframe(
        [{"You said": said, "Were right": right, "Answers": number} for said, right, number in sureness.bins],
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(name, format="percent") for name in ("You said", "Were right")
        },
    )


def _asked_and_missed(index: Index, asked: Sequence[MissedQuestion]) -> None:
    if not asked:
        return
    st.subheader("Asked, and missed in a quiz", anchor=False)
    st.caption("Questions of yours that the base answered with claims which you then got wrong.")
    for question in asked[:_LISTED]:
        with st.expander(plain_label(question.question)):
            for claim_id in question.claim_ids:
                if (claim := index.passage(claim_id)) is not None:
                    sources = [index.sources[key] for key in claim.sources if key in index.sources]
                    show_passage(index, claim, index.concepts[claim.concept], sources)


def _own_data(learner: Learner) -> None:
    st.subheader("Your data", anchor=False)
    name = plain_label(learner.name)
    st.caption(f"All that is kept of you stands under the name {name}, on the machine that runs this app.")
    keep, forget = st.columns(2)
    keep.download_button(
        "Download",
        lambda: json.dumps(learner.memory.export(learner.name), ensure_ascii=False, indent=2).encode(),
        "learner.json",
        "application/json",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
    )
    with forget.popover("Forget me", icon=":material/delete:", width="stretch"):
        st.markdown("This deletes your answers, cards and questions for good.")
        if st.button("Delete all of it", type="primary"):
            learner.memory.forget(learner.name)
            st.toast("All that was kept of you is deleted.")
            st.rerun()
