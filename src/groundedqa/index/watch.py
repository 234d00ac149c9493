"""Following the files while an author writes: the index is brought up to date whenever one is saved."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Event

from watchfiles import watch as changes

from groundedqa.errors import GroundedQAError, StoreError
from groundedqa.index.build import BuildReport, Progress, build
from groundedqa.index.model import DEFAULT_MODEL

_STEP = 50
"""Milliseconds without another change, after which a file is taken to be saved."""
_SETTLED = 500
"""Milliseconds after which that is no longer waited for."""
_TIMEOUT = 300
"""Milliseconds after which it is looked whether to stop."""


def follow(
    corpus: Path,
    directory: Path,
    told: Callable[[BuildReport | GroundedQAError], None],
    model_name: str = DEFAULT_MODEL,
    stop: Event | None = None,
    progress: Progress = Progress(),
) -> None:
    """Build once, and again whenever something in the folder changes, until `stop` is set.

    Args:
        told: called after each build with what it did or why it could not; the version before goes on answering.
        progress: of the first build.
    """
    begun = False
    # It watches before the first build, so that nothing saved meanwhile is missed.
    for found in changes(
        corpus, debounce=_SETTLED, step=_STEP, stop_event=stop, rust_timeout=_TIMEOUT, yield_on_timeout=True
    ):
        if found or not begun:
            try:
                told(build(corpus, directory, model_name, Progress() if begun else progress))
            except GroundedQAError as error:
                told(error)
            except (OSError, sqlite3.Error) as error:  # a full disk, say: the next save may fare better
                told(StoreError(f"{directory}: the index cannot be brought up to date ({error})"))
            begun = True
