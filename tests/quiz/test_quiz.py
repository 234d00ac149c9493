from __future__ import annotations

import gc
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from groundedqa.base.evidence import Evidence
from groundedqa.index.build import build
from groundedqa.index.reading import Index, open_index
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.distractors import Distractors
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Item, Quiz
from groundedqa.quiz.kinds import MAKERS
from groundedqa.quiz.kinds.maker import BLANK
from groundedqa.quiz.make import make_quiz
from groundedqa.quiz.statements import Statements
from groundedqa.text.plain import plain

SEEDS = (0, 1, 2)
EVERYTHING = 1_000
FACTS = (ItemKind.CHOICE, ItemKind.TRUE_FALSE)
"""The kinds that exchange one fact."""

# Four shares that may stand for each other, save 41%: the second page says it of the same matter.
# The contested claim and the one of a bound give no true or false; the last one has no fact.
PAGES = {
    "ferries.md": """---
title: Ferries
---

## Key Claims
- **Ferries carried 30% of the island's visitors.** Evidence: strong (Harbour Log) {#share-30}
- **Cyclists bought 41% of morning tickets.** Evidence: weak (Harbour Log) {#share-41}
- **Storms cancelled 22% of winter sailings.** Evidence: moderate (Harbour Log) {#share-22}
- **Seals followed 36% of trawlers *home*.** Evidence: contested (Harbour Log) {#share-36}
- **Anchors rust in salt water.** Evidence: strong (Harbour Log) {#no-fact}
""",
    "survey.md": """---
title: Survey
---
Of the island's visitors, by another count, ferries carried 41% in summer.

## Key Claims
- **Gulls ate over 50% of dropped chips.** Evidence: strong (Gull Survey) {#bound}
- **Divers lost 45% of rented fins.** Evidence: strong (Gull Survey) {#share-45}
""",
}


@pytest.fixture
def ferries(tmp_path: Path, new_store: Path) -> ClaimBank:
    folder = tmp_path / "ferries"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    build(folder, new_store)
    return ClaimBank(open_index(new_store))


@pytest.fixture(scope="module")
def whole(frozen_bank: ClaimBank) -> Callable[[int], Quiz]:
    """Every item of one kind each that the frozen base gives, by seed."""
    made: dict[int, Quiz] = {}

    def quiz(seed: int) -> Quiz:
        if seed not in made:
            items = [
                item
                for kind in FACTS
                for item in make_quiz(frozen_bank, count=EVERYTHING, seed=seed, kinds=[kind]).items
            ]
            made[seed] = Quiz(tuple(items), 2 * EVERYTHING, seed)
        return made[seed]

    return quiz


def options_of(item: Item) -> Choose:
    assert isinstance(item.task, Choose)
    return item.task


def right_of(item: Item) -> str:
    task = options_of(item)
    return task.options[task.answer].text


def of(bank: ClaimBank, kind: ItemKind, *claims: str) -> tuple[Item, ...]:
    return make_quiz(bank, passage_ids=claims, count=9, seed=4, kinds=[kind]).items


def statement(item: Item) -> str:
    """What the item shows, without what introduces it."""
    return re.sub(r"^The base says[^:]*: ", "", item.prompt)


def holds(text: str, words: str) -> bool:
    """Whether a text has these words, not as a part of longer ones: 11 is not in 110."""
    return re.search(rf"(?<![\w.,-]){re.escape(words)}(?!\w|[.,]\d)", text) is not None


def test_a_choice_blanks_one_fact_and_takes_the_others_from_other_claims(ferries: ClaimBank) -> None:
    (item,) = of(ferries, ItemKind.CHOICE, "share-30")
    assert item.prompt == f"Ferries carried {BLANK} of the island's visitors."
    assert right_of(item) == "30%"
    wrong = {option.text: option.origin.passage.id for option in options_of(item).options if option.origin}
    # 41% is said of the island's visitors too; 50% is nobody's but the bound's, and still a number.
    assert set(wrong) <= {"22%", "36%", "45%", "50%"}
    assert len(wrong) == 3
    origin = {"22%": "share-22", "36%": "share-36", "45%": "share-45", "50%": "bound"}
    assert wrong == {text: origin[text] for text in wrong}
    assert item.claim.text == "**Ferries carried 30% of the island's visitors.**"
    assert item.claim.evidence is Evidence.STRONG
    assert [source.title for source in item.claim.sources] == ["Harbour Log"]


def test_true_and_false_differ_in_one_fact(ferries: ClaimBank) -> None:
    shown = {}
    for seed in range(20):
        (item,) = make_quiz(ferries, passage_ids=["share-22"], count=1, seed=seed, kinds=[ItemKind.TRUE_FALSE]).items
        assert [option.text for option in options_of(item).options] == ["True", "False"]
        shown[item.prompt] = options_of(item).answer
    true = "The base says: Storms cancelled 22% of winter sailings."
    assert shown.pop(true) == 0
    assert shown
    for prompt, answer in shown.items():
        assert answer == 1
        assert re.fullmatch(r"The base says: Storms cancelled (45|50)% of winter sailings\.", prompt)


