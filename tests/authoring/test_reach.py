# ruff: noqa: E501 (a claim is one line)
"""Reachability: which passages a natural question brings into the first five."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from edits import Edit

from groundedqa.answer.retrieval import retrieve
from groundedqa.authoring.asking import Origin, made, names_in, questions
from groundedqa.authoring.reach import FIRST, by_need, measured, reach, still_to_ask
from groundedqa.base.models import Kind
from groundedqa.index.reading import Index


def test_questions_are_made_of_names_and_never_of_a_passage_s_own_words(small_index: Index) -> None:
    asked = set(made(small_index))
    assert {"What are Tide Pools?", "How do Tide Pools work?", "What are rock pools?"} <= asked
    assert "How do Tide Pools relate to Lighthouses?" in asked
    assert "What is not known about Salt Marshes?" in asked
    assert not any("salinity" in question or "evaporation" in question.casefold() for question in asked)


def test_names_are_those_that_are_no_words(frozen_index: Index) -> None:
    claim = frozen_index.passages[frozen_index.rows["circuit-tracing-replicated"]]
    concept = frozen_index.concepts[claim.concept]
    common = frozenset({"several", "organizations", "report"})
    names = names_in(frozen_index, claim, concept, common)
    assert {"Anthropic", "EleutherAI", "Goodfire", "Google DeepMind"} <= set(names)
    assert not {"Several", "August 2025", "Circuit Tracing"} & set(names)


def test_what_people_asked_comes_first_and_once(small_index: Index) -> None:
    asked = questions(small_index, gold=["What are tide pools?"], log=["Who keeps lamps?", "what are TIDE pools?"])
    assert [(one.text, one.origin) for one in asked[:2]] == [
        ("What are tide pools?", Origin.GOLD),
        ("Who keeps lamps?", Origin.LOG),
    ]
    assert len({one.text.casefold() for one in asked}) == len(asked)


def test_a_place_is_the_one_that_an_answer_would_give(small_index: Index) -> None:
    asked = questions(small_index)
    report = reach(small_index, asked)
    assert {one.passage_id for one in report.passages} == {
        small_index.passages[row].id for row in measured(small_index)
    }
    by_hand: dict[str, list[int]] = {}
    for one in asked:
        for rank, hit in enumerate(retrieve(small_index, one.text).fitting, 1):
            by_hand.setdefault(hit.passage.id, []).append(rank)
    for found in report.passages:
        ranks = by_hand.get(found.passage_id, [])
        assert found.rank == (min(ranks) if ranks else None)
        assert found.questions == sum(rank <= FIRST for rank in ranks)
        assert found.reached == any(rank <= FIRST for rank in ranks)
        fitting = [hit.passage.id for hit in retrieve(small_index, found.question).fitting] if ranks else []
        assert not ranks or fitting[(found.rank or 0) - 1] == found.passage_id


def test_what_is_never_found_names_what_stands_before_it(frozen_index: Index) -> None:
    asked = questions(frozen_index)[:40]
    report = reach(frozen_index, asked)
    lost = [one for one in report.lost if one.rank]
    assert lost, "forty questions cannot bring up a thousand passages"
    for one in lost[:10]:
        fitting = [hit.passage.id for hit in retrieve(frozen_index, one.question).fitting]
        assert one.above == tuple(fitting[:FIRST])
        assert one.rank == fitting.index(one.passage_id) + 1
    rows = frozen_index.rows
    claims = [one for one in lost if frozen_index.passages[rows[one.passage_id]].kind is Kind.CLAIM]
    need = by_need(frozen_index, claims, Counter())
    levels = [level.rank if (level := frozen_index.passages[rows[one.passage_id]].evidence) else 9 for one in need]
    assert levels == sorted(levels)
    wanted = frozen_index.passages[rows[need[-1].passage_id]]
    same = [one for one in need if frozen_index.passages[rows[one.passage_id]].evidence is wanted.evidence]
    first = by_need(frozen_index, same, Counter({wanted.concept: 9}))[0]
    assert frozen_index.passages[rows[first.passage_id]].concept == wanted.concept


def test_no_question_is_asked_twice_of_one_base(small_index: Index, tmp_path: Path) -> None:
    asked = questions(small_index)
    done: list[int] = []
    assert still_to_ask(small_index, asked, tmp_path) == asked
    first = reach(small_index, asked, tmp_path, lambda: done.append(1))
    assert len(done) == len(asked)
    assert reach(small_index, asked, tmp_path, lambda: done.append(1)) == first
    assert len(done) == len(asked)
    more = questions(small_index, gold=["Whose trade did lamps end?"])
    assert [one.text for one in still_to_ask(small_index, more, tmp_path)] == ["Whose trade did lamps end?"]
    with_more = reach(small_index, more, tmp_path, lambda: done.append(1))
    assert len(done) == len(asked) + 1
    assert with_more == reach(small_index, more), "what is kept gives what asking anew does"
    (file,) = tmp_path.glob("*.json")
    file.write_text("{", encoding="utf-8")
    assert reach(small_index, asked, tmp_path) == first, "what is damaged is asked again"


def test_another_base_is_asked_anew(small_index: Index, edited: Edit, tmp_path: Path) -> None:
    other = edited({"Hermit crabs trade shells": "Hermit crabs swap shells"})
    asked = questions(small_index)
    cache = tmp_path / "reach"
    reach(small_index, asked, cache)
    assert still_to_ask(other, asked, cache) == asked
    for number in range(4):
        reach(edited({"Hermit crabs trade": f"Hermit crab {number} may trade"}), asked[:3], cache)
    assert len(list(cache.iterdir())) == 4, "what old bases gave is let go of"


def test_twins_and_words_that_nobody_uses_are_named(edited: Edit) -> None:
    twice = "**Hot days make tide pools saltier.** Evaporation raised the salinity of small pools by a third within one"
    other = edited(
        {
            "- **Hermit crabs": f"- {twice} low tide. Evidence: weak [@okafor2019pools] {{#pools-again}}\n- **Hermit crabs"
        }
    )
    report = reach(other, questions(other, gold=["Which pools grow saltier?"]))
    assert ("pools-salinity", "pools-again") in [(one, two) for one, two, _ in report.twins]
    assert "pools-salinity" not in report.unasked
    assert "lighthouses-keepers" in report.unasked


def test_two_pages_that_name_each_other_in_like_words_are_no_twins(edited: Edit) -> None:
    both = "- [[Salt Marshes]]: both are flooded twice a day."
    other = edited({"- [[Lighthouses]]: lamps of": f"{both}\n- [[Lighthouses]]: lamps of"})
    one, two = (row for row, p in enumerate(other.passages) if p.text.endswith("both are flooded twice a day."))
    assert float(other.vectors[one] @ other.vectors[two]) >= 0.9, "near enough to be taken for twins"
    assert reach(other, questions(other)).twins == ()


def test_a_page_that_answers_for_its_neighbour_swallows_it(edited: Edit) -> None:
    full = "\n".join(
        f"- **Lagoons {what}.** Lagoons of the coast {what}, as surveys of lagoons show. Evidence: weak {{#l{at}}}"
        for at, what in enumerate(
            ("fill with silt", "shelter young fish", "freeze in hard winters", "grow reeds", "smell")
        )
    )
    other = edited(
        {
            "title: Salt Marshes": "title: Lagoons",
            "summary: A salt marsh is a meadow that the sea floods at high tide.": "status: empty",
            "Cordgrass holds the mud together, and its roots breathe through hollow stems.": "Reeds.",
            "[[Salt Marshes]]: marsh birds": "[[Lagoons]]: marsh birds",
            "## Key Claims\n- **Tide pools": f"## Key Claims\n{full}\n- **Tide pools",
        }
    )
    swallowed = {one.page: one for one in reach(other, questions(other)).swallowed}
    assert swallowed["coast/salt-marshes"].by == "tide-pools"
    assert swallowed["coast/salt-marshes"].lost > swallowed["coast/salt-marshes"].questions / 2


def test_a_base_without_claims_is_measured_by_its_text(edited: Edit) -> None:
    other = edited({"## Key Claims\n- **Salt marshes store": "## Stores\n**Salt marshes store"})
    rows = measured(other)
    marshes = [other.passages[row] for row in rows if other.passages[row].concept == "coast/salt-marshes"]
    assert {p.kind for p in marshes} >= {Kind.SECTION}
    assert all(
        other.passages[row].kind is not Kind.SECTION for row in rows if other.passages[row].concept == "tide-pools"
    )


def test_a_hundred_questions_of_a_whole_base_take_seconds(frozen_index: Index) -> None:
    asked = questions(frozen_index)[::10]
    began = time.monotonic()
    reach(frozen_index, asked)
    each = (time.monotonic() - began) / len(asked)
    assert each < 0.12, f"{each:.3f} s a question: a thousand claims, some 2,600 questions, are to take two minutes"
    assert pytest.approx(len(asked), abs=20) == 100
