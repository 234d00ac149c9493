"""Ask a concept base and get its claims, quoted word for word.

    import groundedqa

    base = groundedqa.open("corpus")
    answer = base.ask("Who reproduced circuit tracing?")
    answer.to_dict()

Everything named in `__all__` is loaded when it is first used, so that importing the package takes no time.
`docs/python.md` shows the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundedqa.answer.answers import Abstention, Answer, AnswerDict, Grounded, Quote, QuoteDict, Turn
    from groundedqa.base.evidence import Evidence
    from groundedqa.base.models import Concept, Kind, Passage, Source
    from groundedqa.concept_base import ConceptBase, open
    from groundedqa.errors import (
        BaseError,
        CalibrationError,
        GoldError,
        GroundedQAError,
        Hint,
        IndexDamaged,
        IndexMissing,
        LearnerError,
        LogError,
        MissingExtra,
        ModelMismatch,
        Problem,
        StoreError,
    )
    from groundedqa.quiz.grading import Grade, Sure, Verdict
    from groundedqa.quiz.item_kind import ItemKind
    from groundedqa.quiz.items import Item, ItemDict, Quiz, QuizDict
    from groundedqa.search.hybrid import Hit

__version__ = "0.1.0"

_HOMES = {
    "answer.answers": "Abstention Answer AnswerDict Grounded Quote QuoteDict Turn",
    "base.evidence": "Evidence",
    "base.models": "Concept Kind Passage Source",
    "concept_base": "ConceptBase open",
    "errors": "BaseError CalibrationError GoldError GroundedQAError Hint IndexDamaged IndexMissing LearnerError"
    " LogError MissingExtra ModelMismatch Problem StoreError",
    "quiz.grading": "Grade Sure Verdict",
    "quiz.item_kind": "ItemKind",
    "quiz.items": "Item ItemDict Quiz QuizDict",
    "search.hybrid": "Hit",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "Abstention",
    "Answer",
    "AnswerDict",
    "BaseError",
    "CalibrationError",
    "Concept",
    "ConceptBase",
    "Evidence",
    "GoldError",
    "Grade",
    "Grounded",
    "GroundedQAError",
    "Hint",
    "Hit",
    "IndexDamaged",
    "IndexMissing",
    "Item",
    "ItemDict",
    "ItemKind",
    "Kind",
    "LearnerError",
    "LogError",
    "MissingExtra",
    "ModelMismatch",
    "Passage",
    "Problem",
    "Quiz",
    "QuizDict",
    "Quote",
    "QuoteDict",
    "Source",
    "StoreError",
    "Sure",
    "Turn",
    "Verdict",
    "open",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
