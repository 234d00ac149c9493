"""Answers in a learner's own words, judged against claims of the frozen base and against references made up here."""

from __future__ import annotations

from itertools import pairwise

import pytest

from groundedqa.index.reading import Index
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.shortanswer import ShortAnswerGrade, assess
from groundedqa.text.numbers import numbers_in, same_number
from groundedqa.text.plain import short_claim

MEMORY = "What happens with ordinary queries and an agent's memory?"
WARMTH = "How does training for warmth change language models?"
SHARE = "What do SAEs find?"
SHARE_REFERENCE = "Sparse autoencoders found 34 million features, of which 60 percent were interpretable."


@pytest.fixture(scope="module")
def bank(frozen_index: Index) -> ClaimBank:
    return ClaimBank(frozen_index)


def claim(bank: ClaimBank, identifier: str) -> str:
    """The short claim, as the base has it."""
    passage = bank.index.passage(identifier)
    assert passage is not None
    words = short_claim(passage.text)
    assert words is not None
    return words


def of_warmth(bank: ClaimBank, words: str) -> ShortAnswerGrade:
    return assess(bank, WARMTH, claim(bank, "sycophancy-warmth"), words)


def of_share(bank: ClaimBank, words: str) -> ShortAnswerGrade:
    return assess(bank, SHARE, SHARE_REFERENCE, words)


def test_the_claim_itself_is_right_and_covers_every_key_fact(bank: ClaimBank) -> None:
    for passage in bank.claims[::25]:
        if (words := short_claim(passage.text)) is not None:
            judged = assess(bank, "What does the base say?", words, words)
            assert judged.score == 1.0, words
            assert judged.covered
            assert judged.missing == judged.wrong == (), words


def test_the_claim_of_another_page_is_never_right(bank: ClaimBank) -> None:
    pages: dict[str, str] = {}
    for passage in bank.claims:
        if (words := short_claim(passage.text)) is not None:
            pages.setdefault(passage.concept, words)
    for one, other in pairwise(list(pages.values())[::4]):
        assert assess(bank, "What does the base say?", one, other).score != 1.0, (one, other)


def test_covered_and_missing_are_slices_of_the_reference(bank: ClaimBank) -> None:
    judged = of_share(bank, "there were 34M features")
    assert judged.covered == ("found 34 million features",)
    assert judged.missing == ("60 percent", "interpretable")
    assert judged.wrong == ()
    assert judged.score is not None
    assert 0 < judged.score < 1
    assert all(fact in SHARE_REFERENCE for fact in (*judged.covered, *judged.missing))


def test_other_words_for_the_same_are_right(bank: ClaimBank) -> None:
    reference = claim(bank, "agent-memory-injection")
    judged = assess(bank, MEMORY, reference, "Ordinary looking queries can inject fake records into an agent's memory")
    assert judged.score == 1.0
    assert "plant false records" in judged.covered


def test_slips_of_typing_are_forgiven_but_not_other_words(bank: ClaimBank) -> None:
    reference = "Evaluators inspect transcripts before deployment."
    slips = assess(bank, "What is done?", reference, "Evalutors inspect transcrpts before deploymnet.")
    assert slips.score == 1.0
    assert slips.missing == ()
    # One letter apart, and a word of its own.
    fact = "The parser reads the form."
    assert assess(bank, "What is read?", fact, "from").score != 1.0


@pytest.mark.parametrize("name", ["sparse autoencoders", "SAEs", "sparse dictionary learning"])
def test_an_alias_is_as_good_as_the_title(bank: ClaimBank, name: str) -> None:
    judged = assess(bank, "What is used there?", "SAEs split activations.", f"{name} split activations")
    assert judged.score == 1.0
    assert judged.missing == ()


@pytest.mark.parametrize("share", ["60%", "60 percent", "sixty percent", "0.6", "60 per cent"])
@pytest.mark.parametrize("count", ["34 million", "34M", "34,000,000", "thirty-four million"])
def test_numbers_count_in_any_form(bank: ClaimBank, share: str, count: str) -> None:
    judged = of_share(bank, f"found {count} features and {share} of them were interpretable")
    assert judged.score == 1.0
    assert judged.wrong == ()


