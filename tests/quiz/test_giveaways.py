"""What tells an answer to someone who knows nothing of the matter, and that such items are replaced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.flaws import is_flawed
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Fill, Item, Match, Option, Order
from groundedqa.quiz.make import make_quiz


def choice(bank: ClaimBank, prompt: str, *options: str) -> Item:
    """An item that shows these options, the first of them right."""
    item = make_quiz(bank, count=1, seed=0, kinds=[ItemKind.SOURCE]).items[0]
    return replace(item, prompt=prompt, task=Choose(tuple(map(Option, options)), 0))


@pytest.mark.parametrize(
    ("how", "prompt", "options"),
    [
        ("an echo", "Assistants were sycophantic with ____.", ("sycophancy", "grokking", "flattery", "praise")),
        ("a part of a word", "A misaligned model shows ____.", ("alignment", "grokking", "flattery", "praise")),
        ("length", "It was ____.", ("a long and most careful study of it", "one", "two", "three")),
        ("a figure", "It was ____.", ("GPT-4", "Claude", "Llama", "Gemini")),
        ("a comma", "It took ____ people.", ("14110", "17,000", "10,000", "7,291")),
        (
            "initials in the prompt",
            "It is also called SAE, a ____.",
            ("sparse autoencoder", "linear classifier", "token predictor", "feature direction"),
        ),
        (
            "the abbreviated name",
            "It stands for Abstraction and Reasoning Corpus.",
            ("ARC-AGI", "GSM-8", "MM-LU", "GP-QA"),
        ),
        ("the article", "It is an ____.", ("owl", "cat", "dog", "fox")),
        ("the form of a citation", "Who says so?", ("Adler & Shavit", "Lee et al.", "Li et al.", "Bai et al.")),
    ],
)
def test_a_choice_gives_itself_away_by(frozen_bank: ClaimBank, how: str, prompt: str, options: tuple[str, ...]) -> None:
    assert is_flawed(frozen_bank, choice(frozen_bank, prompt, *options)), how


@pytest.mark.parametrize(
    ("prompt", "options"),
    [
        ("Who released it in 2023?", ("OpenAI", "Anthropic", "Meta", "Google")),
        ("Models were sycophantic.", ("Sycophancy", "Sycophant tests", "Grokking", "Probes")),
        ("It scored ____.", ("20 percent", "30 percent", "45 percent", "60 percent")),
        ("It is an ____.", ("owl", "ant", "dog", "fox")),
    ],
)
def test_a_fair_choice_does_not(frozen_bank: ClaimBank, prompt: str, options: tuple[str, ...]) -> None:
    assert not is_flawed(frozen_bank, choice(frozen_bank, prompt, *options))


def test_a_blank_a_match_and_a_timeline_give_themselves_away(frozen_bank: ClaimBank) -> None:
    item = choice(frozen_bank, "Sparse networks are called ____.", "x", "y", "z")
    assert is_flawed(frozen_bank, replace(item, task=Fill(("sparse autoencoders",))))
    assert not is_flawed(frozen_bank, replace(item, task=Fill(("transcoders",))))
    left, right = ("Grokking", "Word Vectors", "BERT"), ("… late", "… vectors of words", "… bidirectional")
    assert is_flawed(frozen_bank, replace(item, task=Match(left, right, (0, 1, 2))))
    assert is_flawed(frozen_bank, replace(item, task=Match(("Ada", "Bo"), ("… of 1912", "… of late"), (0, 1))))
    assert not is_flawed(frozen_bank, replace(item, task=Match(("Ada", "Bo"), ("… sang", "… wrote"), (0, 1))))
    dated = Order(("It began in 1950", "It ended"), (0, 1), ("1950", "1960"))
    assert is_flawed(frozen_bank, replace(item, task=dated))


@pytest.mark.parametrize("kind", ItemKind)
def test_no_item_of_a_quiz_gives_itself_away_and_others_take_its_place(frozen_bank: ClaimBank, kind: ItemKind) -> None:
    count = 4 if kind in (ItemKind.MATCH, ItemKind.ORDER) else 6  # of those the frozen base gives no more
    quiz = make_quiz(frozen_bank, count=count, seed=8, kinds=[kind])
    assert quiz.short_by == 0
    assert not any(is_flawed(frozen_bank, item) for item in quiz.items)
