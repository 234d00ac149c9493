"""Evidence levels: the one place that knows them. Another level is another member here, and its rubric in the guide."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING


class Evidence(StrEnum):
    """How well a claim is supported; `docs/authoring.md` holds the rubric.

    Ordered from best to least settled: `contested` ranks last because nobody can lean on it.
    """

    mark: str  # two or three signs that stand for it
    label: str  # in a reader's words
    meaning: str  # what it asks for, in short
    synonyms: tuple[str, ...]  # words of other people's scales
    color: str  # of its badge and its points, as CSS has it
    border: str  # of its badge, so that colour is not all that tells levels apart

    STRONG = (
        "strong",
        "●●●",
        "Strong evidence",
        "others have confirmed it, or it is on record for anyone to check",
        ("high", "established", "verified"),
        "#2f9e5f",
        "1px solid",
    )
    MODERATE = (
        "moderate",
        "●●○",
        "Moderate evidence",
        "measured once, by a credible source that gives its method",
        ("medium", "supported", "reported"),
        "#3b82c4",
        "1px solid",
    )
    WEAK = (
        "weak",
        "●○○",
        "Weak evidence",
        "an opinion, a forecast, or somebody's word for it",
        ("low", "preliminary", "speculative", "inferred"),
        "#c98a1b",
        "1px dashed",
    )
    CONTESTED = (
        "contested",
        "⇄",
        "Contested",
        "credible sources disagree",
        ("disputed",),
        "#c4553b",
        "3px double",
    )

    if not TYPE_CHECKING:  # to a type checker, an enum is called with a value alone

        def __new__(
            cls, value: str, mark: str, label: str, meaning: str, synonyms: tuple[str, ...], color: str, border: str
        ) -> Evidence:
            """A level with all that is known of it, so that none can be added by halves."""
            member = str.__new__(cls, value)
            member._value_ = value
            member.mark, member.label, member.meaning = mark, label, meaning
            member.synonyms, member.color, member.border = synonyms, color, border
            return member

    @property
    def rank(self) -> int:
        """0 for the best, and one more for each that follows."""
        return list(Evidence).index(self)

    def at_least(self, minimum: Evidence) -> bool:
        """Whether this level is as good as `minimum` or better."""
        return self.rank <= minimum.rank

    @classmethod
    def minima(cls) -> tuple[Evidence, ...]:
        """The levels to ask for at least: all but the last, which every claim that states a level meets."""
        return tuple(cls)[:-1]


BY_WORD = {word: level for level in Evidence for word in (level.value, *level.synonyms)}
"""Each word that an author may write for a level, ours first."""