def test_another_number_is_wrong(bank: ClaimBank) -> None:
    judged = of_share(bank, "found 34 million features and 40% of them were interpretable")
    assert judged.wrong == ("40%",)
    assert "60 percent" in judged.missing
    assert judged.score is not None
    assert judged.score < 0.6


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("14.66 percent", "about 15%", True),
        ("14.66 percent", "16%", False),
        ("34 million", "about 30 million", True),
        ("34 million", "30 million", False),
        ("two thirds of", "three", False),
        ("half of them", "50%", True),
        ("in 2023", "in 2024", False),
        ("2,294", "2294", True),
        ("a hundred and twenty", "120", True),
        ("12%", "12 people", False),
        ("zero", "0", True),
    ],
)
def test_numbers_that_say_the_same(one: str, other: str, same: bool) -> None:
    first, second = numbers_in(one)[0], numbers_in(other)[0]
    assert same_number(first, second) is same
    assert same_number(second, first) is same


def test_a_direction_turned_around_is_wrong(bank: ClaimBank) -> None:
    right = of_warmth(bank, "they become less accurate and more sycophantic")
    assert {"more sycophantic", "less accurate"} <= set(right.covered)
    assert right.wrong == ()
    turned = of_warmth(bank, "they become less sycophantic and more accurate")
    assert turned.wrong == ("less", "more")
    assert {"more sycophantic", "less accurate"} <= set(turned.missing)
    assert turned.score == 0.0


def test_a_negation_turns_a_fact_around(bank: ClaimBank) -> None:
    reference = claim(bank, "agent-memory-injection")
    assert assess(bank, MEMORY, reference, "they can plant false records").score == 1.0
    judged = assess(bank, MEMORY, reference, "they cannot plant false records")
    assert judged.wrong == ("cannot plant false records",)
    assert "plant false records" in judged.missing
    assert judged.score is not None
    assert judged.score < 0.5


def test_a_missing_negation_is_wrong_too(bank: ClaimBank) -> None:
    reference = claim(bank, "gpt-3-bloviator")
    question = "What did two critics say?"
    kept = "Gary Marcus and Ernest Davis judged that GPT-3 doesn't understand what it writes"
    assert assess(bank, question, reference, kept).score == 1.0
    lost = assess(bank, question, reference, kept.replace("doesn't understand", "understands"))
    assert lost.wrong == ("understands",)
    assert lost.score is not None
    assert lost.score < 1


def test_a_negated_opposite_says_the_same(bank: ClaimBank) -> None:
    judged = assess(bank, "Where are they?", "The two lamps stand at the same height.", "not at a different height")
    assert judged.wrong == ()
    assert judged.score != 0.0


def test_another_group_is_wrong(bank: ClaimBank) -> None:
    reference = claim(bank, "sycophancy-gpt4o-cause")
    question = "Who suspects what made GPT-4o sycophantic?"
    judged = assess(bank, question, reference, "Anthropic suspects a reward from users' thumbs-up and down ratings")
    assert judged.wrong == ("Anthropic",)
    assert "OpenAI" in judged.missing
    assert judged.score is not None
    assert judged.score < 1


def test_the_words_of_the_question_earn_nothing(bank: ClaimBank) -> None:
    reference = claim(bank, "pre-training-deduplication")
    question = "What does removing duplicates from pre-training data do?"
    for echo in ("Removing duplicates from pre-training data", question, "duplicates"):
        judged = assess(bank, question, reference, echo)
        assert judged.score == 0.0
        assert judged.covered == ()
    # Nor does another name of what the question names.
    assert of_share(bank, "sparse autoencoders").score == 0.0


@pytest.mark.parametrize(
    "words", ["", "   ", "?!", "I do not know", "they cook pasta in salted water", "\ud800", "x" * 3000]
)
def test_empty_and_off_topic_answers_are_wrong(bank: ClaimBank, words: str) -> None:
    judged = of_warmth(bank, words)
    assert judged.score == 0.0
    assert judged.covered == ()
    assert judged.missing


def test_what_is_neither_near_nor_far_cannot_be_told(bank: ClaimBank) -> None:
    judged = assess(bank, MEMORY, claim(bank, "agent-memory-injection"), "the agent forgets")
    assert judged.score is None
    assert judged.covered == ()
    assert 0.4 < judged.grade < 0.8


def test_more_of_the_claim_never_grades_lower(bank: ClaimBank) -> None:
    grades = [
        of_warmth(bank, words).grade
        for words in ("pasta", "less accurate", "less accurate and more sycophantic", claim(bank, "sycophancy-warmth"))
    ]
    assert grades == sorted(grades)
    assert grades[0] < grades[-1]


def test_judging_twice_gives_the_same(bank: ClaimBank) -> None:
    words = "OpenAI thinks that users' ratings contributed, 40% of them"
    first = assess(bank, "Why?", claim(bank, "sycophancy-gpt4o-cause"), words)
    bank.index.encode("something else in between")
    assert assess(bank, "Why?", claim(bank, "sycophancy-gpt4o-cause"), words) == first
