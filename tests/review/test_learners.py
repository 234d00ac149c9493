"""What a learner remembers of a small base: due, missed, withdrawn, progress, and the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from fsrs import Card, Rating, Scheduler
from learning import NOON, TIDES, answer, choice, kept, replay

from groundedqa.answer.answers import Quote
from groundedqa.answer.quotes import quote
from groundedqa.base.evidence import Evidence
from groundedqa.index.build import build
from groundedqa.index.reading import open_index
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.grading import Grade, Sure, grade
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Item, Match
from groundedqa.review.database import open_learners
from groundedqa.review.learners import Learners
from groundedqa.review.records import Due, Missed, MissedQuestion, Sureness, SurenessBin, Withdrawn

SALINITY, QUEUE, STARFISH = "pools-salinity", "pools-shell-queue", "pools-starfish"
FRESNEL = "lighthouses-fresnel"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def learners(tmp_path: Path) -> Learners:
    return open_learners(f"sqlite:///{tmp_path / 'learners.sqlite'}")


@pytest.fixture(scope="session")
def small_stock(first_small_store: Path) -> ClaimBank:
    """The small base, never changed."""
    return ClaimBank(open_index(first_small_store))


@pytest.fixture
def edited(small_base: Path, small_store: Path) -> Callable[[str, str, str], ClaimBank]:
    """Replaces words of a page, builds the base anew, and opens it."""

    def edit(page: str, old: str, new: str) -> ClaimBank:
        text = (small_base / page).read_text(encoding="utf-8")
        assert old in text
        (small_base / page).write_text(text.replace(old, new), encoding="utf-8")
        build(small_base, small_store)
        return ClaimBank(open_index(small_store))

    return edit


def cited(bank: ClaimBank, claim_id: str) -> Quote:
    found = quote(bank.index, next(claim for claim in bank.claims if claim.id == claim_id))
    assert found
    return found


def test_a_card_is_what_fsrs_makes_of_the_answers(learners: Learners) -> None:
    right, late, wrong = (0, 5.0), (0, 25.0), (1, 5.0)
    given = [right, late, wrong, right, right, late]
    for turn, (response, seconds) in enumerate(given):
        answer(learners, "Ada", choice(TIDES, seconds=20), response, NOON + turn * DAY, seconds=seconds)
    card, scheduler = Card(card_id=1), Scheduler(enable_fuzzing=False)
    ratings = [Rating.Good, Rating.Hard, Rating.Again, Rating.Good, Rating.Good, Rating.Hard]
    for turn, rating in enumerate(ratings):
        card, _ = scheduler.review_card(card, rating, NOON + turn * DAY)
    learner = learners.export("Ada")
    assert kept(learner) == {1: (card.state, card.step, card.stability, card.difficulty, card.due, card.last_review)}
    assert [row["seconds"] for row in learner["answers"]] == [seconds for _, seconds in given]


@pytest.mark.parametrize(
    ("share", "rating"), [(1.0, Rating.Good), (0.99, Rating.Hard), (0.5, Rating.Hard), (0.49, Rating.Again), (0, 1)]
)
def test_a_share_becomes_a_rating(learners: Learners, share: float, rating: int) -> None:
    learners.record("Ada", choice(TIDES), "words", Grade(share, (share,)), NOON)
    assert learners.export("Ada")["reviews"][0]["rating"] == rating


def test_each_claim_of_an_item_has_a_card_of_its_own(learners: Learners, small_stock: ClaimBank) -> None:
    claims = tuple(cited(small_stock, claim_id) for claim_id in (SALINITY, QUEUE, FRESNEL))
    match = Item(ItemKind.MATCH, "Match.", Match(("a", "b", "c"), ("1", "2", "3"), (0, 1, 2)), claims)
    learners.record("Ada", match, (0, 2, 1), grade(small_stock, match, (0, 2, 1)), NOON)
    answer(learners, "Ada", choice(claims[0]), 1, NOON)
    learner = learners.export("Ada")
    assert [(card["claim_id"], card["kind"]) for card in learner["cards"]] == [
        (SALINITY, "match"),
        (QUEUE, "match"),
        (FRESNEL, "match"),
        (SALINITY, "choice"),
    ]
    assert [row["rating"] for row in learner["reviews"]] == [3, 1, 1, 1]
    assert learner["answers"][0] | {"id": 0} == {
        "id": 0,
        "kind": "match",
        "prompt": "Match.",
        "response": [0, 2, 1],
        "score": pytest.approx(1 / 3),
        "brier": None,
        "seconds": None,
        "answered": "2026-03-01T12:00:00+00:00",
    }
    assert learners.missed("Ada") == (
        Missed(SALINITY, ItemKind.CHOICE, NOON, 0.0),
        Missed(FRESNEL, ItemKind.MATCH, NOON, 0.0),
        Missed(QUEUE, ItemKind.MATCH, NOON, 0.0),
    )
    assert learners.missed("Ada", limit=1) == learners.missed("Ada")[:1]


def test_an_answer_that_cannot_be_told_is_kept_and_changes_no_card(learners: Learners) -> None:
    free = choice(TIDES, kind=ItemKind.FREE)
    learners.record("Ada", free, "hm", Grade(None, (None,)), NOON)
    learner = learners.export("Ada")
    assert learner["cards"] == []
    assert [(row["share"], row["rating"], row["card_id"]) for row in learner["reviews"]] == [(None, None, None)]
    learners.record("Ada", free, "the sun", Grade(0.0, (0.0,)), NOON)
    before = learners.export("Ada")["cards"]
    learners.record("Ada", free, "hm", Grade(None, (None,)), NOON + DAY)
    assert learners.export("Ada")["cards"] == before
    assert [missed.answered for missed in learners.missed("Ada")] == [NOON]


def test_a_clock_that_is_behind_does_not_put_a_review_before_the_last(learners: Learners) -> None:
    for now in (NOON, NOON - DAY, NOON + DAY):
        answer(learners, "Ada", choice(TIDES), 0, now)
    learner = learners.export("Ada")
    assert [row["reviewed"][:10] for row in learner["reviews"]] == ["2026-03-01", "2026-03-01", "2026-03-02"]
    assert learner["answers"][1]["answered"][:10] == "2026-02-28"
    assert kept(learner) == replay(learner)


def test_times_of_other_zones_are_kept_in_utc_and_naive_ones_refused(
    learners: Learners, small_stock: ClaimBank
) -> None:
    answer(learners, "Ada", choice(TIDES), 1, datetime(2026, 3, 1, 13, tzinfo=timezone(timedelta(hours=1))))
    (missed,) = learners.missed("Ada")
    assert missed.answered == NOON
    assert missed.answered.tzinfo is UTC
    naive = datetime(2026, 3, 1)
    for call in (
        lambda: answer(learners, "Ada", choice(TIDES), 0, naive),
        lambda: learners.due("Ada", small_stock, naive),
        lambda: learners.progress("Ada", small_stock, naive),
        lambda: learners.retention("Ada", naive),
        lambda: learners.acknowledge("Ada", SALINITY, small_stock, naive),
        lambda: learners.asked("Ada", "Why?", [SALINITY], naive),
    ):
        with pytest.raises(ValueError, match="needs its zone"):
            call()
    assert len(learners.export("Ada")["answers"]) == 1


def test_the_most_forgotten_comes_first(learners: Learners, small_stock: ClaimBank) -> None:
    for claim_id, ago in ((SALINITY, 20), (QUEUE, 40), (FRESNEL, 0)):
        answer(learners, "Ada", choice(cited(small_stock, claim_id)), 0, NOON - ago * DAY)
    due = learners.due("Ada", small_stock, NOON)
    assert [card.claim_id for card in due] == [QUEUE, SALINITY]
    assert due[0].due == NOON - 40 * DAY + 10 * MINUTE
    card, _ = Scheduler(enable_fuzzing=False).review_card(Card(card_id=1), Rating.Good, NOON - 40 * DAY)
    assert due[0] == Due(
        QUEUE, ItemKind.CHOICE, card.due, Scheduler(enable_fuzzing=False).get_card_retrievability(card, NOON)
    )
    assert learners.due("Ada", small_stock, NOON, limit=1) == due[:1]
    assert len(learners.due("Ada", small_stock, NOON + 10 * MINUTE)) == 3  # the last minute of the wait is over


def test_rewording_keeps_the_history(
    learners: Learners, small_stock: ClaimBank, edited: Callable[[str, str, str], ClaimBank]
) -> None:
    answer(learners, "Ada", choice(cited(small_stock, SALINITY)), 0, NOON)
    before = learners.export("Ada")["cards"]
    bank = edited("tide-pools.md", "grow saltier on hot days", "become saltier when it is hot")
    assert learners.withdrawn("Ada", bank) == ()
    learners.acknowledge("Ada", SALINITY, bank, NOON)  # nothing to acknowledge
    assert learners.export("Ada")["cards"] == before
    assert [due.claim_id for due in learners.due("Ada", bank, NOON + DAY)] == [SALINITY]
    answer(learners, "Ada", choice(cited(bank, SALINITY)), 0, NOON + DAY)
    (card,) = learners.export("Ada")["cards"]
    assert "become saltier when it is hot" in card["text"]
    assert kept(learners.export("Ada")) == replay(learners.export("Ada"))


def test_a_retired_claim_takes_its_cards_back_and_is_told(
    learners: Learners, small_stock: ClaimBank, edited: Callable[[str, str, str], ClaimBank], small_base: Path
) -> None:
    queue = cited(small_stock, QUEUE)
    for kind in (ItemKind.CHOICE, ItemKind.CLOZE):
        answer(learners, "Ada", choice(queue, kind=kind), 1, NOON)
    answer(learners, "Ada", choice(cited(small_stock, SALINITY)), 0, NOON)
    page = (small_base / "tide-pools.md").read_text(encoding="utf-8")
    line = next(line for line in page.splitlines(keepends=True) if "{#pools-shell-queue" in line)
    bank = edited("tide-pools.md", line, "")
    assert learners.withdrawn("Ada", bank) == (Withdrawn(QUEUE, queue.text, Evidence.MODERATE, None),)
    assert [due.claim_id for due in learners.due("Ada", bank, NOON + DAY)] == [SALINITY]
    learners.acknowledge("Ada", QUEUE, bank, NOON + DAY)
    assert learners.withdrawn("Ada", bank) == ()
    assert learners.missed("Ada") == ()
    closed = [card["closed"] for card in learners.export("Ada")["cards"]]
    assert closed == ["2026-03-02T12:00:00+00:00"] * 2 + [None]
    # It comes back, and is learned from the start.
    answer(learners, "Ada", choice(queue), 0, NOON + 2 * DAY)
    again = learners.export("Ada")["cards"][-1]
    assert (again["claim_id"], again["life"], again["closed"]) == (QUEUE, 1, None)
    assert kept(learners.export("Ada")) == replay(learners.export("Ada"))


def test_a_downgraded_claim_begins_anew_once_the_learner_knows(
    learners: Learners, small_stock: ClaimBank, edited: Callable[[str, str, str], ClaimBank]
) -> None:
    before = cited(small_stock, SALINITY)
    answer(learners, "Ada", choice(before), 1, NOON)
    bank = edited("tide-pools.md", "low tide. Evidence: strong", "low tide. Evidence: weak")
    after = cited(bank, SALINITY)
    told = (Withdrawn(SALINITY, before.text, Evidence.STRONG, after.passage),)
    assert learners.withdrawn("Ada", bank) == told
    assert learners.due("Ada", bank, NOON + DAY) == ()
    assert learners.progress("Ada", bank, NOON + DAY) == ()
    # An answer in between, of this kind or another, does not hide the news.
    for kind in (ItemKind.CHOICE, ItemKind.CLOZE):
        answer(learners, "Ada", choice(after, kind=kind), 1, NOON + DAY)
    assert learners.withdrawn("Ada", bank) == told
    assert learners.due("Ada", bank, NOON + 2 * DAY) == ()
    assert learners.withdrawn("Ada", small_stock) == ()  # better than when it was seen
    learners.acknowledge("Ada", SALINITY, bank, NOON + 2 * DAY)
    assert learners.withdrawn("Ada", bank) == ()
    due = learners.due("Ada", bank, NOON + 2 * DAY)
    assert due[0].retrievability == 0
    assert [card.kind for card in due] == [ItemKind.CHOICE, ItemKind.CLOZE]
    assert [missed.kind for missed in learners.missed("Ada")] == [ItemKind.CLOZE]
    answer(learners, "Ada", choice(after), 0, NOON + 2 * DAY)
    learner = learners.export("Ada")
    assert [(card["life"], card["evidence"], card["closed"] is None) for card in learner["cards"]] == [
        (0, "strong", False),
        (0, "weak", True),
        (1, "weak", True),
    ]
    assert kept(learner) == replay(learner)


def test_progress_is_told_for_each_concept_with_a_card(learners: Learners, small_stock: ClaimBank) -> None:
    assert learners.progress("Ada", small_stock, NOON) == ()
    salinity, queue = cited(small_stock, SALINITY), cited(small_stock, QUEUE)
    for claim, kind, ago in (
        (salinity, ItemKind.CHOICE, 9),
        (salinity, ItemKind.CLOZE, 0),
        (queue, ItemKind.CHOICE, 9),
    ):
        answer(learners, "Ada", choice(claim, kind=kind), 0, NOON - ago * DAY)
    (pools,) = learners.progress("Ada", small_stock, NOON)
    forgotten = learners.due("Ada", small_stock, NOON)[0].retrievability
    assert (pools.concept, pools.claims, pools.seen, pools.due) == ("tide-pools", 3, 2, 2)
    assert pools.retrievability == pytest.approx((1 + 2 * forgotten) / 3)
    assert forgotten < 0.9


def test_retention_falls_from_day_to_day(learners: Learners) -> None:
    assert learners.retention("Ada", NOON) == ()
    answer(learners, "Ada", choice(TIDES), 0, NOON)
    answer(learners, "Ada", choice(TIDES, kind=ItemKind.CLOZE), 1, NOON)
    curve = learners.retention("Ada", NOON, days=10)
    assert len(curve) == 11
    assert curve[0] == 1
    assert list(curve) == sorted(set(curve), reverse=True)
    scheduler = Scheduler(enable_fuzzing=False)
    cards = [scheduler.review_card(Card(card_id=1), rating, NOON)[0] for rating in (Rating.Good, Rating.Again)]
    later = [scheduler.get_card_retrievability(card, NOON + 10 * DAY) for card in cards]
    assert curve[10] == pytest.approx(sum(later) / 2)


def test_sureness_is_set_against_what_was_right(learners: Learners) -> None:
    answer(learners, "Ada", choice(TIDES), 0, NOON)
    assert learners.sureness("Ada") is None
    sure = choice(TIDES, kind=ItemKind.EVIDENCE, sure=True)
    for chosen, probability in ((0, 0.9), (1, 0.95), (0, 1.0), (1, 0.25)):
        answer(learners, "Ada", sure, Sure(chosen, probability), NOON)
    # (0.1² + 0.95² + 0 + 0.25²) / 4, worked out by hand
    assert learners.sureness("Ada") == Sureness(
        4,
        pytest.approx(0.24375),
        pytest.approx(0.775),
        0.5,
        (SurenessBin(0.25, 0.0, 1), SurenessBin(pytest.approx(0.95), pytest.approx(2 / 3), 3)),
    )


def test_questions_of_the_chat_that_were_missed_in_a_quiz(learners: Learners, small_stock: ClaimBank) -> None:
    salinity, queue = cited(small_stock, SALINITY), cited(small_stock, QUEUE)
    learners.asked("Ada", "Why so salty?", [SALINITY, STARFISH], NOON)
    learners.asked("Ada", "What do crabs do?", [QUEUE], NOON + MINUTE)
    learners.asked("Ada", "What is the answer?", [], NOON)
    assert learners.asked_and_missed("Ada") == ()
    answer(learners, "Ada", choice(salinity), 1, NOON)
    answer(learners, "Ada", choice(queue), 1, NOON)
    learners.asked("Ada", "Why so salty?", [SALINITY, STARFISH], NOON + DAY)
    assert learners.asked_and_missed("Ada") == (
        MissedQuestion("Why so salty?", (SALINITY,), NOON + DAY),
        MissedQuestion("What do crabs do?", (QUEUE,), NOON + MINUTE),
    )
    answer(learners, "Ada", choice(salinity, kind=ItemKind.CLOZE), 0, NOON + DAY)  # of another kind, but right
    assert [asked.question for asked in learners.asked_and_missed("Ada")] == ["What do crabs do?"]
    assert len(learners.export("Ada")["questions"]) == 3


def test_learners_do_not_see_each_other_and_one_is_forgotten_alone(learners: Learners, small_stock: ClaimBank) -> None:
    for name in ("Ada", "Bo"):
        answer(learners, name, choice(cited(small_stock, SALINITY)), 1, NOON)
        learners.asked(name, "Why?", [SALINITY], NOON)
    bo = learners.export("Bo")
    assert learners.export("  Ada\n")["answers"]
    assert json.loads(json.dumps(bo)) == bo
    learners.forget("Ada")
    assert learners.export("Ada") == {"learner": "Ada", "cards": [], "answers": [], "reviews": [], "questions": []}
    assert learners.due("Ada", small_stock, NOON + DAY) == learners.missed("Ada") == learners.asked_and_missed("Ada")
    assert learners.export("Bo") == bo
    with learners._engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT name FROM learners").scalars().all() == ["Bo"]


@pytest.mark.parametrize("name", ["", " \n", "a" * 81])
def test_a_name_that_is_none_is_refused(learners: Learners, small_stock: ClaimBank, name: str) -> None:
    for call in (
        lambda: answer(learners, name, choice(TIDES), 0, NOON),
        lambda: learners.due(name, small_stock, NOON),
        lambda: learners.missed(name),
        lambda: learners.sureness(name),
        lambda: learners.asked_and_missed(name),
        lambda: learners.export(name),
        lambda: learners.forget(name),
    ):
        with pytest.raises(ValueError, match="1 to 80 characters"):
            call()
    answer(learners, " " + "a" * 80 + " ", choice(TIDES), 0, NOON)