def test_a_contested_claim_says_so_and_is_never_true_or_false(ferries: ClaimBank) -> None:
    (item,) = of(ferries, ItemKind.CHOICE, "share-36")
    assert item.prompt == f"The base says, and calls it contested: Seals followed {BLANK} of trawlers home."
    assert of(ferries, ItemKind.TRUE_FALSE, "share-36") == ()


def test_what_cannot_be_asked_soundly_is_missing_and_counted(ferries: ClaimBank) -> None:
    quiz = make_quiz(ferries, passage_ids=["no-fact", "bound", "share-30"], count=5, seed=0, kinds=FACTS)
    assert [item.claim.passage.id for item in quiz.items] == ["share-30"]
    assert quiz.short_by == 4


def test_the_request_limits_the_claims(ferries: ClaimBank) -> None:
    def claims(**request: object) -> set[str]:
        return {
            item.claim.passage.id
            for item in make_quiz(ferries, count=99, seed=0, kinds=FACTS, **request).items  # type: ignore[arg-type]
        }

    assert claims(concepts={"survey"}) == {"share-45"}
    assert claims(concepts=["survey"], passage_ids=["share-45", "share-22"]) == {"share-45"}
    assert claims(concepts=["ferries"]) == {"share-22", "share-30", "share-36", "share-41"}
    assert claims(min_evidence=Evidence.MODERATE) == {"share-30", "share-22", "share-45"}
    assert claims(min_evidence=Evidence.STRONG, concepts=["ferries"]) == {"share-30"}
    assert claims(concepts=[]) == set()
    assert claims(passage_ids=["nobody"]) == set()


def test_a_claim_that_its_page_no_longer_holds_gives_no_item_and_no_wrong_choice(ferries: ClaimBank) -> None:
    page = ferries.index.root / "ferries.md"
    page.write_text(page.read_text(encoding="utf-8").replace("22% of winter", "23% of winter"), encoding="utf-8")
    quiz = make_quiz(ferries, count=99, seed=0, kinds=[ItemKind.CHOICE])
    assert "share-22" not in {item.claim.passage.id for item in quiz.items}
    (item,) = of(ferries, ItemKind.CHOICE, "share-45")
    assert "22%" not in [option.text for option in options_of(item).options]
    text = page.read_text(encoding="utf-8")
    claims = [item.claim.passage for item in quiz.items if item.claim.passage.path == page.name]
    assert claims
    assert all(text[claim.start : claim.end] == claim.text for claim in claims)


