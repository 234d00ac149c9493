"""What can go wrong, as one small tree.

    GroundedQAError          one sentence that says what, where and how to mend it
    ├── BaseError            the pages cannot be read as a base (holds every problem found)
    ├── GoldError            the gold cases cannot be read, or name what the base does not have
    ├── CalibrationError     the file of numbers that tell an answer from none is damaged, or cannot be made
    ├── LearnerError         the database of what learners remember cannot be opened, read or written
    ├── LogError             the log of questions cannot be read or written
    └── StoreError           there is no index that may be searched
        ├── IndexMissing     nothing was built yet
        ├── IndexDamaged     files are cut, lost or disagree with each other
        └── ModelMismatch    the index was built with another encoder

The library raises; the command line and the pages turn a `GroundedQAError` into a sentence.
"""

from __future__ import annotations


class GroundedQAError(Exception):
    """An error whose text is meant for the person who uses the program."""


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


class StoreError(GroundedQAError):
    """There is no index that may be searched."""


class IndexMissing(StoreError):
    """Nothing was built in this store yet."""


class IndexDamaged(StoreError):
    """Files of the index are cut, lost, or disagree with each other."""


class ModelMismatch(StoreError):
    """The index was built with another encoder than the one asked for."""
