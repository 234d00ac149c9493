"""Follow-ups: what a question is about, given the answers before it."""

from __future__ import annotations

import pytest

from groundedqa.answer.answers import Abstention, Answer, Form, Grounded, Question, Turn
from groundedqa.answer.compose import answer
from groundedqa.answer.conversation import understand
from groundedqa.answer.variants import search_variants
from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Kind
from groundedqa.index.reading import Index
from groundedqa.search.hybrid import Filters, search
from groundedqa.search.signals import DENSE


def converse(index: Index, *questions: str) -> list[Answer]:
    turns: list[Answer] = []
    for question in questions:
        turns.append(answer(index, question, [turn.turn for turn in turns]))
    return turns


@pytest.mark.parametrize(
    ("follow_up", "form"),
    [
        ("and how strong is the evidence for that?", Form.STRENGTH),
        ("How strong is the evidence?", Form.STRENGTH),
        ("who found it?", Form.SOURCE),
        ("source?", Form.SOURCE),
    ],
)
def test_evidence_and_source_of_what_was_just_said(frozen_index: Index, follow_up: str, form: Form) -> None:
    first, second = converse(frozen_index, "how many features were found in claude 3 sonnet", follow_up)
    assert isinstance(first, Grounded)
    assert isinstance(second, Grounded)
    claims = [quote.passage.id for quote in first.quotes if quote.passage.kind is Kind.CLAIM]
    assert claims
    assert [quote.passage.id for quote in second.quotes] == claims
    assert second.question.form is form
    assert second.question.understood


def test_a_filter_set_meanwhile_holds_for_what_was_just_said(frozen_index: Index) -> None:
    first = answer(frozen_index, "which tools helped the auditing agent most in AuditBench?", top_k=1)
    assert isinstance(first, Grounded)
    assert Evidence.STRONG not in {quote.passage.evidence for quote in first.quotes}
    second = answer(frozen_index, "who found it?", [first.turn], Filters(min_evidence=Evidence.STRONG))
    assert isinstance(second, Abstention)
    assert second.reason == "No claim rated strong or better answers this."


def test_what_about_asks_the_same_of_another_concept(frozen_index: Index) -> None:
    _, second = converse(frozen_index, "What is circuit tracing?", "what about sparse autoencoders?")
    assert isinstance(second, Grounded)
    assert second.question.form is Form.DEFINITION
    assert second.quotes[0].passage.id == frozen_index.concepts["sparse-autoencoders"].definition
    assert second.question.understood == "what is sparse autoencoders"


def test_the_three_follow_ups_in_one_conversation(frozen_index: Index) -> None:
    turns = converse(
        frozen_index,
        "What is circuit tracing?",
        "and how strong is the evidence for that?",
        "who found it?",
        "what about sparse autoencoders?",
    )
    assert all(isinstance(turn, Grounded) for turn in turns)
    assert turns[3].question.about == ("sparse-autoencoders",)
    assert all(turn.question.understood for turn in turns[1:])


def test_a_pronoun_stands_for_the_last_topic(frozen_index: Index) -> None:
    _, second = converse(frozen_index, "What are induction heads?", "how do they form during training?")
    assert isinstance(second, Grounded)
    assert second.question.about == ("induction-heads",)
    assert second.question.understood
    assert {quote.concept.slug for quote in second.quotes} & {"induction-heads"}


def test_a_new_subject_is_not_dragged_into_the_old_one(frozen_index: Index) -> None:
    _, second, third = converse(
        frozen_index, "What is circuit tracing?", "who won the world cup in 2022?", "What is reward hacking?"
    )
    assert isinstance(second, Abstention)
    # What was asked before is searched with, and said; but whether the base answers is judged by its own words.
    assert second.question.query == second.question.text
    assert second.question.understood == "who won the world cup in 2022? (asked after: circuit tracing)"
    assert second.reason == "The base does not say. It never mentions “cup”."
    assert isinstance(third, Grounded)
    assert third.question.about == ("reward-hacking",)
    assert third.question.understood is None


def test_a_follow_up_is_searched_alone_and_with_the_turns_before_it(frozen_index: Index) -> None:
    turns = converse(
        frozen_index,
        "What are induction heads?",
        "who found it?",
        "when do they form during trainnig?",
        "in large models too?",
    )
    question = turns[-1].question
    before = ("induction heads", "form training")  # "who found it?" names nothing
    assert question.variants == (
        "in large models too?",
        f"{before[1]} in large models too?",
        f"{before[0]} {before[1]} in large models too?",
        f"{before[0]} {before[1]} in large models too?",
    )
    assert question.query in question.variants
    assert question.understood == f"in large models too? (asked after: {before[0]}, {before[1]})"


def test_a_score_is_the_mean_of_the_readings_and_still_the_sum_of_its_parts(frozen_index: Index) -> None:
    variants = ("do they copy", "do they copy", "induction heads do they copy")
    question = Question("do they copy?", variants[2], variants=variants)
    found = search_variants(frozen_index, question, 10)
    assert [hit.rank for hit in found[:10]] == list(range(1, 11))
    alone = {hit.row: hit for hit in search(frozen_index, variants[0], 100)}
    for hit in found:
        assert hit.score == pytest.approx(sum(part.contribution for part in hit.parts.values()), abs=1e-6)
        assert hit.score >= 2 / 3 * (alone[hit.row].score if hit.row in alone else 0) - 1e-6
    direct = {hit.row: hit for hit in search(frozen_index, variants[2], 100)}
    assert all(hit[DENSE].score == pytest.approx(direct[hit.row][DENSE].score) for hit in found if hit.row in direct)


