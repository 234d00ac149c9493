"""With `--watch`: the index follows the files, and an open page shows what was saved within a second or two."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import streamlit as st

from groundedqa.errors import GroundedQAError, StoreError
from groundedqa.index.build import Report
from groundedqa.index.model import DEFAULT_MODEL
from groundedqa.index.opened import Index
from groundedqa.index.store import Store


class Follower:
    """A thread that builds; `problem` is why the last build failed, None where it did not."""

    def __init__(self, store: Store, root: Path) -> None:
        self.problem: GroundedQAError | None = None
        model = store.model() or DEFAULT_MODEL
        # It never writes where another process reads: each version has a directory of its own.
        Thread(target=self._run, args=(root, store.directory, model), daemon=True).start()

    def _run(self, root: Path, directory: Path, model: str) -> None:
        from groundedqa.index.watch import follow

        try:
            follow(root, directory, self._told, model)
        except Exception as error:  # nobody else would hear of it
            self.problem = StoreError(f"{root}: the pages are no longer followed ({error}); start the app again")

    def _told(self, result: Report | GroundedQAError) -> None:
        self.problem = result if isinstance(result, GroundedQAError) else None


def follow_files(index: Index) -> None:
    """Where the app was started with `--watch`, draw the page again as soon as there is a newer index."""
    if os.environ.get("GROUNDEDQA_WATCH"):
        follower = _follower(index.store, index.root)
        with st.sidebar:
            _look(index.store, index.version, follower)


# What a fragment is given is kept with its session, which outlives a closed page by minutes: so not the index.
@st.fragment(run_every=0.4)
def _look(store: Path, version: str, follower: Follower) -> None:
    try:
        newer = Store(store).current() != version
    except StoreError:
        newer = False
    if newer:
        st.rerun(scope="app")
    if follower.problem is not None:
        st.warning("The pages cannot be indexed as they are; what was there before still answers.")
        st.code(str(follower.problem), language=None, wrap_lines=True)
    else:
        st.caption("Following the pages while they are written.")


@st.cache_resource(show_spinner=False)
def _follower(directory: Path, root: Path) -> Follower:
    return Follower(Store(directory), root)
