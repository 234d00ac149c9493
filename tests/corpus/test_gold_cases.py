"""The gold cases of the shipped base: how many of what, and that they are questions, not copies of claims."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import survey

from groundedqa.base.folder import read_base
from groundedqa.base.models import Base, Passage
from groundedqa.base.references import references
from groundedqa.evaluate.gold import Asks, Case, read_gold, resolve


@pytest.fixture(scope="module")
def base() -> Base:
    return read_base(survey.CORPUS)


@pytest.fixture(scope="module")
def known(base: Base) -> dict[str, Passage]:
    return references(base.concepts, base.passages)


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    return read_gold(survey.CORPUS / "gold.yaml")


def test_there_are_enough_of_every_kind(cases: tuple[Case, ...]) -> None:
    assert len(cases) >= 300
    kinds = Counter(case.kind for case in cases)
    assert min(kinds[kind] for kind in (Asks.FAR, Asks.FIELD, Asks.NEAR)) >= 30
    assert min(kinds[kind] for kind in Asks) >= 14
    assert sum(bool(case.after) for case in cases) >= 40
    splits = Counter(case.split for case in cases)
    assert 0.4 < splits["test"] / splits.total() < 0.6
    assert len({(case.question.lower(), case.after) for case in cases}) == len(cases)


def test_what_answers_them_is_in_the_base(cases: tuple[Case, ...], known: dict[str, Passage]) -> None:
    qrels = resolve(cases, known)
    for case in cases:
        assert (2 in qrels[case.id].values()) == case.kind.answerable, case.id


def test_every_page_answers_something(cases: tuple[Case, ...], known: dict[str, Passage], base: Base) -> None:
    answering = {known[name].concept for case in cases for name in case.answers}
    assert set(base.concepts) - answering == set()


def test_a_conversation_holds_its_earlier_turns(cases: tuple[Case, ...]) -> None:
    questions: dict[str, list[str]] = {}
    for case in cases:
        conversation, _, turn = case.id.partition(".")
        if turn:
            assert case.after == tuple(questions.get(conversation, [])), case.id
            questions.setdefault(conversation, []).append(case.question)
        else:
            assert case.after == (), case.id


def test_no_question_copies_what_answers_it(cases: tuple[Case, ...], known: dict[str, Passage]) -> None:
    """Six words in a row are a copy."""
    for case in cases:
        asked = words(case.question)
        for name in case.answers:
            said = f" {' '.join(words(known[name].text))} "
            runs = (" ".join(asked[at : at + 6]) for at in range(len(asked) - 5))
            assert not [run for run in runs if f" {run} " in said], (case.id, name)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())
