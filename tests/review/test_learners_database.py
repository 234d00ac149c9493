"""The learners' database: its revisions, its errors, its promises."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from learning import NOON, TIDES, answer, choice, kept, replay
from sqlalchemy import create_engine

import groundedqa.review
from groundedqa.errors import LearnerError
from groundedqa.review.database import REVISIONS, open_learners
from groundedqa.review.records import Missed
from groundedqa.review.tables import Table

MIGRATIONS = Path(groundedqa.review.__file__).parent / "migrations"


def made_at(revision: str, file: Path) -> None:
    with create_engine(f"sqlite:///{file}").begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes |= {"connection": connection, "version_table": REVISIONS}
        command.upgrade(config, revision)


def test_the_migrations_make_the_tables_that_the_program_works_with(tmp_path: Path) -> None:
    open_learners(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with create_engine(f"sqlite:///{tmp_path / 'a.sqlite'}").connect() as connection:
        options = {"version_table": REVISIONS, "compare_type": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), Table.metadata) == []


def test_a_database_of_the_first_revision_keeps_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite"
    made_at("r1", file)
    with sqlite3.connect(file) as old:
        old.execute("INSERT INTO learners (id, name) VALUES (7, 'Ada')")
        old.execute(
            "INSERT INTO cards VALUES (3, 7, 'tides#moon', 'choice', 0, 'The moon pulls the tides.', 'strong', "
            "1, 0, 0.212, 6.4133, '2026-03-01 12:01:00.000000', '2026-03-01 12:00:00.000000', NULL)"
        )
        old.execute(
            "INSERT INTO answers VALUES (5, 7, 'choice', 'Which?', '1', 0.0, NULL, 4.5, '2026-03-01 12:00:00.000000')"
        )
        old.execute("INSERT INTO reviews VALUES (9, 5, 3, 'tides#moon', 0.0, 1, '2026-03-01 12:00:00.000000')")
    learners = open_learners(f"sqlite:///{file}")
    assert learners.missed("Ada") == (Missed("tides#moon", choice().kind, NOON, 0.0),)
    assert kept(learners.export("Ada")) == replay(learners.export("Ada"))
    learners.asked("Ada", "What pulls the tides?", ["tides#moon"], NOON)
    assert learners.asked_and_missed("Ada")[0].question == "What pulls the tides?"
    answer(learners, "Ada", choice(TIDES), 0, NOON + timedelta(days=1))
    assert len(open_learners(f"sqlite:///{file}").export("Ada")["answers"]) == 2


def test_a_committed_answer_is_synced_and_in_the_write_ahead_log(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    learners = open_learners(f"sqlite:///{file}")
    with learners._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000


def test_a_failed_recording_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    learners = open_learners(f"sqlite:///{file}")
    with sqlite3.connect(file) as other:  # the last table that an answer is written to
        other.execute("CREATE TRIGGER full BEFORE INSERT ON reviews BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    with pytest.raises(LearnerError, match=r"disk full.*try again\.$"):
        answer(learners, "Ada", choice(TIDES), 0, NOON)
    found = learners.export("Ada")
    assert found["answers"] == found["cards"] == []


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("learners.sqlite", "write it as sqlite:///"),
        ("nothing://here/learners", "driver"),
        ("postgresql+psycopg_of_no_kind://ada:hunter2@localhost/learners", "driver"),
        ("sqlite://", "name a file"),
        ("sqlite:///:memory:", "name a file"),
        ("sqlite:////dev/null/learners.sqlite", "check that it can be reached"),
    ],
)
def test_a_url_that_leads_nowhere_is_told(url: str, says: str) -> None:
    with pytest.raises(LearnerError, match=says) as raised:
        open_learners(url)
    assert "hunter2" not in str(raised.value)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    file.write_text("Dear diary, " * 500)
    with pytest.raises(LearnerError, match=r"cannot be opened.*put a copy in its place"):
        open_learners(f"sqlite:///{file}")
    assert file.read_text() == "Dear diary, " * 500


@pytest.mark.parametrize("spoil", [slice(4096, 12_000), slice(8192, None)], ids=["overwritten", "cut"])
def test_a_damaged_file_is_told(tmp_path: Path, spoil: slice) -> None:
    file = tmp_path / "a.sqlite"
    learners = open_learners(f"sqlite:///{file}")
    for turn in range(30):
        answer(learners, "Ada", choice(TIDES), turn % 2, NOON + timedelta(days=turn))
    learners._engine.dispose()
    data = bytearray(file.read_bytes())
    assert len(data) > 20_000
    data[spoil] = b"\xff" * (12_000 - 4096) if spoil.stop else b""
    file.write_bytes(data)
    with pytest.raises(LearnerError, match=r"put a copy in its place"):
        open_learners(f"sqlite:///{file}")


def test_a_file_of_a_newer_version_is_told_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    open_learners(f"sqlite:///{file}")
    with sqlite3.connect(file) as newer:
        newer.execute(f"UPDATE {REVISIONS} SET version_num = 'r99'")
    with pytest.raises(LearnerError, match=r"newer version \(revision r99\); update groundedqa"):
        open_learners(f"sqlite:///{file}")
    with sqlite3.connect(file) as newer:
        assert newer.execute(f"SELECT version_num FROM {REVISIONS}").fetchall() == [("r99",)]


def test_other_tables_in_the_database_do_not_disturb(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute("INSERT INTO alembic_version VALUES ('of another program')")
    learners = open_learners(f"sqlite:///{file}")
    answer(learners, "Ada", choice(TIDES), 0, NOON)
    assert len(learners.export("Ada")["answers"]) == 1
