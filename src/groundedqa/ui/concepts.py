"""Concepts: browse the pages and read them, claims with their evidence, backlinks computed."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import streamlit as st

from groundedqa.answer.quotes import verified
from groundedqa.base.files import read_page
from groundedqa.base.models import Concept, Kind, Passage
from groundedqa.base.page import Page
from groundedqa.index.reading import Index
from groundedqa.text.plain import plain, shorten
from groundedqa.ui.components import anchor, passage_html, scroll_to
from groundedqa.ui.current import current_index
from groundedqa.ui.markup import concept_address, plain_label, to_html
from groundedqa.ui.quiz import link_to_quiz


def page() -> None:
    """Draw one concept's page if the address names one, else the list of all."""
    index = current_index()
    slug = st.query_params.get("concept")
    if slug is None:
        _list(index)
    elif slug not in index.concepts:
        st.title("Concepts")
        st.info("The base has no such page. It may have been renamed or removed.")
        _list(index, title=False)
    else:
        _read(index, index.concepts[slug], st.query_params.get("passage"))


def _list(index: Index, title: bool = True) -> None:
    if title:
        st.title("Concepts")
    wanted = st.text_input("Find a page", placeholder="Title, alias or word of the definition", key="find").casefold()
    shown = []
    for concept in sorted(index.concepts.values(), key=lambda c: c.title.casefold()):
        definition = index.passage(concept.definition) if concept.definition else None
        about = plain(definition.text) if definition else ""
        if wanted in " ".join((*concept.names, about)).casefold():
            shown.append(
                f'<li><a href="{escape(concept_address(concept.slug))}" target="_self">{escape(concept.title)}</a>'
                f"<small>{escape(shorten(about, 220))}</small></li>"
            )
    if shown:
        st.html(f'<ul class="gq-list">{"".join(shown)}</ul>')
    else:
        st.info("No page matches that. Try fewer letters, or clear the field to see every page.")


def _read(index: Index, concept: Concept, wanted: str | None) -> None:
    st.html('<p class="gq-meta"><a href="concepts" target="_self">All concepts</a></p>')
    st.title(plain_label(concept.title), anchor=False)
    facts = [concept.sort, *([concept.status] if concept.status else [])]
    if concept.aliases:
        facts.append("also called " + ", ".join(concept.aliases))
    st.html(f'<p class="gq-meta">{escape(" · ".join(facts))}</p>')
    if any(index.passages[row].concept == concept.slug for row in index.rows_of(Kind.CLAIM)):
        link_to_quiz("Quiz me on this page", concept=concept.slug)
    source = read_page(index.root, concept.path)
    if source is None or source.digest != concept.digest:
        st.warning("This page has changed since it was indexed. Bring the index up to date with: groundedqa index")
    passages = [passage for passage in index.passages if passage.concept == concept.slug]
    if source is not None:
        # On a page that has changed, what still stands there is shown, at its new place.
        passages = sorted((now for p in passages if (now := verified(index, p))), key=lambda p: p.start)
        st.html(f'<div class="gq-page">{"".join(_body(index, concept, source, passages, wanted))}</div>')
    _backlinks(index, concept)
    if found := next((passage for passage in passages if passage.id == wanted), None):
        scroll_to(f"#{anchor(found)}", "center")


def _body(index: Index, concept: Concept, source: Page, passages: list[Passage], wanted: str | None) -> Iterator[str]:
    heading = ""
    for piece in _blocks(source, passages):
        first = piece[0]
        above = _heading(first)
        if above != heading:
            heading = above
            if heading and first.id != concept.definition:
                yield f"<h3>{to_html(index, heading, inline=True, new_tab=False)}</h3>"
        hit = any(passage.id == wanted for passage in piece)
        if first.kind is Kind.SECTION:
            text = source.text[first.start : piece[-1].end]
            inner = to_html(index, text, new_tab=False)
            mark = ' class="gq-quote gq-target"' if hit else ""
            if first.id == concept.definition:
                inner = f'<div class="gq-definition">{inner}</div>'
            wanted_here = next((passage for passage in piece if passage.id == wanted), first)
            yield f'<div id="{anchor(wanted_here)}"{mark}>{inner}</div>'
        else:
            found = [index.sources[key] for key in first.sources if key in index.sources]
            yield passage_html(index, first, concept, found, at_home=True, target=hit)


def _heading(passage: Passage) -> str:
    return {
        Kind.CLAIM: "Key claims",
        Kind.OPEN_QUESTION: "Open questions",
        Kind.RELATION: "Related concepts",
        Kind.SECTION: passage.heading,
    }[passage.kind]


def _blocks(source: Page, passages: list[Passage]) -> Iterator[list[Passage]]:
    """Passages that were cut from one block of the page belong together again, to be drawn as one."""
    block: list[Passage] = []
    for passage in passages:
        if block:
            between = source.text[block[-1].end : passage.start]
            same = passage.kind is Kind.SECTION is block[-1].kind and not between.strip() and between.count("\n") < 2
            if not same:
                yield block
                block = []
        block.append(passage)
    if block:
        yield block


def _backlinks(index: Index, concept: Concept) -> None:
    linking = sorted((c for c in index.concepts.values() if concept.slug in c.links), key=lambda c: c.title.casefold())
    if not linking:
        return
    links = ", ".join(
        f'<a href="{escape(concept_address(c.slug))}" target="_self">{escape(c.title)}</a>' for c in linking
    )
    st.html(f'<p class="gq-meta">Pages that link here: {links}</p>')
