"""Inspect: what a query finds and why, the retrievers and late interaction side by side."""

from __future__ import annotations

from typing import Any

import streamlit as st

from groundedqa.answer.conversation import understand
from groundedqa.base import Evidence, Kind
from groundedqa.search import Filters, Hit, search
from groundedqa.ui.components import level_name, page_names
from groundedqa.ui.markup import plain_text
from groundedqa.ui.opened import current_index

_SHOWN = 25
_SCORES = {
    "Score": ("%.3f", "The four shares added up"),
    "Dense rank": ("%d", "Place in the ranking by meaning; empty where it is not among its candidates"),
    "Cosine": ("%.3f", "Likeness in meaning, at most 1"),
    "Dense share": ("%.3f", "What the meaning adds to the score"),
    "Lexical rank": ("%d", "Place in the ranking by words; empty where it is not among its candidates"),
    "BM25": ("%.2f", "Weight of the words that are shared"),
    "Lexical share": ("%.3f", "What shared words add to the score"),
    "Page BM25": ("%.2f", "Weight of the words that the whole page shares with the question"),
    "Page share": ("%.3f", "What the page adds to the score"),
    "Late rank": ("%d", "Place in the ranking word by word"),
    "Closeness": (
        "%.3f",
        "How near each word of the question comes to a word of the passage; rare words count more",
    ),
    "Late share": ("%.3f", "What that closeness adds to the score"),
}


def page() -> None:
    """Draw the page: a query, filters, and its hits as a table."""
    st.set_page_config(layout="wide")
    index = current_index()
    st.title("Inspect")
    st.caption("What a question finds, in the order of its score. Learners get their answers from the same search.")
    query = st.text_input("Question", key="q", bind="query-params", placeholder="What is circuit tracing?")
    with st.expander("Filters"):
        minimum = st.selectbox(
            "Evidence",
            [None, *Evidence],
            format_func=lambda level: "any" if level is None else f"{level_name(level)} or better",
        )
        kinds = st.multiselect("Kinds of passage", list(Kind), format_func=_kind_name, placeholder="all")
        pages = page_names(index.concepts.values(), ["any"])
        concept = pages.get(st.selectbox("Concept", ["any", *pages]))
    if not query.strip():
        st.info("Type a question to see which passages it retrieves and how each one was scored.")
        return
    question = understand(index, query)
    filters = Filters(minimum, concept, frozenset(kinds) or None)
    hits = search(index, question.query, _SHOWN, filters)
    if not hits:
        st.info("No passage passes these filters.")
        return
    st.dataframe(
        [_row(index.concepts[hit.passage.concept].title, hit) for hit in hits],
        hide_index=True,
        height="content",
        column_config={
            "Rank": st.column_config.NumberColumn(width=48),
            "Passage": st.column_config.TextColumn(width=240),
            **{name: _number(format, told) for name, (format, told) in _SCORES.items()},
        },
    )
    form = question.form.value
    searched = f" Searched as “{question.query}”." if question.query != query else ""
    st.caption(
        f"Read as a question of the form “{form}”.{searched} {len(hits)} best of {len(index.passages):,} passages."
    )


def _number(format: str, told: str) -> Any:
    return st.column_config.NumberColumn(format=format, help=told, width=76)


def _row(concept: str, hit: Hit) -> dict[str, object]:
    passage = hit.passage
    return {
        "Rank": hit.rank,
        "Score": hit.score,
        "Passage": plain_text(passage.text),
        "Dense rank": hit.dense.rank,
        "Cosine": hit.dense.score,
        "Dense share": hit.dense.share,
        "Lexical rank": hit.lexical.rank,
        "BM25": hit.lexical.score,
        "Lexical share": hit.lexical.share,
        "Page BM25": hit.page.score,
        "Page share": hit.page.share,
        "Late rank": hit.late.rank,
        "Closeness": hit.late.score,
        "Late share": hit.late.share,
        "Concept": concept,
        "Kind": _kind_name(passage.kind),
        "Evidence": passage.evidence.value if passage.evidence else "",
    }


def _kind_name(kind: Kind) -> str:
    return kind.value.replace("_", " ")