def test_one_reading_is_a_plain_search(frozen_index: Index) -> None:
    question = Question("induction heads", "induction heads")
    assert search_variants(frozen_index, question, 5) == search(frozen_index, "induction heads", 5)


def test_a_question_in_words_that_the_base_lacks_stands_alone(frozen_index: Index) -> None:
    _, second = converse(frozen_index, "What is circuit tracing?", "how do I bake sourdough bread?")
    assert isinstance(second, Abstention)
    assert second.question.understood is None
    assert second.question.variants == ()


def test_a_question_in_which_few_words_are_unknown_is_still_judged_by_its_own(frozen_index: Index) -> None:
    _, second = converse(frozen_index, "What is circuit tracing?", "who won the chess olympiad in Budapest?")
    assert isinstance(second, Abstention)
    assert second.question.query == second.question.text


def test_an_alias_is_searched_as_the_title_and_the_page_says_so(frozen_index: Index) -> None:
    given = answer(frozen_index, "who came up with RLHF")
    assert given.question.query == "who came up with Reinforcement Learning from Human Feedback"
    assert given.question.understood == given.question.query
    assert answer(frozen_index, "who came up with sparse autoencoders").question.understood is None


def test_where_no_claim_was_quoted_the_evidence_is_that_of_the_page(frozen_index: Index) -> None:
    turn = Turn(question="What is circuit tracing?", query="Circuit Tracing", about=("circuit-tracing",))
    second = answer(frozen_index, "how strong is the evidence?", [turn])
    assert second.question.form is Form.STRENGTH
    assert second.question.about == ("circuit-tracing",)
    assert second.question.understood == "how strong is the evidence about Circuit Tracing"


def turn_of(question: str, about: str, answered: bool = True) -> Turn:
    return Turn(question=question, query=question, about=(about,) if about else (), answered=answered)


@pytest.mark.parametrize("follow_up", ["who came up with it?", "and who made that?", "ok, who invented them"])
def test_who_came_up_with_it_asks_for_the_origin(frozen_index: Index, follow_up: str) -> None:
    asked = understand(frozen_index, follow_up, [turn_of("What are sparse autoencoders?", "sparse-autoencoders")])
    assert asked.understood == asked.query == "who introduced sparse autoencoders"
    assert (asked.form, asked.about, asked.carried) == (Form.FACT, ("sparse-autoencoders",), ())


@pytest.mark.parametrize("follow_up", ["why?", "since when?", "and how many?", "how come"])
def test_a_bare_question_is_about_the_last_topic(frozen_index: Index, follow_up: str) -> None:
    asked = understand(frozen_index, follow_up, [turn_of("What are induction heads?", "induction-heads")])
    assert asked.about == ("induction-heads",)
    assert "induction heads" in asked.query


def test_a_silence_does_not_end_a_conversation(frozen_index: Index) -> None:
    """What met silence lends no words, but the page that it named stands."""
    history = [
        turn_of("What are induction heads?", "induction-heads"),
        turn_of("what about the price of bread in Rome, please, example?", "", answered=False),
        turn_of("what did circuit tracing cost?", "circuit-tracing", answered=False),
    ]
    asked = understand(frozen_index, "who came up with it?", history[:2])
    assert asked.query == "who introduced induction heads"
    asked = understand(frozen_index, "who came up with it?", history)
    assert asked.query == "who introduced Circuit Tracing"
    assert "bread" not in " ".join(understand(frozen_index, "and how do they form?", history).variants)


def test_what_was_meant_takes_the_place_of_what_was_said(frozen_index: Index) -> None:
    asked = understand(
        frozen_index, "no, I meant sparse autoencoders", [turn_of("What is circuit tracing?", "circuit-tracing")]
    )
    assert asked.about == ("sparse-autoencoders",)
    assert "circuit" not in asked.query


def test_a_question_that_names_its_own_subject_stands_alone(frozen_index: Index) -> None:
    history = [turn_of("What is circuit tracing?", "circuit-tracing")]
    assert understand(frozen_index, "how well do sparse autoencoders scale to large models?", history).variants == ()
    assert understand(frozen_index, "do sparse autoencoders trace circuits too?", history).variants != ()


def test_two_questions_in_one_have_an_answer_each(frozen_index: Index) -> None:
    given = answer(frozen_index, "What is circuit tracing and what did its chefs cook in Lisbon?")
    assert isinstance(given, Grounded)
    first, second = given.parts
    assert isinstance(first, Grounded)
    assert isinstance(second, Abstention)
    assert given.lead == "Two questions in one: the base answers one of them."
    assert given.quotes == first.quotes
    assert [part["status"] for part in given.to_dict()["parts"]] == ["answered", "abstained"]
    assert answer(frozen_index, "What is circuit tracing?").parts == ()  # type: ignore[union-attr]


@pytest.mark.parametrize("empty", ["", "😀", "the of"])
def test_nothing_asked_stays_nothing_after_an_answer(frozen_index: Index, empty: str) -> None:
    _, second = converse(frozen_index, "What is circuit tracing?", empty)
    assert isinstance(second, Abstention)
    assert second.nearest == ()
