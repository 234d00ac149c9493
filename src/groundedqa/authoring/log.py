"""What people asked, kept on this machine so that authors see what is missing. Never who asked, nor at what hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import IO, cast

import portalocker
from pydantic import ValidationError

from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Record
from groundedqa.errors import LogError
from groundedqa.index.model import encodable

LONGEST = 500
"""Characters of a question that are kept."""


class Happened(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"
    DISLIKED = "disliked"  # a thumb down on what it got
    MISSED = "missed"  # a quiz's question, not answered right


class Event(Record):
    """One line of the log. `passages` are the ids of what was quoted, or of the claims that a quiz asked for."""

    what: Happened
    day: date  # no more: the hour could tell who it was
    question: str
    after: tuple[str, ...] = ()  # what was asked before it, where it leans on that
    passages: tuple[str, ...] = ()
    strength: Evidence | None = None  # of an answer


class Log:
    """A file of JSON lines that only grows; several processes may write to it at once."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def add(self, event: Event) -> None:
        """Keep an event.

        Raises:
            LogError: the file cannot be written.
        """
        short = {"question": _short(event.question), "after": tuple(map(_short, event.after))}
        kept = event.model_copy(update=short)
        line = kept.model_dump_json().encode() + b"\n"
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with portalocker.Lock(self.file, "ab+", flags=portalocker.LockFlags.EXCLUSIVE) as opened:
                _append(cast("IO[bytes]", opened), line)
        except (OSError, portalocker.LockException) as error:
            raise LogError(
                f"{self.file}: the question cannot be kept ({error}); make the folder writable, or switch the log off"
            ) from None

    def events(self) -> Iterator[Event]:
        """All events, oldest first; a line that is cut or was written by hand wrongly is passed over.

        Raises:
            LogError: the file cannot be read.
        """
        try:
            lines = self.file.read_bytes().splitlines() if self.file.exists() else []
        except OSError as error:
            raise LogError(f"{self.file}: the log of questions cannot be read ({error.strerror or error})") from None
        for line in lines:
            try:
                yield Event.model_validate_json(line)
            except ValidationError:
                continue

    def conversations(self) -> list[tuple[str, ...]]:
        """What people asked, each once, the newest first, and last in a tuple of what it leans on."""
        asked = [(*e.after, e.question) for e in self.events() if e.what in (Happened.ANSWERED, Happened.ABSTAINED)]
        return list(dict.fromkeys(reversed(asked)))

    def questions(self) -> list[str]:
        """Of these, the questions that stand by themselves."""
        return [asked[0] for asked in self.conversations() if len(asked) == 1]

    def clear(self) -> None:
        """Forget everything; raises as `add`."""
        try:
            self.file.unlink(missing_ok=True)
        except OSError as error:
            raise LogError(f"{self.file}: the log cannot be removed: {error.strerror or error}") from None


def _short(text: str) -> str:
    """A text on one line, without what could steer a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in encodable(text)).split())[:LONGEST]


def _append(opened: IO[bytes], line: bytes) -> None:
    """Write a line at the end, below what was cut short when the power failed."""
    if opened.seek(0, 2):
        opened.seek(-1, 2)
        if opened.read(1) != b"\n":
            line = b"\n" + line
    opened.write(line)
