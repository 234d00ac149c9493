"""Who is learning: the account that is signed in, or a name in the sidebar; and what is remembered under it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, unquote

import streamlit as st

from groundedqa.errors import LearnerError
from groundedqa.review.cards import LONGEST_NAME
from groundedqa.review.learners import Learners
from groundedqa.ui.components import keep_cookie
from groundedqa.ui.current import current_workspace
from groundedqa.ui.markup import plain_label
from groundedqa.workspace import Workspace

_COOKIE = "groundedqa_learner"
_YEAR = 365 * 24 * 3600  # seconds


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner's name, and the database that remembers under it."""

    name: str
    memory: Learners


def sign_in() -> None:
    """Draw who is learning in the sidebar: the account if the app asks for one, else a name to be typed."""
    user = st.user.to_dict()
    with st.sidebar:
        if "is_logged_in" not in user:  # no accounts are set up
            _typed_name()
        elif not user["is_logged_in"]:
            st.button("Sign in", icon=":material/login:", on_click=st.login, width="stretch")
        else:
            st.session_state["learner"] = str(user.get("email") or user.get("sub"))[:LONGEST_NAME]
            st.button("Sign out", icon=":material/logout:", on_click=st.logout, width="stretch")


def _typed_name() -> None:
    """A name that this browser remembers in a cookie."""
    kept = unquote(st.context.cookies.to_dict().get(_COOKIE, ""))[:LONGEST_NAME]
    if "learner" not in st.session_state:
        st.session_state["learner"] = st.session_state["learner kept"] = kept
    st.text_input(
        "Your name",
        key="learner",
        max_chars=LONGEST_NAME,
        placeholder="Any name",
        help="With a name, your answers are remembered, and you are asked again when you are about to forget.",
    )
    name = st.session_state["learner"].strip()
    if name != st.session_state.get("learner kept"):
        st.session_state["learner kept"] = name
        age = _YEAR if name else 0
        keep_cookie(f"{_COOKIE}={quote(name, safe='')}; path=/; max-age={age}; SameSite=Lax")


def current_learner() -> Learner | None:
    """Who learns now; None where no name was given, or the database cannot be opened, which is then said."""
    name = str(st.session_state.get("learner", "")).strip()
    if not name:
        return None
    with sentences():
        return Learner(name, _open(current_workspace()))
    return None


@contextmanager
def sentences() -> Iterator[None]:
    """Where the learners' database fails, its sentence stands on the page, which goes on without it."""
    try:
        yield
    except LearnerError as error:
        st.warning(plain_label(str(error)), icon=":material/warning:")


@st.cache_resource(max_entries=1, show_spinner=False, hash_funcs={Workspace: repr})
def _open(workspace: Workspace) -> Learners:
    return workspace.open_learners()
