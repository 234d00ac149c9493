"""What can go wrong, as one small tree, and what an author should mend.

    GroundedQAError          one sentence that says what and where, and a hint at what mends it
    ├── BaseError            the pages cannot be read as a base (holds every problem found)
    ├── GoldError            the gold cases cannot be read, or name what the base does not have
    ├── CalibrationError     the file of numbers that tell an answer from none is damaged, or cannot be made
    ├── LearnerError         the database of what learners remember cannot be opened, read or written
    ├── LogError             the log of questions cannot be read or written
    ├── MissingExtra         a part of the program was asked for that is not installed
    └── StoreError           there is no index that may be searched
        ├── IndexMissing     nothing was built yet
        ├── IndexDamaged     files are cut, lost or disagree with each other
        └── ModelMismatch    the index was built with another encoder

The library raises; the command line and the pages turn a `GroundedQAError` into a sentence. How a hint is
followed is theirs to say: with a command, or with a button.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Hint(StrEnum):
    """What would mend an error, as a sentence goes on after it."""

    BUILD = "build the index first"
    FOLDER = "name the folder that holds the pages"
    REBUILD = "build the index again with that encoder"
    ENCODER = "name another encoder, or leave it out for the one that ships"
    RERANKER = "name another cross-encoder, or leave it out"
    CALIBRATE = "make the calibration again, or delete the file to use the one that ships"
    EVALUATE = "make a report first"
    INSTALL = "install that part of the program"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something an author should mend: what, where, and how, in one sentence."""

    severity: Literal["error", "warning"]
    path: str  # relative to the base's folder
    line: int
    message: str


class GroundedQAError(Exception):
    """An error whose text is meant for the person who uses the program.

    `hint` says what would mend it, and `subject` what that is about (such as the name of an encoder).
    `problems` are those of the pages, where they are what is wrong.
    """

    def __init__(
        self, message: str, hint: Hint | None = None, subject: str | None = None, problems: Sequence[Problem] = ()
    ) -> None:
        super().__init__(message)
        self.hint, self.subject, self.problems = hint, subject, tuple(problems)


class BaseError(GroundedQAError):
    """The folder cannot be read as a concept base."""


class GoldError(GroundedQAError):
    """The gold cases cannot be read, or do not fit the base."""


class CalibrationError(GroundedQAError):
    """The numbers that turn features into a probability cannot be read, or cannot be fitted."""


class LearnerError(GroundedQAError):
    """The database of what learners remember cannot be opened, read or written."""


class LogError(GroundedQAError):
    """The log of what people asked cannot be read or written."""


class MissingExtra(GroundedQAError):
    """A part of the program was asked for whose packages are not installed."""


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Where a package of an extra is imported: a missing one is said in a sentence.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("groundedqa"):
            raise
        raise MissingExtra(
            f"this needs the package {error.name}, which is not installed", Hint.INSTALL, extra
        ) from None


class StoreError(GroundedQAError):
    """There is no index that may be searched."""


class IndexMissing(StoreError):
    """Nothing was built in this store yet."""


class IndexDamaged(StoreError):
    """Files of the index are cut, lost, or disagree with each other."""


class ModelMismatch(StoreError):
    """The index was built with another encoder than the one asked for."""
