"""The learners' database: opened, brought to the newest revision, and safe to share between processes.

SQLite keeps a write-ahead log, syncs it at every commit, and takes the write lock when a writing
transaction begins rather than at its first write: two that read a card and then both want to write
it would otherwise fail.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import portalocker
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from groundedqa.errors import LearnerError
from groundedqa.review.learners import Learners

REVISIONS = "groundedqa_revision"
"""The table that holds the revision; its own name, since the database may hold other programs' tables."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_WAIT = 30  # seconds for another process to finish writing
_EXAMPLE = "write it as sqlite:///learners.sqlite or as another URL that SQLAlchemy knows"


def open_learners(url: str) -> Learners:
    """Open the learners' database, made or brought to the newest revision where needed.

    Args:
        url: a SQLAlchemy URL, such as `sqlite:///learners.sqlite`; other databases need their driver.

    Raises:
        LearnerError: the URL is none, the database cannot be reached, is damaged, or is newer than this program.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # its text could hold a password, so it is not shown
        raise LearnerError(f"The URL of the learners' database cannot be read; {_EXAMPLE}.") from error
    where = parsed.render_as_string(hide_password=True)
    try:
        engine = _engine(parsed)
    except (ArgumentError, NoSuchModuleError, ImportError, TypeError) as error:
        raise LearnerError(
            f"There is no driver for the learners' database {where} ({error}); "
            "install the one that SQLAlchemy names for it, or use sqlite:///learners.sqlite."
        ) from error
    try:
        with _alone(parsed), _connected(engine) as connection:
            _upgrade(connection, where)
    except (DBAPIError, sqlite3.Error, OSError, portalocker.LockException) as error:
        engine.dispose()
        raise LearnerError(
            f"The learners' database {where} cannot be opened ({getattr(error, 'orig', None) or error}); "
            "check that it can be reached and written, or name another one; where its file is damaged, "
            "put a copy in its place or move it away to begin anew."
        ) from error
    except LearnerError:
        engine.dispose()
        raise
    return Learners(engine)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if url.database in (None, "", ":memory:"):
        raise LearnerError(f"What is learned would be lost with {url}; name a file, as in sqlite:///learners.sqlite.")
    engine = create_engine(url, connect_args={"timeout": _WAIT})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # Python's sqlite3 opens transactions late and on its own; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes, after SQLite's file was found whole and given its write-ahead log."""
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA quick_check(1)")
            (found,) = cursor.fetchone() or ("no answer",)
            if found != "ok":
                raise LearnerError(
                    f"The learners' database {engine.url.database} is damaged ({found}); "
                    "put a copy in its place, or move it away to begin anew."
                )
        finally:
            raw.close()
    with engine.execution_options(writes=True).begin() as connection:
        yield connection


def _alone(url: URL) -> AbstractContextManager[object]:
    """A lock for opening: switching on the write-ahead log fails at once where another process does the same."""
    if url.get_backend_name() != "sqlite":
        return nullcontext()
    file = Path(str(url.database))
    file.parent.mkdir(parents=True, exist_ok=True)
    return portalocker.Lock(f"{file}.lock", flags=portalocker.LockFlags.EXCLUSIVE)


def _upgrade(connection: Connection, where: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["version_table"] = REVISIONS
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection, opts={"version_table": REVISIONS}).get_current_revision()
    if current == scripts.get_current_head():
        return
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise LearnerError(
            f"The learners' database {where} is of a newer version (revision {current}); "
            "update groundedqa, or name another database."
        ) from error
