"""Every kind of item, over the whole shipped base: one right answer, not given away, explained by the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import TypeVar

import pytest

from groundedqa.base import Evidence, Kind
from groundedqa.quiz import Choose, Explain, Fill, Item, ItemKind, Match, Order
from groundedqa.quiz.filling import filled
from groundedqa.quiz.grading import Verdict, grade
from groundedqa.quiz.kinds import MAKERS
from groundedqa.quiz.make import make_quiz, quiz_of_cards
from groundedqa.quiz.naming import definition_of, names_it
from groundedqa.quiz.stock import Stock
from groundedqa.quiz.wording import plain, short_claim

T = TypeVar("T")

LEAST = {ItemKind.MATCH: 10, ItemKind.ORDER: 8, ItemKind.SPEED: 40, ItemKind.CONCEPT: 50}
"""How many items a kind has to give; the others, one for at least a third of the claims."""


@pytest.fixture(scope="module")
def whole(corpus_stock: Stock) -> Callable[[ItemKind], tuple[Item, ...]]:
    """All items of a kind, made once."""
    made: dict[ItemKind, tuple[Item, ...]] = {}

    def of(kind: ItemKind) -> tuple[Item, ...]:
        if kind not in made:
            made[kind] = make_quiz(corpus_stock, count=1_000, seed=0, kinds=[kind]).items
        return made[kind]

    return of


Whole = Callable[[ItemKind], tuple[Item, ...]]


def tasks(items: tuple[Item, ...], kind: type[T]) -> list[tuple[Item, T]]:
    assert all(isinstance(item.task, kind) for item in items)
    return [(item, item.task) for item in items if isinstance(item.task, kind)]


def test_every_kind_has_a_maker_and_a_quiz_takes_turns_in_their_order() -> None:
    assert list(MAKERS) == list(ItemKind)


@pytest.mark.parametrize("kind", ItemKind)
def test_a_kind_gives_items_enough(corpus_stock: Stock, whole: Whole, kind: ItemKind) -> None:
    assert len(whole(kind)) >= LEAST.get(kind, len(corpus_stock.claims) // 3)
    assert {item.kind for item in whole(kind)} == {kind}


@pytest.mark.parametrize("kind", ItemKind)
def test_every_quote_is_its_page_word_for_word(corpus_stock: Stock, whole: Whole, kind: ItemKind) -> None:
    for item in whole(kind):
        origins = [o.origin for o in item.task.options if o.origin] if isinstance(item.task, Choose) else []
        for quote in (*item.quotes, *origins):
            page = (corpus_stock.index.root / quote.passage.path).read_bytes().decode("utf-8")
            assert page[quote.passage.start : quote.passage.end] == quote.text
            assert quote.concept.slug == quote.passage.concept
        assert all(claim.passage.kind is Kind.CLAIM and claim.evidence and claim.sources for claim in item.claims)


@pytest.mark.parametrize("kind", ItemKind)
def test_a_card_finds_an_item_again(corpus_stock: Stock, whole: Whole, kind: ItemKind) -> None:
    for item in whole(kind)[:5]:
        card = (item.claim.passage.id, kind)
        again = quiz_of_cards(corpus_stock, [card, card, ("no-such-claim", kind)], count=20, seed=9)
        assert [card in one.cards for one in again.items] == [True]
        assert again.short_by == 1
        assert again == quiz_of_cards(corpus_stock, [card, ("no-such-claim", kind)], count=20, seed=9)
    cards = [card for item in whole(kind)[:5] for card in item.cards]
    assert {card for item in quiz_of_cards(corpus_stock, cards, count=20, seed=1).items for card in item.cards} >= set(
        cards
    )
    assert len(quiz_of_cards(corpus_stock, cards, count=2, seed=1).items) == 2


@pytest.mark.parametrize("kind", [ItemKind.SOURCE, ItemKind.SPEED, ItemKind.CONCEPT])
def test_a_choice_has_four_options_and_does_not_name_the_right_one(whole: Whole, kind: ItemKind) -> None:
    for item, task in tasks(whole(kind), Choose):
        assert len({option.text for option in task.options}) == 4
        assert task.options[task.answer].text.casefold() not in item.prompt.casefold()
        assert [option.origin is None for option in task.options].index(True) == task.answer
        assert sum(option.origin is None for option in task.options) == 1
    places = Counter(task.answer for _, task in tasks(whole(kind), Choose))
    assert max(places.values()) - min(places.values()) <= 1


def test_evidence_asks_for_the_claims_level_and_shows_both_sides(whole: Whole) -> None:
    items = tasks(whole(ItemKind.EVIDENCE), Choose)
    for item, task in items:
        assert task.sure
        assert [option.text for option in task.options] == ["Strong", "Moderate", "Weak", "Contested"]
        assert item.claim.evidence is list(Evidence)[task.answer]
        shown = {quote.passage.id for quote in item.quotes}
        assert shown >= set(item.claim.passage.contests)
        assert "contested" not in item.prompt.casefold()
    assert Counter(task.answer for _, task in items[:40]) == dict.fromkeys(range(4), 10)


def test_a_source_is_cited_for_the_claim_and_no_other_option_is(whole: Whole) -> None:
    for item, task in tasks(whole(ItemKind.SOURCE), Choose):
        cited = {source.citation for source in item.claim.sources}
        assert [option.text in cited for option in task.options] == [at == task.answer for at in range(4)]
        for option in task.options:
            assert option.origin is None or option.text in {source.citation for source in option.origin.sources}
        assert item.claim.evidence is not Evidence.CONTESTED


def test_a_page_that_is_asked_for_is_the_claims_own_and_no_option_is_named(corpus_stock: Stock, whole: Whole) -> None:
    by_title = {concept.title: concept for concept in corpus_stock.index.concepts.values()}
    for item, task in tasks(whole(ItemKind.CONCEPT), Choose):
        assert task.options[task.answer].text == item.claim.concept.title
        assert not any(names_it(item.prompt, by_title[option.text]) for option in task.options)
        for option in task.options:
            assert option.origin is None or option.origin.concept.title == option.text
        asked = item.support[0] if item.support else item.claim
        words = plain(asked.text) if item.support else short_claim(asked.text)
        assert words
        assert words in item.prompt


def test_a_speed_round_asks_for_one_concept_against_a_clock(corpus_stock: Stock, whole: Whole) -> None:
    by_title = {concept.title: concept for concept in corpus_stock.index.concepts.values()}
    for item, task in tasks(whole(ItemKind.SPEED), Choose):
        assert item.seconds
        right, *_ = (by_title[option.text] for at, option in enumerate(task.options) if at == task.answer)
        assert right == item.claim.concept
        if "also called" in item.prompt:
            alias = item.prompt.split("“")[1].split("”")[0]
            owners = [concept.title for concept in by_title.values() if alias in concept.aliases]
            assert owners == [right.title]
        else:
            assert not any(names_it(item.prompt, by_title[option.text]) for option in task.options)
        assert item.support[0].passage == definition_of(corpus_stock, right)


def test_a_match_has_one_solution_and_is_not_solved_already(corpus_stock: Stock, whole: Whole) -> None:
    by_title = {concept.title: concept for concept in corpus_stock.index.concepts.values()}
    for item, task in tasks(whole(ItemKind.MATCH), Match):
        assert 3 <= len(task.left) == len(set(task.left)) == len(set(task.right)) == len(item.claims) <= 4
        assert sorted(task.answer) == list(range(len(task.left)))
        assert list(task.answer) != list(range(len(task.left)))
        for place, left in enumerate(task.left):
            said = task.right[task.answer[place]]
            assert said.startswith("…")
            whole_text = " ".join(plain(q.text) for q in item.quotes)
            assert said.removeprefix("…").replace("…", "").split(".")[0][:40].strip() in whole_text
            assert names_it(plain(item.claims[place].text), by_title[left]) or item.support
            for other in task.left:
                assert not names_it(said, by_title[other])


def test_a_timeline_has_one_order_and_is_not_solved_already(whole: Whole) -> None:
    for item, task in tasks(whole(ItemKind.ORDER), Order):
        assert 3 <= len(task.entries) == len(item.claims) <= 4
        assert sorted(task.answer) == list(range(len(task.entries)))
        assert task.answer != tuple(range(len(task.entries)))
        dates = [item.claims[place].passage.date or "" for place in task.answer]
        for one, other in pairwise(dates):
            shared = min(len(one), len(other))
            assert one[:shared] < other[:shared]
        for entry, label, claim in zip(task.entries, task.labels, item.claims, strict=True):
            assert entry == short_claim(claim.text)
            assert label[-4:] == (claim.passage.date or "")[:4]
            assert label[-4:] not in entry


def test_a_blank_is_filled_by_the_claims_own_words_and_by_no_other_fact(corpus_stock: Stock, whole: Whole) -> None:
    items = tasks(whole(ItemKind.CLOZE), Fill)
    for item, task in items:
        statement = item.prompt.split(": ", 1)[1].removeprefix("The base says, and calls it contested: ")
        assert statement.replace("____", task.accepted[0]) in plain(item.claim.text)
        assert grade(corpus_stock, item, task.accepted[0]).verdict is Verdict.RIGHT
    for (item, task), (_, other) in pairwise(items):
        if not filled(other, task.accepted[0]):
            assert grade(corpus_stock, item, other.accepted[0]).verdict is Verdict.WRONG, (task, other)


def test_free_text_begins_a_short_claim_and_is_answered_by_it(corpus_stock: Stock, whole: Whole) -> None:
    verdicts: Counter[Verdict] = Counter()
    for item, task in tasks(whole(ItemKind.FREE), Explain)[:60]:
        assert task.reference == short_claim(item.claim.text)
        begun = item.prompt.split("“")[1].split("”")[0].removesuffix(" …")
        assert task.reference.startswith(begun)
        verdicts[grade(corpus_stock, item, task.reference).verdict] += 1
        assert grade(corpus_stock, item, begun).verdict is not Verdict.RIGHT
    assert verdicts == {Verdict.RIGHT: 60}
