"""Check: what is wrong with the pages, and what a reader who knows them all would question."""

from __future__ import annotations

from html import escape
from itertools import groupby

import streamlit as st

from groundedqa.authoring.findings import Finding, Sort, find
from groundedqa.base.files import fingerprint
from groundedqa.base.folder import read_base
from groundedqa.base.models import Base
from groundedqa.errors import GroundedQAError, Problem
from groundedqa.index.reading import Index
from groundedqa.ui.components import passage_link
from groundedqa.ui.current import current_index, current_workspace, update_index
from groundedqa.ui.markup import concept_address, plain_label

_SORTS = {
    Sort.CONTRADICTION: ("May contradict each other", "Mend one of the two, or join them as a dispute."),
    Sort.DISPUTE: ("Near a disputed claim", "Does the dispute reach this claim too?"),
    Sort.REPEAT: ("Say nearly the same", "Keep the claim at one place and link to it, or rate both alike."),
    Sort.OLD_SOURCE: ("Older source than the claim’s date", "A source cannot know what came after it."),
    Sort.DEAD_LINK: ("Links that lead nowhere", "Mend the link, or add what it leads to."),
    Sort.CROWDED_SOURCE: ("Sources that carry many claims", "Look for a second source for those that matter."),
    Sort.NO_OPEN_QUESTION: ("Pages without an open question", "What is not known about them?"),
}


def page() -> None:
    """Draw the page: problems of the files as they are now, and what is worth a look in the index."""
    index = current_index()
    st.title("Check")
    st.caption("What is wrong with the pages, and what is worth a second look. Nothing here changes a page.")
    try:
        seal = fingerprint(index.root)
        base = _read(seal, index)
        seen = current_workspace().seen.read()
    except GroundedQAError as error:
        st.error("The pages cannot be checked.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        return
    if seal != index.manifest.fingerprint:
        _changed(index, base)
    _problems(index, base)
    found = _find(index.version, index)
    waiting = [finding for finding in found if finding.key not in seen]
    st.subheader(f"Worth a look ({len(waiting)})", anchor=False)
    if not found:
        st.info("Nothing: no claims that oppose or repeat each other, no doubtful dates, no dead links.")
        return
    st.caption(
        "Found by comparing the claims word by word. Each is a guess with its reason: you decide, and mark it as seen."
    )
    marked = len(found) - len(waiting)
    shown = found if marked and st.toggle(f"Show also what was seen ({marked})") else waiting
    if not shown:
        st.info("All of it was seen.")
    for sort, some in groupby(shown, key=lambda finding: finding.sort):
        title, about = _SORTS[sort]
        st.markdown(f"**{title}.** {about}")
        for finding in some:
            _show(index, finding, finding.key in seen)


def _changed(index: Index, base: Base) -> None:
    st.warning("The pages have changed since they were indexed: what is worth a look below is of the state before.")
    if not base.errors and st.button("Bring the index up to date", type="primary"):
        update_index(index)
        st.rerun()


def _problems(index: Index, base: Base) -> None:
    st.subheader(f"Problems in the files ({len(base.problems)})", anchor=False)
    if not base.problems:
        st.info("None.")
        return
    paths = {concept.path: concept.slug for concept in index.concepts.values()}
    shown = sorted(base.problems, key=lambda problem: problem.severity)
    most = 50 if len(shown) > 50 and not st.toggle(f"Show all {len(shown):,}") else None
    st.html(f'<ul class="gq-list">{"".join(_problem(index, paths, problem) for problem in shown[:most])}</ul>')


def _problem(index: Index, paths: dict[str, str], problem: Problem) -> str:
    place = f"{problem.path}:{problem.line}"
    if problem.path in paths:
        slug = paths[problem.path]
        here = [p for p in index.passages if p.concept == slug and p.line <= problem.line]
        address = concept_address(slug, max(here, key=lambda p: p.line) if here else None)
        place = f'<a href="{escape(address)}" target="_blank">{escape(place)}</a>'
    else:
        place = escape(place)
    return f"<li>{place}<small>{problem.severity}: {escape(problem.message)}</small></li>"


def _show(index: Index, finding: Finding, seen: bool) -> None:
    """A finding with the passages that it is about, and whether it was seen."""
    said, mark = st.columns([6, 1], vertical_alignment="top")
    about = [passage for identifier in finding.passages if (passage := index.passage(identifier))]
    lines = [f"{passage_link(p)} <small>{escape(p.path)}:{p.line}</small>" for p in about[:3]]
    if len(about) > 3:
        lines.append(f"<small>and {len(about) - 3} more</small>")
    if not about:
        slug = next((c.slug for c in index.concepts.values() if c.path == finding.path), None)
        place = escape(f"{finding.path}:{finding.line}")
        lines = [f'<a href="{escape(concept_address(slug))}" target="_blank">{place}</a>' if slug else place]
    said.html(
        f'<ul class="gq-list"><li>{"<br>".join(lines)}<small>{escape(_sentence(finding.message))}</small></li></ul>'
    )
    key = f"seen {finding.key}"
    st.session_state[key] = seen  # what the file says now: another session may have marked it
    mark.checkbox("Seen", key=key, on_change=_mark, args=(finding.key, key))


def _mark(finding: str, widget: str) -> None:
    try:
        current_workspace().seen.set(finding, bool(st.session_state[widget]))
    except GroundedQAError as error:
        st.toast(plain_label(str(error)), icon=":material/warning:")


def _sentence(message: str) -> str:
    return f"{message[0].upper()}{message[1:]}."


@st.cache_data(max_entries=1, show_spinner="Reading the pages …")
def _read(seal: str, _index: Index) -> Base:
    return read_base(_index.root)


@st.cache_data(max_entries=1, ttl=60, show_spinner="Comparing the claims …")  # a file may come that a link meant
def _find(version: str, _index: Index) -> list[Finding]:
    return find(_index)
