"""Inspect: what a query finds and why, and why a claim that should answer stands behind others."""

from __future__ import annotations

from typing import Any

import streamlit as st

from groundedqa.answer.conversation import understand
from groundedqa.authoring.asking import Origin
from groundedqa.authoring.outcome import outcome
from groundedqa.authoring.tried import concerned, trials
from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Kind, Passage
from groundedqa.errors import GroundedQAError
from groundedqa.evaluate.gold import own_gold
from groundedqa.index.reading import Index
from groundedqa.search.attribution import Attribution, attribute
from groundedqa.search.hybrid import Filters, Hit, search
from groundedqa.search.rewording import reworded
from groundedqa.search.signals import ASKED, SIGNALS, Query, Signal
from groundedqa.text.plain import plain
from groundedqa.ui.components import claim_names, level_name, page_names, show_passage
from groundedqa.ui.current import current_index, current_log, current_workspace
from groundedqa.ui.markup import plain_label
from groundedqa.ui.score_chart import drawn, word_of

_SHOWN = 25
_NAME = 90  # characters of a passage by which it is chosen
_ORIGINS = {Origin.GOLD: "gold case", Origin.LOG: "people"}
_SIDES = {
    "By meaning": [signal for signal in SIGNALS if signal.by_meaning],
    "By words": [signal for signal in SIGNALS if not signal.by_meaning],
}
_COLORS = {"By meaning": "#3b82c4", "By words": "#c98a1b"}


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
    wanted = _wanted(index)
    hits = search(
        index,
        question.query,
        _SHOWN,
        filters,
        also=[] if wanted is None else [index.rows[wanted.id]],
        reranker=current_workspace().reranker,
    )
    if wanted is not None and all(hit.passage.id != wanted.id for hit in hits):
        st.warning("The claim that should answer does not pass the filters.")
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
            "Score": _number("What the signals contribute, added up"),
            **{name: column for signal in SIGNALS for name, column in _columns(signal).items()},
        },
    )
    _why(index, query, question.query, hits, wanted, filters)
    form = question.form.value
    searched = f" Searched as “{plain_label(question.query)}”." if question.query != query else ""
    st.caption(
        f"Read as a question of the form “{form}”.{searched} {len(hits)} best of {len(index.passages):,} passages."
    )


def _wanted(index: Index) -> Passage | None:
    """The claim that an author expects; it stands in the address."""
    claims = claim_names(index)
    named = list(claims)
    asked = st.query_params.get("claim")
    at = next((place for place, claim in enumerate(claims.values()) if claim.id == asked), None)
    name = st.selectbox("A claim that should answer", named, index=at, placeholder="Choose one to see why it did not")
    if name is None:
        st.query_params.pop("claim", None)
        return None
    st.query_params["claim"] = claims[name].id
    return claims[name]


def _why(index: Index, asked: str, query: str, hits: list[Hit], wanted: Passage | None, filters: Filters) -> None:
    """One hit's score, taken apart into what each word of the question adds."""
    st.subheader("Why it was found", anchor=False)
    names = {f"{hit.rank}. {plain(hit.passage.text)[:_NAME]}": hit for hit in hits}
    places = [place for place, hit in enumerate(hits) if wanted is not None and hit.passage.id == wanted.id]
    chosen = st.selectbox("Passage", names, index=places[0] if places else 0, label_visibility="collapsed")
    hit = names[str(chosen)]
    found = attribute(index, query, hit)
    sources = [index.sources[key] for key in hit.passage.sources if key in index.sources]
    show_passage(index, hit.passage, index.concepts[hit.passage.concept], sources)
    st.caption(
        f"Score {hit.score:.3f}: each line is what a word of the question adds to it through a word of the passage, "
        "the thicker the more. Nothing is estimated: the lines, less what the worst candidate has of each signal, "
        "add up to the score."
    )
    if ASKED.applies(index) and (listed := ASKED.nearest(Query(index, query), hit.row)):
        st.markdown(f"Asked like: “{plain_label(listed)}”, one of the questions that this passage is said to answer.")
    if not found.pooled:
        st.info(
            "This base's encoder does not pool its words by their mean, so what each adds to the cosine is unknown."
        )
    st.markdown(plain_label(outcome(index, asked, hit.passage, filters, current_workspace().reranker)))
    if hit.passage.kind is Kind.CLAIM:
        _other_words(index, query, hit)
    if hit.rank > hits[0].rank:
        _against(found, attribute(index, query, hits[0]))
    for (name, signals), column in zip(_SIDES.items(), st.columns(2), strict=True):
        with column:
            st.markdown(f"**{name}**")
            if (chart := drawn(found, signals, _COLORS[name])) is None:
                st.caption("Nothing.")
            else:
                st.altair_chart(chart)
    rows = [
        {
            "Signal": link.signal.label,
            "Word of the question": word_of(found.query, found.query_words, link.query),
            "Word of the passage": word_of(found.text, found.passage_words, link.passage),
            "Adds": link.contribution,
        }
        for link in found.links
    ]
    rows += [
        {"Signal": signal.label, "Word of the question": "what the worst candidate has", "Adds": floor}
        for signal, floor in found.floors.items()
    ]
    with st.expander("The same as a table"):
        st.dataframe(rows, hide_index=True, column_config={"Adds": st.column_config.NumberColumn(format="%.4f")})


