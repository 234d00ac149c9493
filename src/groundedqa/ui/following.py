"""With `--watch`: the index follows the files, and an open page shows what was saved within a second or two."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import streamlit as st

from groundedqa.errors import GroundedQAError, StoreError
from groundedqa.index.build import BuildReport
from groundedqa.index.reading import Index
from groundedqa.index.store import Store
from groundedqa.workspace import Workspace


class Follower:
    """A thread that builds; `problem` is why the last build failed, None where it did not."""

    def __init__(self, workspace: Workspace, root: Path) -> None:
        self.problem: GroundedQAError | None = None
        # It never writes where another process reads: each version has a directory of its own.
        Thread(target=self._run, args=(workspace, root), daemon=True).start()

    def _run(self, workspace: Workspace, root: Path) -> None:
        try:
            workspace.follow(root, self._told)
        except Exception as error:  # nobody else would hear of it
            self.problem = StoreError(f"{root}: the pages are no longer followed ({error}); start the app again")

    def _told(self, result: BuildReport | GroundedQAError) -> None:
        self.problem = result if isinstance(result, GroundedQAError) else None


def follow_files(workspace: Workspace, index: Index) -> None:
    """Where the app was started with `--watch`, draw the page again as soon as there is a newer index."""
    if workspace.settings.watch:
        follower = _follower(workspace, index.root)
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


@st.cache_resource(show_spinner=False, hash_funcs={Workspace: repr})
def _follower(workspace: Workspace, root: Path) -> Follower:
    return Follower(workspace, root)
