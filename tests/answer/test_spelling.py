"""Slips of typing are mended towards the base's words, and what is a word is left alone."""

from __future__ import annotations

import pytest

from groundedqa.answer.answers import Form, Grounded
from groundedqa.answer.compose import answer
from groundedqa.answer.spelling import corrected
from groundedqa.index.reading import Index


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("what are inducton heads", "what are induction heads"),
        ("retreival augmented generation", "retrieval augmented generation"),
        ("Groking?", "grokking?"),
        ("saftey benchamrks, and more!", "safety benchmarks, and more!"),
        ("becuase of the transfomer's weights", "because of the transformer's weights"),
    ],
)
def test_slips_are_mended(frozen_index: Index, typed: str, mended: str) -> None:
    assert corrected(frozen_index, typed) == mended


@pytest.mark.parametrize(
    "typed",
    [
        "how do I bake bread and butter pudding",  # words, though the base has none of them
        "what is a sqrt",  # too short to tell
        "GPT-4 and o3 and R1 in 2024",
        "Wollschlager",  # a name of the base
        "zzzzqqqq xyzzy",  # near nothing
        "Ünïcode 日本語 \U0001f9e0",
        "",
    ],
)
def test_what_is_no_slip_stays(frozen_index: Index, typed: str) -> None:
    assert corrected(frozen_index, typed) == typed


def test_a_mended_question_is_answered_and_shown_as_understood(frozen_index: Index) -> None:
    given = answer(frozen_index, "what are inducton heads")
    assert isinstance(given, Grounded)
    assert given.question.form is Form.DEFINITION
    assert given.question.text == "what are inducton heads"
    assert given.question.understood == "what are induction heads"
    assert answer(frozen_index, "what are induction heads").question.understood is None


@pytest.mark.parametrize(
    "typed",
    [
        "eli5 grokking",
        "RAG for dummies",
        "tl;dr scaling laws",
        "mmlu stands for",
        "can someone explain SAEs",
        "wtf is a jailbreak",
        "induction heads what are they",
    ],
)
def test_definitions_are_asked_for_in_many_ways(frozen_index: Index, typed: str) -> None:
    given = answer(frozen_index, typed)
    assert given.question.form is Form.DEFINITION
    assert isinstance(given, Grounded)
    assert given.quotes[0].passage.id == given.quotes[0].concept.definition


def test_an_abbreviation_is_spelled_out_where_the_base_writes_the_words(
    frozen_index: Index, small_index: Index
) -> None:
    assert corrected(frozen_index, "Why do LLMs hallucinate?") == "Why do language models hallucinate?"
    assert corrected(frozen_index, "y is that") == "why is that"
    assert corrected(small_index, "Why do LLMs hallucinate?") == "Why do LLMs hallucinate?"