def _against(found: Attribution, first: Attribution) -> None:
    """Which words of the question put a passage behind the first one."""
    here, there = found.by_word(), first.by_word()
    dearest = sorted(range(len(here)), key=lambda at: here[at] - there[at])
    rows = [
        {
            "Word of the question": word_of(found.query, found.query_words, at),
            "Adds here": here[at],
            "Adds to the first": there[at],
            "Costs": there[at] - here[at],
        }
        for at in dearest
    ]
    st.markdown(f"**What puts it behind the first**, by {first.hit.score - found.hit.score:.3f} in all")
    number = st.column_config.NumberColumn(format="%.3f")
    columns = dict.fromkeys(("Adds here", "Adds to the first", "Costs"), number)
    st.dataframe(rows, hide_index=True, column_config=columns)


def _other_words(index: Index, query: str, hit: Hit) -> None:
    """What the claim's place would be with another wording; nothing is written."""
    with st.expander("Try another wording"):
        key = f"wording {hit.passage.id}"
        text = st.text_area("The claim", hit.passage.text, key=key, help="Only tried here: the page stays as it is.")
        if text.strip() in ("", hit.passage.text):
            return
        changed = reworded(index, hit.passage, text)
        if changed is None:
            st.info("This base's encoder does not pool its words by their mean, so a wording cannot be tried here.")
            return
        (here,) = trials(index, changed, hit.passage, [(query, Origin.MADE)], current_workspace().reranker)
        others = trials(index, changed, hit.passage, _concerned(index, hit.passage), current_workspace().reranker)
        st.markdown(f"With these words it would come at place **{here.after}** instead of {here.before}.")
        if others:
            st.markdown("For the questions that should find it, or that it answered for people:")
            st.dataframe(
                [
                    {"Question": t.question, "From": _ORIGINS[t.origin], "Place now": t.before, "Then": t.after}
                    for t in others
                ],
                hide_index=True,
            )
        else:
            st.caption("No gold case names it, and it has answered nobody yet: there is nothing else to compare.")


def _concerned(index: Index, passage: Passage) -> list[tuple[str, Origin]]:
    try:
        log = current_log()
        return list(concerned(index, passage, own_gold(index.root), log.events() if log else ()))
    except GroundedQAError as error:
        st.warning(plain_label(str(error)), icon=":material/warning:")
        return []


def _columns(signal: Signal) -> dict[str, Any]:
    """The columns of a signal, each with how it is shown and what it says."""
    ranked = f"Place by {signal.label}; empty where it is not a candidate"
    name = signal.name.capitalize()
    return ({f"{name} rank": _number(ranked, "%d")} if signal.ranks else {}) | {
        signal.label: _number(signal.about),
        f"{name} share": _number(f"What {signal.label} adds to the score"),
    }


def _number(told: str, form: str = "%.3f") -> Any:
    return st.column_config.NumberColumn(format=form, help=told, width=76)


def _row(concept: str, hit: Hit) -> dict[str, object]:
    passage = hit.passage
    return {
        "Rank": hit.rank,
        "Score": hit.score,
        "Passage": plain(passage.text),
        **{
            name: value
            for signal in SIGNALS
            for name, value in zip(_columns(signal), _values(hit, signal), strict=True)
        },
        "Concept": concept,
        "Kind": _kind_name(passage.kind),
        "Evidence": passage.evidence.value if passage.evidence else "",
    }


def _kind_name(kind: Kind) -> str:
    return kind.value.replace("_", " ")


def _values(hit: Hit, signal: Signal) -> list[float | None]:
    found = hit[signal]
    return [*([found.rank] if signal.ranks else []), found.score, found.contribution]
