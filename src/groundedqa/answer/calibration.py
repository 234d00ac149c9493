"""The numbers that turn features into a probability: shipped with the package, or fitted for one base.

`evaluate/calibrate.py` makes the latter, which is kept in the store, beside `current`.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from groundedqa.errors import CalibrationError, Hint
from groundedqa.index.reading import Index

FEATURES = ("near", "margin", "rarest", "weakest", "lacks", "length", "asked", "unlisted")
"""The names of the features, in the order in which they are kept; `confidence.features` says what each is."""

SHIPPED = Path(__file__).with_name("calibration.json")


class Calibration(BaseModel):
    """A logistic model of the features, and what it was fitted on.

    From a probability of `threshold` on the base answers; from `possible` on it may. Below that it is silent.

    `auroc`, `silent` and `wrong` are of the questions it was fitted on, each judged by a model that was
    fitted on four fifths without it; `silent` is the share of answerable ones below `possible`,
    `wrong` that of the others at or above it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    made: datetime.date
    data: str  # which questions
    model: str  # key of the encoder
    fingerprint: str  # of the base
    questions: int
    answerable: int
    weights: dict[str, float]
    intercept: float
    threshold: float = Field(ge=0, le=1)
    possible: float = Field(ge=0, le=1)
    auroc: float
    silent: float
    wrong: float

    @field_validator("weights")
    @classmethod
    def _are_ours(cls, weights: dict[str, float]) -> dict[str, float]:
        if set(weights) != set(FEATURES):
            raise ValueError(f"the weights have to be of {', '.join(FEATURES)}")
        return weights

    def probability(self, features: Sequence[float]) -> float:
        """Between 0 and 1, for features in the order of `FEATURES`."""
        at = self.intercept + sum(self.weights[name] * value for name, value in zip(FEATURES, features, strict=True))
        return 1 / (1 + math.exp(-max(-500.0, min(500.0, at))))

    def write(self, file: Path) -> None:
        """Write the file beside its place, then rename it there, so that no reader sees half of it."""
        beside = file.with_name(f"{file.name}.new")
        beside.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")
        beside.replace(file)


def calibration_of(index: Index) -> Calibration:
    """The calibration of the index's own store where it was made with the same encoder, else the shipped one.

    Raises:
        CalibrationError: the store's file is damaged.
    """
    file = file_in(index.store)
    try:
        stamp = file.stat()
    except OSError:
        return read(SHIPPED, 0, 0)
    own = read(file, stamp.st_mtime_ns, stamp.st_size)
    return own if own.model == index.manifest.model_key else read(SHIPPED, 0, 0)


def file_in(store: Path) -> Path:
    """Where a store keeps the calibration of its base."""
    return store / "calibration.json"


@lru_cache(maxsize=8)
def read(file: Path, modified: int, size: int) -> Calibration:
    """Read a calibration, once for each state of its file.

    Raises:
        CalibrationError: it cannot be read.
    """
    try:
        return Calibration.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        raise CalibrationError(f"{file}: this calibration is damaged or of another release", Hint.CALIBRATE) from None
