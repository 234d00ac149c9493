"""The index that the pages work on, shared by all sessions and replaced when a new one is built."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from weakref import WeakSet

import streamlit as st

from groundedqa.answer.calibration import calibration_of
from groundedqa.errors import GroundedQAError, IndexDamaged, IndexMissing, StoreError
from groundedqa.index.build import Progress, build
from groundedqa.index.model import DEFAULT_MODEL
from groundedqa.index.opened import Index, open_index
from groundedqa.index.store import Store
from groundedqa.quiz.stock import Stock
from groundedqa.ui.following import follow_files
from groundedqa.ui.kept import current_store

_MANY = 100
"""Modules; where fewer were loaded, walking what they hold takes no time."""

_open_versions: WeakSet[Index] = WeakSet()
_modules_frozen = 0


def current_index() -> Index:
    """The version of the index that answers now; built first, with a progress bar, where there is none.

    Where that cannot be done the page says why and ends.
    """
    directory = current_store()
    store = Store(directory)
    try:
        try:
            index = _open(directory)
        except (IndexMissing, IndexDamaged) as reason:
            _build(store, force=isinstance(reason, IndexDamaged))
            index = _open(directory)
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
    stock = _stock(index.version, index)
    if not _answers(index):  # it was replaced while this session worked on it, and must not be kept
        _stock.clear()
    return stock


@st.cache_resource(max_entries=1, show_spinner="Reading the claims …")
def _stock(version: str, _index: Index) -> Stock:
    return Stock(_index)


def _answers(index: Index) -> bool:
    """Whether there is no newer version."""
    try:
        return Store(index.store).current() == index.version
    except StoreError:
        return False


# Streamlit lets go of a version that no longer answers before it calls this for the next one.
@st.cache_resource(max_entries=1, validate=_answers, show_spinner="Opening the base …")
def _open(directory: Path) -> Index:
    _stock.clear()  # it would keep the version that it was made from
    _freeze_modules()
    cross_encoder = os.environ.get("GROUNDEDQA_CROSS_ENCODER")
    index = open_index(directory, cross_encoder=cross_encoder)
    if _many_are_new():  # an encoder on torch came with it, and nothing of this version may be frozen
        del index
        _freeze_modules()
        index = open_index(directory, cross_encoder=cross_encoder)
    _open_versions.add(index)
    return index


def _freeze_modules() -> None:
    """Keep modules that were loaded out of all garbage collections, unless a version would be kept with them.

    Streamlit collects garbage after every run, and with torch and Chroma that takes a quarter of a
    second (streamlit#8977). But what is frozen is never collected: a version with a cycle in it, or
    in a cycle of others, would stay for good. Where one is still at work, the next opening freezes.
    """
    global _modules_frozen
    if not _many_are_new():
        return
    gc.collect()
    if not _open_versions:
        gc.freeze()
        _modules_frozen = len(sys.modules)


def _many_are_new() -> bool:
    return len(sys.modules) - _modules_frozen >= _MANY


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
