"""What several pages show: an evidence badge, a quote with its source and place, a passage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from hashlib import sha256
from html import escape

import streamlit as st

from groundedqa.answer.answers import Quote
from groundedqa.answer.quotes import verified
from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Concept, Kind, Passage, Source
from groundedqa.index.reading import Index
from groundedqa.text.plain import plain, shorten
from groundedqa.ui.markup import concept_address, to_html

# The scripts that run in the browser. They are constants, so that the browser can be told their checksums and runs no
# other (`server.py`); what differs stands in attributes of the element.
_SCROLL = (
    "{ const {selector, block} = document.currentScript.dataset; const scroll = () =>"
    " [...document.querySelectorAll(selector)].at(-1)?.scrollIntoView({block});"
    " [300, 900].forEach(wait => setTimeout(scroll, wait)) }"
)
_KEEP_COOKIE = "document.cookie = document.currentScript.dataset.cookie"
SCRIPTS = (_SCROLL, _KEEP_COOKIE)
"""All scripts of our own."""
_LINE = 140
"""Characters of a passage that stand for it in a list."""
_NAME = 90
"""Characters of a claim by which it is chosen."""
_KINDS = {
    Kind.SECTION: "From the page’s text",
    Kind.OPEN_QUESTION: "Open question",
    Kind.RELATION: "Relation between pages",
}


def badge(level: Evidence | None) -> str:
    """An evidence level as HTML: a mark, a word, a border and a colour of its own."""
    if level is None:
        return '<span class="gq-badge gq-badge-none">Evidence not stated</span>'
    shown = f"--gq: {level.color}; border: {level.border} color-mix(in srgb, {level.color} 60%, transparent)"
    said = f'<span aria-hidden="true">{level.mark}</span> {level.label}'
    return f'<span class="gq-badge gq-badge-{level.value}" style="{shown}">{said}</span>'


def level_name(level: Evidence) -> str:
    """An evidence level for a widget's option."""
    return f"{level.mark} {level.label}"


def page_names(concepts: Iterable[Concept], taken: Collection[str] = ()) -> dict[str, str]:
    """Slugs by names to choose from, sorted; a title that is taken or shared gets its slug added.

    Streamlit tells the options of a selectbox apart by what they show.
    """
    ordered = sorted(concepts, key=lambda concept: (concept.title.casefold(), concept.slug))
    used = Counter([*taken, *(concept.title for concept in ordered)])
    return {c.title if used[c.title] == 1 else f"{c.title} ({c.slug})": c.slug for c in ordered}


def passage_link(passage: Passage) -> str:
    """A passage in a line of HTML: its level, and its first words as a link to its place."""
    level = f"{badge(passage.evidence)} " if passage.kind is Kind.CLAIM else ""
    address = escape(concept_address(passage.concept, passage))
    return f'{level}<a href="{address}" target="_blank">{escape(shorten(plain(passage.text), _LINE))}</a>'


def claim_names(index: Index) -> dict[str, Passage]:
    """Claims by names to choose from: their first words and their id."""
    claims = [index.passages[row] for row in index.rows_of(Kind.CLAIM)]
    return {f"{plain(claim.text)[:_NAME]} ({claim.id})": claim for claim in claims}


def anchor(passage: Passage) -> str:
    """The id of a passage's element on its page."""
    return "p-" + sha256(passage.id.encode()).hexdigest()[:12]


def cited(sources: Collection[Source]) -> str:
    """Sources as HTML, each a link where it has an address."""
    found = []
    for source in sources:
        name = escape(source.citation)
        address = escape(source.url or "")
        found.append(f'<a href="{address}" target="_blank" rel="noopener">{name}</a>' if source.url else name)
    return "<br>".join(found)


def passage_html(
    index: Index,
    passage: Passage,
    concept: Concept,
    sources: Collection[Source],
    highlight: Collection[str] = (),
    at_home: bool = False,
    target: bool = False,
) -> str:
    """A quoted passage as HTML, with its evidence, sources and place.

    Args:
        at_home: it stands on its own page, so that it need not say where it is from.
        target: it is what the reader came for.
    """
    said = to_html(index, passage.text, highlight, new_tab=not at_home)
    meta = []
    if passage.kind is Kind.CLAIM:
        meta.append(badge(passage.evidence))
    elif not at_home:
        meta.append(f'<span class="gq-badge gq-badge-none">{_KINDS[passage.kind]}</span>')
    if not at_home:
        address = escape(concept_address(concept.slug, passage))
        place = f"{escape(concept.title)}, line {passage.line}"
        meta.append(f'<a href="{address}" target="_blank" title="Open its place in the page">{place}</a>')
    lines = ["".join(meta)] if meta else []
    if others := [link for other in passage.contests if (link := _link_to(index, other, at_home))]:
        lines.append(f"The other side: {', '.join(others)}")
    if sources:
        lines.append(cited(sources))
    below = f'<div class="gq-meta">{"<br>".join(lines)}</div>' if lines else ""
    mark = " gq-target" if target else ""
    return f'<div class="gq-quote{mark}" id="{anchor(passage)}"><div class="gq-said">{said}</div>{below}</div>'


def _link_to(index: Index, identifier: str, at_home: bool) -> str:
    """A link to a claim at its place; nothing if the index has no such claim."""
    if (other := index.passage(identifier)) is None:
        return ""
    address = escape(concept_address(other.concept, other))
    place = f"{escape(index.concepts[other.concept].title)}, line {other.line}"
    target = "_self" if at_home else "_blank"
    return f'<a href="{address}" target="{target}">{place}</a>'


def scroll_to(selector: str, block: str) -> None:
    """Bring the last element that matches a CSS selector into view, at the start or center of the window."""
    # Streamlit draws a run piece by piece and scrolls a chat to its end by itself: the script comes after it.
    _run(_SCROLL, selector=selector, block=block)


def keep_cookie(cookie: str) -> None:
    """Have the browser keep a cookie, written as in the header of that name."""
    _run(_KEEP_COOKIE, cookie=cookie)


def _run(script: str, **data: str) -> None:
    held = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    st.html(f"<script{held}>{script}</script>", unsafe_allow_javascript=True)


def show_quote(index: Index, quote: Quote, highlight: Collection[str] = ()) -> None:
    """Show a quote, read again in its page."""
    show_passage(index, quote.passage, quote.concept, quote.sources, highlight)


def show_passage(
    index: Index, passage: Passage, concept: Concept, sources: Collection[Source], highlight: Collection[str] = ()
) -> None:
    """Show a quoted passage as its page holds it now; what is no longer there is withdrawn."""
    now = still_there(index, passage)
    if now is None:
        st.html(f'<p class="gq-meta gq-withdrawn">{escape(withdrawn(concept))}</p>')
    else:
        st.html(passage_html(index, now, concept, sources, highlight))


def still_there(index: Index, passage: Passage) -> Passage | None:
    """The passage as its page holds it now, or None; it may come from an older version of the index."""
    return verified(index, passage) if passage.concept in index.concepts else None


def withdrawn(concept: Concept) -> str:
    """What stands in place of a quote that its page no longer holds."""
    return f"A quote from {concept.title} was withdrawn: its page has changed and no longer says so."
