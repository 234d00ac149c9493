"""What of a text is the question: greetings, politeness and stories go, what it rests on stays."""

from __future__ import annotations

import pytest

from groundedqa.answer.preamble import question_in


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("hi! what is red teaming", "what is red teaming"),
        ("haha sorry. what is red teaming", "what is red teaming"),
        ("Could you please tell me how LSTMs work? Thanks in advance!", "how LSTMs work"),
        ("tell me about google deepmind", "google deepmind"),
        ("I was wondering whether tides are caused by the moon", "tides are caused by the moon"),
        ("Hi there, I hope you're well, I have this old coat: how do I get wine out of wool?", None),
        ("I am writing a paper for school and my teacher likes figures. How many crabs queue for a shell?", None),
        ("We run a shop and it is all a bit confusing to me, but what is weak-to-strong generalization?", None),
    ],
)
def test_what_stands_around_a_question_is_left_out(text: str, asked: str | None) -> None:
    expected = {"Hi": "how do I get wine out of wool?", "I ": "How many crabs queue for a shell?"}
    found = question_in(text)
    assert found == (asked or expected.get(text[:2], "what is weak-to-strong generalization?"))


@pytest.mark.parametrize(
    "text",
    [
        "Who found it and is it still used?",
        "given that all issues are public, why do people still trust the numbers",
        "I heard that 6% of the answers are wrong, is that right?",  # it points back
        "If a model is large, does it hallucinate less?",
        "Is salt bad? I mean the kind that we eat, what does that do?",  # a question comes before
        "thanks",
        "hi",
        "",
        "why",
    ],
)
def test_what_a_question_rests_on_stays(text: str) -> None:
    assert question_in(text).rstrip("?") == text.rstrip("?")