@pytest.mark.parametrize(("request_", "reason"), [({"count": -1}, "-1 items"), ({"kinds": []}, "at least one kind")])
def test_an_impossible_request_is_refused(ferries: ClaimBank, request_: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        make_quiz(ferries, **request_)  # type: ignore[arg-type]


@pytest.mark.process
def test_one_request_one_quiz_in_every_process(frozen_bank: ClaimBank, frozen_store: Path) -> None:
    script = (
        "import json, sys; from pathlib import Path;"
        "from groundedqa.index.reading import open_index; from groundedqa.quiz.make import make_quiz;"
        "from groundedqa.quiz.bank import ClaimBank;"
        "quiz = make_quiz(ClaimBank(open_index(Path(sys.argv[1]))), concepts=set(sys.argv[2:]), count=12, seed=7);"
        "print(json.dumps(quiz.to_dict()))"
    )
    wanted = ["anthropic", "reward-hacking", "transcoders", "features"]
    told = [
        subprocess.run(
            [sys.executable, "-c", script, str(frozen_store), *order],
            env=os.environ | {"PYTHONHASHSEED": hashing},
            capture_output=True,
            check=True,
        ).stdout
        for hashing, order in (("1", wanted), ("2", wanted[::-1]))
    ]
    assert told[0] == told[1]
    quiz = make_quiz(frozen_bank, concepts=wanted, count=12, seed=7)
    assert json.loads(told[0]) == quiz.to_dict()
    assert quiz.short_by == 0
    assert quiz != make_quiz(frozen_bank, concepts=wanted, count=12, seed=8)


def test_kinds_take_turns_and_no_claim_comes_twice(frozen_bank: ClaimBank) -> None:
    items = make_quiz(frozen_bank, count=2 * len(MAKERS), seed=3).items
    assert [item.kind for item in items] == [*MAKERS] * 2
    claims = [claim.passage.id for item in items for claim in item.claims]
    assert len(set(claims)) == len(claims)


def test_a_whole_base_gives_items_of_most_claims(frozen_bank: ClaimBank) -> None:
    kinds = [kind for kind in ItemKind if kind not in (ItemKind.MATCH, ItemKind.ORDER)]
    asked = {
        item.claim.passage.id
        for kind in kinds
        for item in make_quiz(frozen_bank, count=EVERYTHING, seed=1, kinds=[kind]).items
    }
    assert len(asked) >= 0.6 * len(frozen_bank.claims)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_explanation_is_the_page_word_for_word(
    frozen_index: Index, whole: Callable[[int], Quiz], seed: int
) -> None:
    for item in whole(seed).items:
        origins = [option.origin for option in options_of(item).options if option.origin]
        for claim in (cited.passage for cited in (item.claim, *origins)):
            page = (frozen_index.root / claim.path).read_bytes().decode("utf-8")
            assert page[claim.start : claim.end] == claim.text
        assert item.claim.evidence
        assert item.claim.sources


@pytest.mark.parametrize("seed", SEEDS)
def test_every_choice_has_one_right_option(frozen_index: Index, whole: Callable[[int], Quiz], seed: int) -> None:
    said = [plain(passage.text) for passage in frozen_index.passages]
    for item in whole(seed).items:
        if item.kind is not ItemKind.CHOICE:
            continue
        stem, texts = statement(item), [option.text for option in options_of(item).options]
        right = right_of(item)
        assert stem.count(BLANK) == 1
        assert len({text.casefold() for text in texts}) == 4
        assert stem.replace(BLANK, right) in plain(item.claim.text)
        assert not holds(stem, right)
        for place, option in enumerate(options_of(item).options):
            assert (option.origin is None) == (place == options_of(item).answer)
            if option.origin:
                assert option.origin.passage.id != item.claim.passage.id
                assert not holds(plain(item.claim.text), option.text)
                assert not any(stem.replace(BLANK, option.text) in text for text in said)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_blank_never_cuts_a_number_or_a_name(whole: Callable[[int], Quiz], seed: int) -> None:
    for item in whole(seed).items:
        if item.kind is ItemKind.CHOICE:
            assert not re.search(rf"[\w.,-]{BLANK}|{BLANK}(?:[\w-]|[.,]\d|%)", statement(item)), item.prompt


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_true_is_said_and_what_is_false_is_not(
    frozen_index: Index, whole: Callable[[int], Quiz], seed: int
) -> None:
    said = [plain(passage.text) for passage in frozen_index.passages]
    for item in whole(seed).items:
        if item.kind is ItemKind.TRUE_FALSE:
            shown = statement(item)
            true = options_of(item).answer == 0
            assert item.claim.evidence is not Evidence.CONTESTED
            assert (shown in plain(item.claim.text)) == true
            assert any(shown in text for text in said) == true
            misled = options_of(item).options[0].origin
            if not true and misled is not None:  # what now stands there comes from the claim that explains it
                assert misled.passage.id != item.claim.passage.id


@pytest.mark.parametrize("seed", SEEDS)
def test_the_right_place_is_spread_evenly(whole: Callable[[int], Quiz], seed: int) -> None:
    for kind in FACTS:
        places = Counter(options_of(item).answer for item in whole(seed).items if item.kind is kind)
        assert len(places) == (4 if kind is ItemKind.CHOICE else 2)
        assert max(places.values()) - min(places.values()) <= 1


@pytest.mark.parametrize(
    ("claim_id", "fact", "also_right"),
    [
        # Other passages say that OpenAI and DeepMind reported such laws too, and that Claude 3 Sonnet was traced.
        ("scaling-laws-hestness", "Baidu", {"OpenAI", "DeepMind"}),
        ("circuit-tracing-rhyme", "Claude 3.5 Haiku", {"Claude 3 Sonnet"}),
    ],
)
def test_what_another_claim_says_of_the_same_matter_is_no_wrong_choice(
    frozen_bank: ClaimBank, claim_id: str, fact: str, also_right: set[str]
) -> None:
    claim = frozen_bank.index.passage(claim_id)
    assert claim
    (found,) = [s for s in frozen_bank.once(Statements).of(claim) if s.fact.text == fact]
    elsewhere = {
        other.text for one in frozen_bank.claims for other in frozen_bank.once(Statements).facts[one.id] if one != claim
    }
    assert also_right <= elsewhere, "they would be offered, were they not right"
    offered = {wrong.text for wrong in frozen_bank.once(Distractors).of(found, Random(0))}
    assert offered
    assert not offered & also_right


def test_a_version_that_a_quiz_was_made_from_goes_when_it_is_replaced(
    frozen_base: Path, frozen_store: Path, new_store: Path
) -> None:
    shutil.copy(frozen_store / "vectors.sqlite", new_store)
    build(frozen_base, new_store)
    bank = ClaimBank(open_index(new_store))
    old = new_store / "versions" / bank.index.version
    quiz = make_quiz(bank, count=4, seed=0, kinds=[ItemKind.MATCH, ItemKind.ORDER])
    assert {item.kind for item in quiz.items} == {ItemKind.MATCH, ItemKind.ORDER}
    build(frozen_base, new_store, force=True)
    assert old.is_dir(), "it is still in use"
    del bank  # but not the quiz, which a session may keep
    gc.collect()
    build(frozen_base, new_store, force=True)
    assert not old.exists()
    assert quiz.items
