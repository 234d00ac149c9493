"""The map of a base on the Coverage page."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from groundedqa.authoring.reach import Reach, measured
from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Kind
from groundedqa.index.reading import Index
from groundedqa.text.plain import plain
from groundedqa.ui.markup import concept_address

KINDS = {
    Kind.CLAIM: "Claims",
    Kind.OPEN_QUESTION: "Open questions",
    Kind.RELATION: "Relations",
    Kind.SECTION: "Passages of text",
}
"""Kinds of passage in a reader's words."""
_LEVELS = {level.value: level.color for level in Evidence} | {"not stated": "#8a8a8a"}
_REACH = {"reached": "#3b82c4", "never among the first five": "#c4553b"}
_MANY = 3_000
"""Points from which on they are drawn smaller."""
_DIMENSIONS = 50
"""Dimensions that are kept before the map is drawn, as t-SNE's authors advise (van der Maaten & Hinton 2008)."""
_PERPLEXITY = 30.0
_SEED = 0
_COLORS = ("Evidence", "Reach", "Concept")


def show_map(index: Index, report: Reach | None) -> None:
    """A map of what should be reached, coloured by what the reader chooses; every point opens its place."""
    rows = measured(index)
    first = "Evidence" if any(index.passages[row].evidence for row in rows) else "Concept"
    color = st.segmented_control("Colour by", _COLORS, default=first, key="map color") or first
    if color == "Reach" and report is None:
        st.info("Ask the questions first, under Reach.")
        return
    reached = {one.passage_id: one.reached for one in report.passages} if report else {}
    titles = {index.passages[row].concept for row in rows}
    told = [
        {
            "x": float(x),
            "y": float(y),
            "Words": plain(index.passages[row].text)[:160],
            "Concept": index.concepts[index.passages[row].concept].title,
            "Kind": KINDS[index.passages[row].kind],
            "Evidence": str(index.passages[row].evidence or "not stated"),
            "Reach": list(_REACH)[not reached.get(index.passages[row].id, True)],
            "address": concept_address(index.passages[row].concept, index.passages[row]),
        }
        for row, (x, y) in zip(rows, _places(index.version, index), strict=True)
    ]
    scales: dict[str, dict[str, str]] = {"Evidence": _LEVELS, "Reach": _REACH}
    scale = (
        alt.Scale(domain=list(scales[color]), range=list(scales[color].values()))
        if color in scales
        else alt.Scale(scheme="tableau20")
    )
    legend: Any = alt.Legend(orient="bottom", title=None) if color in scales else None
    chart = (
        alt.Chart(alt.InlineData(values=told))
        .mark_circle(size=46 if len(rows) < _MANY else 16, opacity=0.75)
        .encode(
            x=alt.X("x:Q", axis=None),
            y=alt.Y("y:Q", axis=None),
            color=alt.Color(f"{color}:N", scale=scale, legend=legend),
            href="address:N",
            tooltip=["Words:N", "Concept:N", "Kind:N", "Evidence:N", "Reach:N"],
        )
        .properties(height=520)
        .interactive()
    )
    st.altair_chart(chart, width="stretch")
    st.caption(
        f"{len(rows):,} passages of {len(titles):,} pages, each near to what is near to it in meaning: "
        "distances between far groups say nothing. Click a point to open its place; drag and scroll to move about."
    )


@st.cache_data(max_entries=1, show_spinner="Drawing the map …")
def _places(version: str, _index: Index) -> NDArray[np.float32]:
    """Where what should be reached lies on a map by t-SNE, the same for the same base; shape (rows, 2)."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    vectors = np.asarray(_index.vectors[measured(_index)])
    if len(vectors) < 4:  # nothing to lay out
        return np.asarray([[place, 0] for place in range(len(vectors))], dtype=np.float32).reshape(-1, 2)
    kept = min(_DIMENSIONS, *vectors.shape)
    narrow = PCA(kept, random_state=_SEED).fit_transform(vectors)
    perplexity = min(_PERPLEXITY, (len(vectors) - 1) / 3)
    drawn = TSNE(2, perplexity=perplexity, init="pca", random_state=_SEED).fit_transform(narrow)
    return np.asarray(drawn, dtype=np.float32)
