"""What asks nothing of a base, or asks in another language than its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from groundedqa.answer.answers import Abstention
from groundedqa.answer.compose import answer
from groundedqa.answer.smalltalk import foreign_language, small_talk
from groundedqa.index.reading import Index


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("Hi", "Hello."),
        ("good morning!", "Hello."),
        ("ok, thanks a lot", "You are welcome."),
        ("What can you do?", "You get back what 3 pages say"),
        ("what is this about", "You get back what 3 pages say"),
    ],
)
def test_a_friendly_sentence_says_what_can_be_asked(small_index: Index, text: str, begins: str) -> None:
    given = answer(small_index, text)
    assert isinstance(given, Abstention)
    assert given.reason.startswith(begins)
    assert "Tide Pools" in given.reason
    assert given.question.query == "", "it is no question, so nothing counts it as one"
    following = answer(small_index, "what are tide pools?", [given.turn])
    assert following.question.understood is None


@pytest.mark.parametrize("text", ["hi tides", "what is this salt about the pools", "help crabs", "thanks to whom?"])
def test_a_question_is_none(small_index: Index, text: str) -> None:
    assert small_talk(small_index, text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie viel Salz ist in den Becken und warum?", "German"),
        ("¿Qué es lo que comen los cangrejos de las pozas?", "Spanish"),
        ("潮だまりとは何ですか", "a language with another script"),
        ("How salty is a tide pool?", None),
        ("Hermit crabs", None),
    ],
)
def test_another_language_is_told(small_index: Index, text: str, language: str | None) -> None:
    assert foreign_language(small_index, text) == language
    if language:
        given = answer(small_index, text)
        assert isinstance(given, Abstention)
        assert language in given.reason


def test_the_language_of_the_base_itself_is_not_foreign(small_index: Index) -> None:
    german = small_index.passages[0].model_copy(
        update={"text": "Das ist der Text, und er ist nicht in der Sprache von dort."}
    )
    base = replace(small_index, passages=(german,))
    assert foreign_language(base, "Wie ist das mit der Sprache und dem Text?") is None
