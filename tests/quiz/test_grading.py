from __future__ import annotations

import pytest

from groundedqa.answer.answers import Quote
from groundedqa.index.reading import Index
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.grading import Response, Sure, Verdict, brier, filled, grade
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Fill, Item, Match, Option, Order


@pytest.fixture
def cited(small_index: Index) -> Quote:
    claim = small_index.passage("pools-salinity")
    assert claim
    return Quote(claim, small_index.concepts[claim.concept], (), small_index.root)


def test_a_choice_is_right_or_wrong(small_index: Index, cited: Quote) -> None:
    item = Item(ItemKind.CHOICE, "?", Choose((Option("a"), Option("b")), 1), (cited,))
    bank = ClaimBank(small_index)
    assert grade(bank, item, 1).verdict is Verdict.RIGHT
    assert grade(bank, item, 0).verdict is Verdict.WRONG
    assert grade(bank, item, None).score == 0


def test_a_match_earns_a_share_for_each_pair(small_index: Index, cited: Quote) -> None:
    item = Item(ItemKind.MATCH, "?", Match(("a", "b", "c"), ("x", "y", "z"), (2, 0, 1)), (cited,) * 3)
    given = grade(ClaimBank(small_index), item, (2, 1, 0))
    assert given.shares == (1, 0, 0)
    assert given.score == pytest.approx(1 / 3)
    assert given.verdict is Verdict.PARTLY


def test_an_order_earns_a_share_for_each_pair_the_right_way_round(small_index: Index, cited: Quote) -> None:
    # Right: 2 0 1. Given 2 1 0: the pairs (2, 1) and (2, 0) stand right, (1, 0) does not.
    item = Item(ItemKind.ORDER, "?", Order(("a", "b", "c"), (2, 0, 1), ("2", "3", "1")), (cited,) * 3)
    given = grade(ClaimBank(small_index), item, (2, 1, 0))
    assert given.score == pytest.approx(2 / 3)
    assert given.shares == (0.5, 0.5, 1)
    assert grade(ClaimBank(small_index), item, (2, 0, 1)).verdict is Verdict.RIGHT
    assert grade(ClaimBank(small_index), item, (1, 0, 2)).verdict is Verdict.WRONG


def test_how_sure_a_learner_is_is_scored_properly(small_index: Index, cited: Quote) -> None:
    item = Item(ItemKind.EVIDENCE, "?", Choose((Option("a"), Option("b")), 1, sure=True), (cited,))
    bank = ClaimBank(small_index)
    assert grade(bank, item, Sure(1, 0.8)).brier == pytest.approx(0.04)
    assert grade(bank, item, Sure(0, 0.8)).brier == pytest.approx(0.64)
    # Who is right in 7 of 10 cases fares best by saying so.
    said = [one / 100 for one in range(0, 101, 5)]
    assert min(said, key=lambda p: 0.7 * brier(p, True) + 0.3 * brier(p, False)) == 0.7


@pytest.mark.parametrize(
    ("kind", "task", "response"),
    [
        (ItemKind.CHOICE, Choose((Option("a"), Option("b")), 0), 2),
        (ItemKind.CHOICE, Choose((Option("a"), Option("b")), 0), -1),
        (ItemKind.CHOICE, Choose((Option("a"), Option("b")), 0), "a"),
        (ItemKind.EVIDENCE, Choose((Option("a"), Option("b")), 0, sure=True), 0),
        (ItemKind.EVIDENCE, Choose((Option("a"), Option("b")), 0, sure=True), Sure(0, 1.5)),
        (ItemKind.MATCH, Match(("a", "b"), ("x", "y"), (1, 0)), (1,)),
        (ItemKind.ORDER, Order(("a", "b"), (1, 0), ("1", "2")), (0, 0)),
    ],
)
def test_a_response_that_does_not_fit_is_refused(
    small_index: Index, cited: Quote, kind: ItemKind, task: Choose | Match | Order, response: Response
) -> None:
    with pytest.raises(ValueError, match=r"options 0 to 1|does not answer|between 0 and 1"):
        grade(ClaimBank(small_index), Item(kind, "?", task, (cited,)), response)


@pytest.mark.parametrize(
    ("accepted", "right", "wrong"),
    [
        (("41%",), ("41%", "41 %", "41 percent", "41", "forty-one percent"), ("42%", "4.1%", "", "14%")),
        (("175 billion",), ("175 billion", "175B", "175,000,000,000"), ("17.5 billion", "175 million", "175")),
        (("27 March 2025",), ("27 March 2025", "March 27, 2025", "27 mar 2025", "2025-03-27"), ("March 2025", "2025")),
        (("May 2023",), ("May 2023", "may 2023", "2023-05"), ("March 2023", "May 2024", "2023")),
        (("Anthropic", "Anthropic PBC"), ("anthropic", "Antropic", "Anthropic PBC"), ("OpenAI", "", "Anth")),
        (("Gemma 2 2B",), ("gemma 2 2b", "Gemma-2 2B", "Gema 2 2B"), ("Gemma 3 2B", "Gemma 2 9B", "Gemma 2")),
        (("Claude 3.5 Sonnet",), ("Claude Sonnet 3.5", "claude-3.5-sonnet"), ("Claude 5.3 Sonnet", "Claude Sonnet")),
        (("GPT-4o",), ("gpt 4o", "GPT4o"), ("GPT-4", "GPT-4a")),
        (("seven",), ("seven", "7"), ("six", "70")),
        (("2019",), ("2019",), ("2020", "219")),
    ],
)
def test_what_may_be_typed_into_a_blank(
    accepted: tuple[str, ...], right: tuple[str, ...], wrong: tuple[str, ...]
) -> None:
    assert [words for words in right if filled(Fill(accepted), words) != 1] == []
    assert [words for words in wrong if filled(Fill(accepted), words) != 0] == []
