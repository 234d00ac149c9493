"""Ask: a conversation with the base, answered in its own words."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from groundedqa.answer.answers import Answer, Form, Grounded
from groundedqa.answer.compose import answer
from groundedqa.authoring.asking import phrased
from groundedqa.base.evidence import Evidence
from groundedqa.base.models import ConceptKind, Kind, Passage
from groundedqa.index.reading import Index
from groundedqa.search.hybrid import Filters
from groundedqa.ui.components import claim_names, level_name, scroll_to, show_quote
from groundedqa.ui.current import current_index, current_log, current_workspace
from groundedqa.ui.kept import keep_answer, propose, propose_question
from groundedqa.ui.learner import current_learner, sentences
from groundedqa.ui.markup import highlighted, inspect_address, plain_label
from groundedqa.ui.transcript import as_markdown

_SUGGESTED = 4
_KINDS = (Kind.SECTION, Kind.CLAIM, Kind.CLAIM, Kind.RELATION)
"""Kinds of passage of which questions are suggested, in turn."""


def page() -> None:
    """Draw the page: the conversation so far, what to ask next, and the line to ask in."""
    index = current_index()
    turns: list[Answer] = st.session_state.setdefault("turns", [])
    with st.sidebar:
        filters = _filters()
        kept = st.container()  # filled below, once the last question has been answered
        st.toggle("Author’s tools", key="author", help="Below each answer: why it came, and making a gold case of it.")
    asked = st.chat_input("Ask the base a question", key="asked")
    if not turns and not asked and "q" in st.query_params:
        asked = st.query_params["q"]
    if chosen := st.session_state.pop("chosen", None):
        asked = chosen
    if asked is not None:
        before = [turn.turn for turn in turns] if turns and _known(index, turns[-1]) else []
        turns.append(answer(index, asked, before, filters, reranker=current_workspace().reranker))
        _remember(turns[-1])
        keep_answer(index, turns, len(turns) - 1)
    if turns:
        with kept:
            _keep(index, turns)
    if not turns:
        _welcome(index)
        return
    names = claim_names(index) if st.session_state.get("author") else {}
    for number, turn in enumerate(turns):
        with st.chat_message("user", avatar=":material/person:"):
            st.html(f'<p class="gq-asked">{escape(turn.question.text) or "&nbsp;"}</p>')
        with st.chat_message("assistant", avatar=":material/format_quote:"):
            _show(index, turn, last=number == len(turns) - 1)
            _judge(index, turns, number, names)
    if asked is not None:
        scroll_to(".gq-asked", "start")


def _filters() -> Filters:
    levels = {f"{level_name(level)} or better": level for level in Evidence.minima()}
    minimum = st.selectbox(
        "Quote only claims with",
        ["any passage", *levels],
        key="minimum",
        help="With a level chosen, only claims that state this evidence or better are quoted.",
    )
    return Filters(min_evidence=levels.get(minimum))


def _keep(index: Index, turns: list[Answer]) -> None:
    """Begin anew, or take the conversation along."""
    if st.button("New conversation", icon=":material/add_comment:", width="stretch"):
        turns.clear()
        st.session_state.pop("disliked", None)
        st.query_params.clear()
        st.rerun()
    transcript = as_markdown(index, turns)
    st.download_button(
        "Download as Markdown",
        transcript,
        "conversation.md",
        "text/markdown",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
    )
    with st.popover("Copy as Markdown", icon=":material/content_copy:", width="stretch"):
        st.code(transcript, language=None, wrap_lines=True, height=320)


def _remember(turn: Answer) -> None:
    """Keep which claims answered a learner, so that one who misses them in a quiz is shown the question."""
    if isinstance(turn, Grounded) and (learner := current_learner()) is not None:
        claims = [quote.passage.id for quote in turn.quotes if quote.passage.kind is Kind.CLAIM]
        with sentences():
            learner.memory.asked(learner.name, turn.question.text, claims, datetime.now(UTC))


def _known(index: Index, turn: Answer) -> bool:
    """Whether the pages that an answer is about are still in the base: a new index may have come since."""
    quoted = [quote.concept.slug for quote in turn.quotes] if isinstance(turn, Grounded) else []
    return all(slug in index.concepts for slug in (*turn.question.about, *quoted))


def _welcome(index: Index) -> None:
    claims = len(index.rows_of(Kind.CLAIM))
    st.title("Ask the base")
    st.markdown(
        f"You get back only what its {len(index.concepts)} pages say: {claims} claims, quoted word for word, each "
        "with its evidence and source. Where they do not answer, you are told so."
    )
    if current_log() is not None:
        st.caption("What you ask is kept on this machine, without your name, so that authors see what the base lacks.")
    if suggested := _suggestions(index):
        st.caption("For example")
        _choices(suggested, "suggested")


def _show(index: Index, turn: Answer, last: bool) -> None:
    if turn.question.understood:
        st.html(f'<p class="gq-understood">Understood as: {escape(turn.question.understood)}</p>')
    marked = highlighted(turn.question.query)
    if isinstance(turn, Grounded):
        st.html(f'<p class="gq-lead">{escape(turn.lead)}</p>')
        for part in turn.parts:
            st.html(f'<p class="gq-part">{escape(part.question.text)}</p>')
            _show(index, part, last=False)
        if turn.parts:
            if last:
                _choices(_follow_ups(index, turn), "followed")
            return
        for quote in turn.quotes:
            show_quote(index, quote, marked)
        if last:
            _choices(_follow_ups(index, turn), "followed")
        return
    st.html(f'<p class="gq-lead">{escape(turn.reason)}</p>')
    if turn.open_question:
        st.caption("An open question of the base touches it")
        show_quote(index, turn.open_question, marked)
    others = [q for q in turn.nearest if turn.open_question is None or q.passage != turn.open_question.passage]
    if others:
        with st.expander("What comes nearest, though it does not answer"):
            for quote in others:
                show_quote(index, quote, marked)


def _judge(index: Index, turns: list[Answer], number: int, names: dict[str, Passage]) -> None:
    """Say that an answer was no help; for authors, open it in Inspect or make a gold case of it.

    Args:
        names: claims by names to choose from.
    """
    turn = turns[number]
    disliked: set[int] = st.session_state.setdefault("disliked", set())
    row = st.container(horizontal=True, key=f"judge-{number}")
    with row:
        if current_log() is not None and turn.question.query.strip():
            said = number in disliked
            label = "Noted, thank you" if said else "Not helpful"
            if st.button(label, icon=":material/thumb_down:", key=f"dislike {number}", type="tertiary", disabled=said):
                disliked.add(number)
                keep_answer(index, turns, number, disliked=True)
                st.rerun()
        if not st.session_state.get("author") or not turn.question.query.strip():
            return
        quoted = [quote.passage.id for quote in turn.quotes] if isinstance(turn, Grounded) else []
        st.link_button("Why?", inspect_address(turn.question.query), icon=":material/troubleshoot:", type="tertiary")
        if quoted and st.button("This is right", icon=":material/check:", key=f"right {number}", type="tertiary"):
            propose(index, turns, number, quoted[:1])
        if st.button("Nothing answers this", icon=":material/block:", key=f"none {number}", type="tertiary"):
            propose(index, turns, number, [])
        with st.popover("Other claims", icon=":material/edit:", type="tertiary"):
            chosen = st.multiselect("Should have been", list(names), key=f"instead {number}", placeholder="Claims")
            if st.button("Make it a gold case", key=f"make {number}", disabled=not chosen):
                propose(index, turns, number, [names[name].id for name in chosen])
            if st.button("Add the question to them", key=f"add {number}", disabled=not chosen):
                propose_question(index, turn.question.query, [names[name].id for name in chosen])


def _choices(questions: list[str], key: str) -> None:
    """Questions to click; a click asks."""

    def choose() -> None:
        st.session_state["chosen"] = st.session_state[key]
        st.session_state[key] = None

    st.pills("Ask next", questions, key=key, on_change=choose, format_func=plain_label, label_visibility="collapsed")


def _suggestions(index: Index) -> list[str]:
    """Questions that this base answers, of its most linked pages: listed by authors, else made from the titles."""
    slugs = index.most_linked
    if listed := _listed(index, slugs):
        return listed
    titles = [index.concepts[slug].title for slug in slugs if index.concepts[slug].kind is ConceptKind.CONCEPT]
    found = [phrased("What {is} {x}?", title) for title in titles[: _SUGGESTED - 1]]
    open_pages = [index.passages[row].concept for row in index.rows_of(Kind.OPEN_QUESTION)]
    if found and (unsettled := next((slug for slug in slugs if slug in open_pages), None)):
        found.append(f"What is not known about {index.concepts[unsettled].title}?")
    relations = [index.passages[row] for row in index.rows_of(Kind.RELATION) if index.passages[row].target]
    if relation := next((r for slug in slugs for r in relations if r.concept == slug), None):
        one, other = index.concepts[relation.concept].title, index.concepts[relation.target or ""].title
        found.append(phrased("How {do} {x} relate to {y}?", one, other))
    return found


def _listed(index: Index, slugs: list[str]) -> list[str]:
    """A listed question of each of the first pages that have any, of another kind of passage each time if possible."""
    found: list[str] = []
    for slug in slugs:
        own = [passage for passage in index.passages if passage.concept == slug and passage.questions]
        if own and len(found) < _SUGGESTED:
            wanted = _KINDS[len(found) % len(_KINDS)]
            found.append(next((p for p in own if p.kind is wanted), own[0]).questions[0])
    return found


def _follow_ups(index: Index, turn: Grounded) -> list[str]:
    """What a learner may want next: the evidence, who stands behind it, what is open, a neighbour."""
    found = []
    has_claims = any(quote.passage.kind is Kind.CLAIM for quote in turn.quotes)
    if has_claims and turn.question.form is not Form.STRENGTH:
        found.append("How strong is the evidence for that?")
    if has_claims and turn.question.form is not Form.SOURCE:
        found.append("Who found it?")
    concept = turn.quotes[0].concept
    if turn.question.form is not Form.UNKNOWN and any(
        index.passages[row].concept == concept.slug for row in index.rows_of(Kind.OPEN_QUESTION)
    ):
        found.append(f"What is not known about {concept.title}?")
    quoted = {quote.passage.id for quote in turn.quotes}
    others = [p for p in index.passages if p.concept == concept.slug and p.kind is Kind.CLAIM and p.questions]
    if unread := next((p for p in others if p.id not in quoted), None):
        return [*found, unread.questions[0]]
    links = [link for link in concept.links if link in index.concepts and link not in turn.question.about]
    linked = [index.concepts[link] for link in links]
    if near := next((other for other in linked if other.kind is ConceptKind.CONCEPT), None):
        found.append(f"What about {near.title}?")
    return found
