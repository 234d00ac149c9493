"""The index that the pages work on, shared by all sessions and replaced when a new one is built."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import streamlit as st

from groundedqa.answer.calibration import calibration_of
from groundedqa.errors import GroundedQAError, IndexDamaged, IndexMissing
from groundedqa.index.build import Progress, build
from groundedqa.index.model import DEFAULT_MODEL
from groundedqa.index.opened import Index, open_index
from groundedqa.index.store import Store
from groundedqa.quiz.stock import Stock
from groundedqa.ui.following import follow_files
from groundedqa.ui.kept import current_store


def current_index() -> Index:
    """The version of the index that answers now; built first, with a progress bar, where there is none.

    Where that cannot be done the page says why and ends.
    """
    directory = current_store()
    store = Store(directory)
    try:
        try:
            index = _open(directory, store.current())
        except (IndexMissing, IndexDamaged) as reason:
            _build(store, force=isinstance(reason, IndexDamaged))
            index = _open(directory, store.current())
        follow_files(index)
        calibration_of(index)  # a damaged one is said here, for every page, and not by whoever asks first
        return index
    except GroundedQAError as error:
        st.error("The base cannot be opened.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        st.stop()


def update_index(index: Index) -> None:
    """Bring the index up to date with its pages, with a progress bar; why that cannot be done stands on the page."""
    try:
        _build(Store(index.store), force=False)
    except GroundedQAError as error:
        st.error("The index stays as it is.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        st.stop()


def current_stock(index: Index) -> Stock:
    """What quizzes are made from; made once for a version of the index."""
    return _stock(index.version, index)


@st.cache_resource(max_entries=1, show_spinner="Reading the claims …")
def _stock(version: str, _index: Index) -> Stock:
    return Stock(_index)


@st.cache_resource(max_entries=1, show_spinner="Opening the base …")
def _open(directory: Path, version: str) -> Index:
    index = open_index(directory, cross_encoder=os.environ.get("GROUNDEDQA_CROSS_ENCODER"))
    # Streamlit collects garbage after every run, and what was just loaded would be walked each
    # time: frozen, a turn takes a tenth of the time (streamlit#8977).
    gc.collect()
    gc.freeze()
    return index


def _build(store: Store, force: bool) -> None:
    """Build from the folder and with the encoder of the last version, where there was one."""
    shown = st.empty()
    name, done, total = "", 0, 0

    def stage(stage_name: str, steps: int) -> None:
        nonlocal name, done, total
        name, done, total = stage_name, 0, steps
        shown.progress(0.0, f"{name} …")

    def advance(steps: int) -> None:
        nonlocal done
        done += steps
        shown.progress(min(1.0, done / max(1, total)), f"{name}: {done:,} of {total:,}")

    def waiting() -> None:
        shown.progress(0.0, "Another process is building the index; waiting for it …")

    corpus, model = store.root() or Path("corpus"), store.model() or DEFAULT_MODEL
    build(corpus, store.directory, model, Progress(stage, advance, waiting), force)
    shown.empty()
