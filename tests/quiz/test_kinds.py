"""Every kind of item, over the whole frozen base: one right answer, not given away, explained by the page."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import pytest

from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Kind
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.flaws import is_flawed
from groundedqa.quiz.grading import Verdict, filled, grade
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Explain, Fill, Item, Match, Order
from groundedqa.quiz.kinds import MAKERS
from groundedqa.quiz.make import make_quiz, quiz_of_cards
from groundedqa.quiz.naming import definition_of, names_it
from groundedqa.text.plain import plain, short_claim

T = TypeVar("T")

LEAST = {
    ItemKind.CHOICE: 20,
    ItemKind.TRUE_FALSE: 22,
    ItemKind.MATCH: 4,
    ItemKind.CLOZE: 16,
    ItemKind.EVIDENCE: 70,
    ItemKind.ORDER: 4,
    ItemKind.SOURCE: 65,
    ItemKind.SPEED: 15,
    ItemKind.CONCEPT: 10,
    ItemKind.FREE: 28,
}
"""How many items each kind has to give of the 239 claims of the frozen base."""


@pytest.fixture(scope="module")
def whole(frozen_bank: ClaimBank) -> Callable[[ItemKind], tuple[Item, ...]]:
    """All items of a kind, made once."""
    made: dict[ItemKind, tuple[Item, ...]] = {}

    def of(kind: ItemKind) -> tuple[Item, ...]:
        if kind not in made:
            made[kind] = make_quiz(frozen_bank, count=1_000, seed=0, kinds=[kind]).items
        return made[kind]

    return of


Whole = Callable[[ItemKind], tuple[Item, ...]]


def tasks(items: tuple[Item, ...], kind: type[T]) -> list[tuple[Item, T]]:
    assert all(isinstance(item.task, kind) for item in items)
    return [(item, item.task) for item in items if isinstance(item.task, kind)]


def test_every_kind_has_a_maker_and_a_quiz_takes_turns_in_their_order() -> None:
    assert list(MAKERS) == list(ItemKind)


@pytest.mark.parametrize("kind", ItemKind)
def test_a_kind_gives_items_enough(whole: Whole, kind: ItemKind) -> None:
    assert len(whole(kind)) >= LEAST[kind]
    assert {item.kind for item in whole(kind)} == {kind}


@pytest.mark.parametrize("kind", ItemKind)
def test_every_quote_is_its_page_word_for_word(frozen_bank: ClaimBank, whole: Whole, kind: ItemKind) -> None:
    for item in whole(kind):
        origins = [o.origin for o in item.task.options if o.origin] if isinstance(item.task, Choose) else []
        for quote in (*item.quotes, *origins):
            page = (frozen_bank.index.root / quote.passage.path).read_bytes().decode("utf-8")
            assert page[quote.passage.start : quote.passage.end] == quote.text
            assert quote.concept.slug == quote.passage.concept
        assert all(claim.passage.kind is Kind.CLAIM and claim.evidence and claim.sources for claim in item.claims)


@pytest.mark.parametrize("kind", ItemKind)
def test_a_card_finds_an_item_again(frozen_bank: ClaimBank, whole: Whole, kind: ItemKind) -> None:
    for item in whole(kind)[:5]:
        card = (item.claim.passage.id, kind)
        again = quiz_of_cards(frozen_bank, [card, card, ("no-such-claim", kind)], count=20, seed=9)
        assert [card in one.cards for one in again.items] == [True]
        assert again.short_by == 1
        assert again == quiz_of_cards(frozen_bank, [card, ("no-such-claim", kind)], count=20, seed=9)
    cards = [card for item in whole(kind)[:5] for card in item.cards]
    assert {card for item in quiz_of_cards(frozen_bank, cards, count=20, seed=1).items for card in item.cards} >= set(
        cards
    )
    assert len(quiz_of_cards(frozen_bank, cards, count=2, seed=1).items) == 2


@pytest.mark.parametrize("kind", [ItemKind.CHOICE, ItemKind.SOURCE, ItemKind.SPEED, ItemKind.CONCEPT])
def test_a_choice_has_four_or_three_options_and_does_not_name_the_right_one(whole: Whole, kind: ItemKind) -> None:
    named = kind in (ItemKind.SPEED, ItemKind.CONCEPT)
    for item, task in tasks(whole(kind), Choose):
        assert len({option.text for option in task.options}) == len(task.options)
        assert len(task.options) in ((3, 4) if named else (4,))
        assert not re.search(rf"\b{re.escape(task.options[task.answer].text)}\b", item.prompt, re.IGNORECASE)
        assert [option.origin is None for option in task.options].index(True) == task.answer
        assert sum(option.origin is None for option in task.options) == 1
    for size in (3, 4):
        places = Counter(task.answer for _, task in tasks(whole(kind), Choose) if len(task.options) == size)
        assert not places or max(places.values()) - min(places[at] for at in range(size)) <= 1


def test_evidence_asks_for_the_claims_level_and_shows_both_sides(whole: Whole) -> None:
    items = tasks(whole(ItemKind.EVIDENCE), Choose)
    for item, task in items:
        assert task.sure
        assert [option.text.split(":")[0] for option in task.options] == ["Strong", "Moderate", "Weak", "Contested"]
        assert item.claim.evidence is list(Evidence)[task.answer]
        shown = {quote.passage.id for quote in item.quotes}
        assert shown >= set(item.claim.passage.contests)
        assert "contested" not in item.prompt.casefold()
    assert Counter(task.answer for _, task in items[:20]) == dict.fromkeys(range(4), 5)


def test_a_source_is_cited_for_the_claim_and_no_other_option_is(whole: Whole) -> None:
    for item, task in tasks(whole(ItemKind.SOURCE), Choose):
        cited = {source.signature for source in item.claim.sources}
        assert [option.text in cited for option in task.options] == [at == task.answer for at in range(4)]
        for option in task.options:
            assert option.origin is None or option.text in {source.signature for source in option.origin.sources}
        assert item.claim.evidence is not Evidence.CONTESTED


def test_a_page_that_is_asked_for_is_the_claims_own_and_no_option_is_named(
    frozen_bank: ClaimBank, whole: Whole
) -> None:
    by_title = {concept.title: concept for concept in frozen_bank.index.concepts.values()}
    for item, task in tasks(whole(ItemKind.CONCEPT), Choose):
        assert task.options[task.answer].text == item.claim.concept.title
        assert not any(names_it(item.prompt, by_title[option.text]) for option in task.options)
        for option in task.options:
            assert option.origin is None or option.origin.concept.title == option.text
        asked = item.support[0] if "this open question" in item.prompt else item.claim
        words = short_claim(asked.text) or plain(asked.text)
        assert item.support[-1].passage == definition_of(frozen_bank, by_title[task.options[task.answer].text])
        assert words in item.prompt


def test_a_speed_round_asks_for_one_concept_against_a_clock(frozen_bank: ClaimBank, whole: Whole) -> None:
    by_title = {concept.title: concept for concept in frozen_bank.index.concepts.values()}
    for item, task in tasks(whole(ItemKind.SPEED), Choose):
        assert item.seconds
        right, *_ = (by_title[option.text] for at, option in enumerate(task.options) if at == task.answer)
        assert right == item.claim.concept
        if "also called" in item.prompt:
            alias = item.prompt.split("“")[1].split("”")[0]
            owners = [concept.title for concept in by_title.values() if alias in concept.aliases]
            assert owners == [right.title]
            assert alias.casefold() in plain(item.support[0].text).casefold()
        else:
            assert not names_it(item.prompt, right)
            assert item.support[0].passage == definition_of(frozen_bank, right)


def test_wrong_concepts_of_a_speed_round_come_near_and_do_not_fit_as_well(frozen_bank: ClaimBank, whole: Whole) -> None:
    for item, task in tasks(whole(ItemKind.SPEED), Choose):
        own = definition_of(frozen_bank, item.claim.concept)
        wrong = [option.origin.passage for option in task.options if option.origin]
        assert own
        assert all(0.35 <= frozen_bank.likeness(own, other) < 0.65 for other in wrong), item.prompt


def test_no_wrong_concept_is_named_or_cites_the_same_source(frozen_bank: ClaimBank, whole: Whole) -> None:
    index = frozen_bank.index
    for item, task in tasks(whole(ItemKind.CONCEPT), Choose):
        asked = item.support[0] if "this open question" in item.prompt else item.claim
        for option in task.options:
            if option.origin is None:
                continue
            assert not names_it(frozen_bank.plain[asked.passage.id], option.origin.concept)
            pages = [one for one in index.passages if one.concept == option.origin.concept.slug]
            assert not {key for one in pages for key in one.sources} & set(asked.passage.sources)


def test_an_item_that_gives_itself_away_is_replaced_by_one_on_the_same_claim(frozen_bank: ClaimBank) -> None:
    """The first item asks for the meaning of initials, which only the right title has."""
    claim = frozen_bank.index.passage("rlhf-origin")
    assert claim
    first, *others = MAKERS[ItemKind.SPEED](frozen_bank, [claim], lambda _: True, 0)
    assert is_flawed(frozen_bank, first)
    made = make_quiz(frozen_bank, passage_ids=[claim.id], kinds=[ItemKind.SPEED], count=2).items
    assert len(made) == 1, "a claim is asked for once"
    assert not is_flawed(frozen_bank, made[0])
    assert {option.text for option in made[0].task.options} in [  # type: ignore[union-attr]
        {option.text for option in other.task.options}  # type: ignore[union-attr]
        for other in others
    ]


# For the first match, the frozen base has no company but the one it gives.
@pytest.mark.parametrize(("kind", "place"), [(ItemKind.MATCH, 1), (ItemKind.ORDER, 0)])
def test_company_that_its_page_no_longer_holds_is_replaced(
    frozen_bank: ClaimBank, whole: Whole, kind: ItemKind, place: int, tmp_path: Path
) -> None:
    first = whole(kind)[place].claim.passage
    pages = shutil.copytree(frozen_bank.index.root, tmp_path / "pages")
    index = frozen_bank.index
    edited = ClaimBank(replace(index, manifest=index.manifest.model_copy(update={"root": pages})))
    asked = {"passage_ids": [first.id], "kinds": [kind], "seed": 0}
    before = make_quiz(edited, **asked, count=1).items[0]
    missing = next(claim.passage for claim in before.claims if claim.passage.concept != first.concept)
    (pages / missing.path).unlink()
    (after,) = make_quiz(edited, **asked, count=1).items
    assert missing.id not in {claim.passage.id for claim in after.claims}
    assert first.id in {claim.passage.id for claim in after.claims}


def test_a_match_has_one_solution_and_is_not_solved_already(frozen_bank: ClaimBank, whole: Whole) -> None:
    by_title = {concept.title: concept for concept in frozen_bank.index.concepts.values()}
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
        dates = [task.labels[place][-4:] for place in task.answer]
        assert dates == sorted(dates)
        assert len(set(dates)) >= len(dates) - 1, "ten months lie between one and the next"
        for entry, label, claim in zip(task.entries, task.labels, item.claims, strict=True):
            short = short_claim(claim.text) or ""
            before, after = entry.split("…")
            assert short.startswith(before.rstrip())
            assert short.rstrip(".").endswith(after.rstrip("."))
            assert label[-4:] in short[len(before.rstrip()) : len(short) - len(after)]
            assert not re.search(r"\b(?:19|20)\d\d\b", entry)


def test_a_blank_is_filled_by_the_claims_own_words_and_by_no_other_fact(frozen_bank: ClaimBank, whole: Whole) -> None:
    items = tasks(whole(ItemKind.CLOZE), Fill)
    assert any("Stanford" in task.accepted for _, task in items), "a university may be called by its town"
    for item, task in items:
        statement = item.prompt.split(": ", 1)[1].removeprefix("The base says, and calls it contested: ")
        assert statement.replace("____", task.accepted[0]) in plain(item.claim.text)
        assert grade(frozen_bank, item, task.accepted[0]).verdict is Verdict.RIGHT
    for (item, task), (_, other) in pairwise(items):
        if not filled(other, task.accepted[0]):
            assert grade(frozen_bank, item, other.accepted[0]).verdict is Verdict.WRONG, (task, other)


def test_free_text_is_answered_by_what_the_base_says(frozen_bank: ClaimBank, whole: Whole) -> None:
    forms: Counter[str] = Counter()
    for item, task in tasks(whole(ItemKind.FREE), Explain):
        if item.support:
            forms["defined"] += 1
            assert item.claim.concept.title in item.prompt
            assert task.reference == plain(item.support[0].text)
            end = task.reference
        else:
            forms["broken off"] += 1
            assert task.reference == short_claim(item.claim.text)
            begun, cue = item.prompt.removesuffix(".").split("“")[1].split(" …” Speak of: ")
            assert task.reference.startswith(begun)
            end = task.reference[len(begun) :]
            assert cue in end
            assert cue not in begun
            assert grade(frozen_bank, item, begun).verdict is not Verdict.RIGHT
            assert grade(frozen_bank, item, cue).verdict is not Verdict.RIGHT, "the cue is no answer"
        assert grade(frozen_bank, item, end).verdict is Verdict.RIGHT
        assert grade(frozen_bank, item, "It rains in the mountains all year long.").verdict is not Verdict.RIGHT
    assert forms["defined"] >= 20
    assert forms["broken off"] >= 6


def test_what_is_false_is_a_claim_with_one_fact_exchanged_or_turned_round(frozen_bank: ClaimBank, whole: Whole) -> None:
    turned = 0
    for item, task in tasks(whole(ItemKind.TRUE_FALSE), Choose):
        said, short = item.prompt.removeprefix("The base says: "), short_claim(item.claim.text) or ""
        assert (said == short) == (task.answer == 0)
        if task.answer == 1:
            start = next(at for at, (a, b) in enumerate(zip(said, short, strict=False)) if a != b)
            rest = next(at for at, (a, b) in enumerate(zip(said[::-1], short[::-1], strict=False)) if a != b)
            assert start + rest >= 0.3 * len(short)
            texts = [frozen_bank.plain[claim.id] for claim in frozen_bank.claims]
            assert not any(said in text for text in texts)
            turned += task.options[0].origin is None
    assert turned >= 3
    truths = Counter(task.answer for _, task in tasks(whole(ItemKind.TRUE_FALSE), Choose))
    assert abs(truths[0] - truths[1]) <= 1
