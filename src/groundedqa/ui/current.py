"""What the pages work on: the workspace that the app was started with, and its index, shared by all sessions."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn
from weakref import WeakSet

import streamlit as st

from groundedqa.answer.calibration import calibration_of
from groundedqa.authoring.log import Log
from groundedqa.errors import GroundedQAError, StoreError
from groundedqa.index.build import Progress
from groundedqa.index.reading import Index
from groundedqa.index.store import Store
from groundedqa.quiz.bank import ClaimBank
from groundedqa.ui.following import follow_files
from groundedqa.workspace import Settings, Workspace

_MANY = 100
"""Modules; where fewer were loaded, walking what they hold takes no time."""

_open_versions: WeakSet[Index] = WeakSet()
_modules_frozen = 0


def current_workspace() -> Workspace:
    """The workspace that the app was started with; where its settings cannot be read, the page says so and ends."""
    try:
        return _workspace(Settings.of())
    except GroundedQAError as error:
        _stop("The app’s settings cannot be read.", error)


def current_index() -> Index:
    """The version of the index that answers now; built first, with a progress bar, where there is none.

    Where that cannot be done the page says why and ends.
    """
    workspace = current_workspace()
    shown = st.empty()
    try:
        index = workspace.open(_progress(shown), lambda: _open(workspace))
        shown.empty()
        follow_files(workspace, index)
        calibration_of(index)  # a damaged one is said here, for every page, and not by whoever asks first
        return index
    except GroundedQAError as error:
        _stop("The base cannot be opened.", error)


def update_index(index: Index) -> None:
    """Bring the index up to date with its pages, with a progress bar; why that cannot be done stands on the page."""
    shown = st.empty()
    try:
        current_workspace().build(index.root, _progress(shown))
        shown.empty()
    except GroundedQAError as error:
        _stop("The index stays as it is.", error)


def current_bank(index: Index) -> ClaimBank:
    """What quizzes are made from; made once for a version of the index."""
    bank = _bank(index.version, index)
    if not _answers(index):  # it was replaced while this session worked on it, and must not be kept
        _bank.clear()
    return bank


def current_log() -> Log | None:
    """The log of questions; None where it is switched off."""
    workspace = current_workspace()
    return workspace.log if workspace.settings.log else None


def _stop(what: str, error: GroundedQAError) -> NoReturn:
    st.error(what, icon=":material/error:")
    hint = f"\n{error.hint.value[0].upper()}{error.hint.value[1:]}." if error.hint else ""
    st.code(f"{error}{hint}", language=None, wrap_lines=True)
    st.stop()


@st.cache_resource(max_entries=1, show_spinner=False, hash_funcs={Settings: repr})
def _workspace(settings: Settings) -> Workspace:
    return Workspace(settings)


@st.cache_resource(max_entries=1, show_spinner="Reading the claims …")
def _bank(version: str, _index: Index) -> ClaimBank:
    return ClaimBank(_index)


def _answers(index: Index) -> bool:
    """Whether there is no newer version."""
    try:
        return Store(index.store).current() == index.version
    except StoreError:
        return False


# Streamlit lets go of a version that no longer answers before it calls this for the next one.
@st.cache_resource(max_entries=1, validate=_answers, show_spinner="Opening the base …", hash_funcs={Workspace: repr})
def _open(workspace: Workspace) -> Index:
    _bank.clear()  # it would keep the version that it was made from
    _freeze_modules()
    index = workspace.load()
    if _many_are_new():  # an encoder on torch came with it, and nothing of this version may be frozen
        del index
        _freeze_modules()
        index = workspace.load()
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


def _progress(shown: st.delta_generator.DeltaGenerator) -> Progress:
    """How a build tells what it is doing, as a bar on the page."""
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

    return Progress(stage, advance, waiting)
