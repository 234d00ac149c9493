"""Coverage: which claims some question reaches, what people ask that the base does not say, and a map of it all."""

from __future__ import annotations

from collections import Counter
from html import escape
from pathlib import Path

import streamlit as st

from groundedqa.authoring.asking import Origin, Probe, questions
from groundedqa.authoring.demand import Topic, asked_of, far_from_listed, topics
from groundedqa.authoring.log import Event, Happened
from groundedqa.authoring.reach import Reach, Reached, by_need, reach, still_to_ask
from groundedqa.base.models import Kind
from groundedqa.errors import GroundedQAError
from groundedqa.evaluate.gold import own_gold
from groundedqa.index.reading import Index
from groundedqa.search.rerank import Reranker
from groundedqa.ui.basemap import KINDS, show_map
from groundedqa.ui.components import passage_link
from groundedqa.ui.current import current_index, current_log, current_workspace
from groundedqa.ui.markup import concept_address, inspect_address

_AT_ONCE = 300
"""Questions that are asked without being asked for it: some seconds."""
_SHOWN = 20
"""Entries of a list, until all are asked for."""


def page() -> None:
    """Draw the page: what is reached, what is asked, and the map."""
    index = current_index()
    st.title("Coverage")
    st.caption("What people can find in the base, and what they look for in vain. Nothing here changes a page.")
    try:
        log = current_log()
        events = list(log.events()) if log else []
        gold = [case.question for case in own_gold(index.root) if not case.after]
        asked = questions(index, gold, log.questions() if log else ())
    except GroundedQAError as error:
        st.error("The questions that were kept cannot be read.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        return
    demand, found = _gathered(index.version, len(events), events[-1:], index, events)
    reached, demanded, mapped = st.tabs(["Reach", "Demand", "Map"])
    with reached:
        report = _reach(index, asked)
        if report:
            _show_reach(index, report, demand)
    with demanded:
        _show_demand(index, events, found)
    with mapped:
        show_map(index, report)


def _reach(index: Index, asked: list[Probe]) -> Reach | None:
    """What the questions reach; where many are still to be asked, only when a button is pressed."""
    cache = current_workspace().reach_cache
    reranker = current_workspace().reranker
    new = still_to_ask(index, asked, cache, reranker)
    if len(new) > _AT_ONCE:
        numbers = Counter(one.origin for one in asked)
        people = numbers[Origin.GOLD] + numbers[Origin.LOG]
        st.markdown(
            f"A claim is reached if some natural question brings it among the first five. There are {len(asked):,} "
            f"questions to ask: {numbers[Origin.MADE]:,} made of the names in the base, {people:,} by people."
        )
        if not st.button("Ask them all", type="primary"):
            return None
    if new:
        shown = st.progress(0.0, "Asking …")
        done = 0

        def advance() -> None:
            nonlocal done
            done += 1
            if done % 20 == 0:
                shown.progress(done / len(new), f"Asking: {done:,} of {len(new):,}")

        reach(index, asked, cache, advance, reranker)
        if len(new) > _AT_ONCE:
            st.rerun()
        shown.empty()
    return _report(index.version, tuple((one.text, one.origin) for one in asked), index, cache, reranker)


@st.cache_data(max_entries=1, show_spinner="Reading what was found …")
def _report(
    version: str, asked: tuple[tuple[str, Origin], ...], _index: Index, _cache: Path, _reranker: Reranker | None
) -> Reach:
    return reach(_index, [Probe(text, origin) for text, origin in asked], _cache, reranker=_reranker)


@st.cache_data(max_entries=1, show_spinner="Gathering what was asked …")
def _gathered(
    version: str, count: int, last: list[Event], _index: Index, _events: list[Event]
) -> tuple[Counter[str], list[Topic]]:
    """The log only grows or is emptied, so its length and its end tell whether it is another."""
    return asked_of(_index, _events), topics(_index, _events)


def _show_reach(index: Index, report: Reach, demand: Counter[str]) -> None:
    kinds = {one.passage_id: index.passages[index.rows[one.passage_id]].kind for one in report.passages}
    total, lost = Counter(kinds.values()), Counter(kinds[one.passage_id] for one in report.lost)
    shown = [kind for kind in KINDS if total[kind]]
    for column, kind in zip(st.columns(max(1, len(shown))), shown, strict=False):
        column.metric(f"{KINDS[kind]} reached", f"{total[kind] - lost[kind]:,} of {total[kind]:,}")
    people = report.asked[Origin.GOLD] + report.asked[Origin.LOG]
    st.caption(
        f"{report.asked[Origin.MADE]:,} questions made of the names in the base, {people:,} by people. A passage is "
        f"reached if one of them brings it among the first five."
    )
    _list(
        "Never among the first five",
        [_lost(index, one) for one in by_need(index, report.lost, demand)],
        "The best supported first, then what people ask about most. Open one to see what stands before it.",
    )
    rows = index.rows
    _list(
        "Nearly the same words",
        [
            f"{passage_link(index.passages[rows[one]])}<br>{passage_link(index.passages[rows[other]])}"
            f"<small>Likeness {cosine:.2f}, at most 1</small>"
            for one, other, cosine in report.twins
        ],
        "One of the two may push the other out of an answer.",
    )
    _list(
        "Claims of whose words nobody’s question holds any",
        [passage_link(index.passages[rows[one]]) for one in report.unasked],
        "They may be worded as nobody would ask.",
    )
    listed = Kind.CLAIM in kinds.values() and any(passage.questions for passage in index.passages)
    _list(
        "Claims without a question",
        [passage_link(index.passages[row]) for row in index.rows_of(Kind.CLAIM) if not index.passages[row].questions]
        if listed
        else [],
        "No question is listed in questions.yaml that they answer.",
    )
    _list(
        "Pages that others swallow",
        [
            f"{_page(index, one.page)}: of {one.questions} questions that name it, {one.lost} are answered first by "
            f"{_page(index, one.by)}"
            for one in report.swallowed
        ],
        "Give such a page claims of its own, or join the two.",
    )


def _lost(index: Index, one: Reached) -> str:
    passage = index.passages[index.rows[one.passage_id]]
    if one.rank is None:
        return f"{passage_link(passage)}<small>No question finds it at all.</small>"
    above = " ".join(f"<li>{passage_link(index.passages[index.rows[other]])}</li>" for other in one.above)
    address = escape(inspect_address(one.question, passage.id if passage.kind is Kind.CLAIM else None))
    return (
        f"{passage_link(passage)}<small>At best place {one.rank}, for “{escape(one.question)}”. "
        f'<a href="{address}" target="_blank">Inspect</a></small>'
        f"<details><summary>Before it</summary><ul>{above}</ul></details>"
    )


def _page(index: Index, slug: str) -> str:
    return f'<a href="{escape(concept_address(slug))}" target="_blank">{escape(index.concepts[slug].title)}</a>'


def _list(title: str, entries: list[str], about: str) -> None:
    if not entries:
        return
    st.subheader(f"{title} ({len(entries):,})", anchor=False)
    st.caption(about)
    most = None if len(entries) > _SHOWN and st.toggle(f"Show all {len(entries):,}", key=title) else _SHOWN
    st.html(f'<ul class="gq-list">{"".join(f"<li>{entry}</li>" for entry in entries[:most])}</ul>')


def _show_demand(index: Index, events: list[Event], found: list[Topic]) -> None:
    if current_log() is None:
        st.info("Questions are not kept: the app was started with --no-log. Start it without to see what people ask.")
        return
    if not events:
        st.info("Nobody has asked anything yet. What is asked on the Ask page shows here, by topic and without names.")
        return
    counted = Counter(event.what for event in events)
    for column, (name, number) in zip(
        st.columns(4),
        {
            "Questions": counted[Happened.ANSWERED] + counted[Happened.ABSTAINED],
            "Not answered": counted[Happened.ABSTAINED],
            "Not helpful": counted[Happened.DISLIKED],
            "Missed in quizzes": counted[Happened.MISSED],
        }.items(),
        strict=True,
    ):
        column.metric(name, f"{number:,}")
    _list(
        "Where people are let down",
        [_topic(index, topic) for topic in found if topic.unmet or topic.missed],
        "By the page that a question is about, those first where most went away with nothing, or little.",
    )
    _list(
        "Questions that no listed one is near",
        [f"“{escape(text)}”" for text in far_from_listed(index, events)],
        "Add them to the claims that should answer: on the Ask page with the author’s tools, or in questions.yaml.",
    )
    st.download_button(
        "Download what was asked",
        "".join(f"{event.model_dump_json()}\n" for event in events),
        "questions.jsonl",
        "application/jsonl",
        on_click="ignore",
        icon=":material/download:",
    )
    st.caption(
        "Kept on this machine: the question, the day and what was quoted; no name, no hour. "
        "Start the app with --no-log and nothing is kept; forget all with: groundedqa demand --clear"
    )


def _topic(index: Index, topic: Topic) -> str:
    title = _page(index, topic.slug) if topic.slug in index.concepts else "About no page of the base"
    counts = {
        "asked": topic.asked,
        "not answered": topic.abstained,
        "answered by weak or contested claims": topic.weak,
        "not helpful": topic.disliked,
        "missed in quizzes": topic.missed,
    }
    said = ", ".join(f"{name} {number:,}" for name, number in counts.items() if number)
    asked = [("not answered", text) for text in topic.unanswered] + [("doubtful", text) for text in topic.doubtful]
    lines = "".join(
        f'<li>“{escape(text)}” ({how}, <a href="{escape(inspect_address(text))}" target="_blank">inspect</a>)</li>'
        for how, text in asked
    )
    listed = f"<details><summary>Questions</summary><ul>{lines}</ul></details>" if lines else ""
    return f"<b>{title}</b><small>{said}</small>{listed}"
