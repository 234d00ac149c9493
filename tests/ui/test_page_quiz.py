from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from html import escape
from pathlib import Path

from driver import OpenPage, html_of
from streamlit.testing.v1 import AppTest

from groundedqa.answer.answers import Quote
from groundedqa.answer.compose import answer
from groundedqa.base.models import Kind
from groundedqa.index.build import build
from groundedqa.index.reading import Index, open_index
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Item, Option, Quiz
from groundedqa.ui.components import badge
from groundedqa.ui.quiz import _Round


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def start(
    page: AppTest, about: str = "Surprise me", count: int = 2, kinds: Iterable[ItemKind] = (ItemKind.CHOICE,)
) -> AppTest:
    page.selectbox[0].set_value(about)
    page.slider[0].set_value(count)
    page.button_group[0].set_value(list(kinds))
    return press(page, "Start")


def playing(page: AppTest) -> tuple[_Round, Item]:
    held: _Round = page.session_state["round"]
    return held, held.turns[-1].item


def answer_of(item: Item) -> int:
    assert isinstance(item.task, Choose)
    return item.task.answer


def choose(page: AppTest, place: int) -> AppTest:
    return next(button for button in page.button if button.key.endswith(f"option {place}")).click().run()


def test_a_quiz_is_played_from_the_first_item_to_the_summary(open_page: OpenPage, frozen_store: Path) -> None:
    page = start(open_page("quiz", frozen_store))
    assert not page.exception
    held, item = playing(page)
    assert len(held.quiz.items) == 2
    assert escape(item.prompt) in html_of(page)

    page = choose(page, answer_of(item))
    assert page.success[0].value == "Right."
    shown = html_of(page)
    assert f"concepts?concept={item.claim.concept.slug}&amp;passage=" in shown
    assert badge(item.claim.evidence) in shown
    assert all(escape(source.citation) in shown for source in item.claim.sources)
    assert not [button for button in page.button if "option" in (button.key or "")], "an answer is given once"

    page = press(page, "Next question")
    held, item = playing(page)
    assert isinstance(item.task, Choose)
    wrong = (item.task.answer + 1) % len(item.task.options)
    page = choose(page, wrong)
    assert page.error[0].value == "Not quite."
    assert f"{escape(item.task.options[wrong].text)} (your answer)" in html_of(page)
    assert badge(item.claim.evidence) in html_of(page)

    page = press(page, "See how it went")
    assert not page.exception
    assert page.title[0].value == "1 of 2 right"
    assert f"passage={item.claim.passage.id}" in html_of(page), "the claim that was missed"
    page = press(page, "Another quiz")
    assert page.title[0].value == "Quiz"


def test_what_was_just_asked_can_be_quizzed(open_page: OpenPage, frozen_store: Path, frozen_index: Index) -> None:
    page = open_page("quiz", frozen_store)
    assert page.selectbox[0].options[0] == "Surprise me"
    turn = answer(frozen_index, "What are sparse autoencoders?")
    quoted = {quote.passage.id for quote in turn.quotes if quote.passage.kind is Kind.CLAIM}
    page.session_state["turns"] = [turn]
    page = start(page.run(), "What I just asked", 20, ItemKind)
    held, _ = playing(page)
    assert held.quiz.items
    assert {item.claim.passage.id for item in held.quiz.items} <= quoted
    assert page.caption[0].value.startswith("You asked for 20; the claims give ")


def test_one_page_can_be_quizzed_even_if_it_is_called_everything(
    open_page: OpenPage, new_store: Path, frozen_base: Path, frozen_store: Path, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    base.mkdir()
    titles = {"sparse-autoencoders": "Surprise me", "openai": "Twin", "linear-probes": "Twin"}
    for name, title in titles.items():
        text = (frozen_base / f"{name}.md").read_text(encoding="utf-8")
        text = re.sub(r"^title: .*$", f"title: {title}", text, count=1, flags=re.MULTILINE)
        text = re.sub(r" contests=[^ }]+", "", text)  # the other sides stand on pages left out here
        (base / f"{name}.md").write_text(text, encoding="utf-8")
    shutil.copy(frozen_base / "references.yaml", base)
    shutil.copy(frozen_store / "vectors.sqlite", new_store)
    build(base, new_store)
    page = open_page("quiz", new_store)
    names = {
        "Surprise me (sparse-autoencoders)": "sparse-autoencoders",
        "Twin (linear-probes)": "linear-probes",
        "Twin (openai)": "openai",
    }
    assert page.selectbox[0].options == ["Surprise me", *names]
    for name, slug in names.items():
        page = start(open_page("quiz", new_store), name, kinds=ItemKind)
        assert all(slug in {claim.concept.slug for claim in item.claims} for item in playing(page)[0].quiz.items)


def test_without_a_kind_there_is_no_quiz(open_page: OpenPage, frozen_store: Path) -> None:
    page = open_page("quiz", frozen_store)
    page.button_group[0].set_value([])
    page = press(page, "Start")
    assert page.info[0].value == "Choose at least one kind of question."


def test_a_claim_that_changed_meanwhile_does_not_explain(
    open_page: OpenPage, small_store: Path, small_base: Path
) -> None:
    index = open_index(small_store)
    claim = index.passages[index.rows["pools-salinity"]]
    cited = Quote(claim, index.concepts["tide-pools"], (), index.root)
    item = Item(ItemKind.TRUE_FALSE, "So?", Choose((Option("True"), Option("False")), 0), (cited,))
    page = open_page("quiz", small_store)
    page.session_state["round"] = _Round(index.version, Quiz((item,), 1, 0))
    page = choose(page.run(), 0)
    assert "by a third" in html_of(page)
    file = small_base / "tide-pools.md"
    file.write_text(file.read_text(encoding="utf-8").replace("by a third", "by a half"), encoding="utf-8")
    page = page.run()
    assert "by a third" not in html_of(page)
    assert "A quote from Tide Pools was withdrawn" in html_of(page)


def test_a_new_index_starts_the_quiz_anew(open_page: OpenPage, small_store: Path, small_base: Path) -> None:
    index = open_index(small_store)
    page = open_page("quiz", small_store)
    page.session_state["round"] = _Round(index.version, Quiz((), 1, 0))
    (small_base / "new.md").write_text("# New\n\nA new page.\n", encoding="utf-8")
    build(small_base, small_store)
    page = page.run()
    assert not page.exception
    assert page.toast[0].value == "The base has changed, so the quiz starts anew."


def test_a_base_without_claims_says_so(open_page: OpenPage, new_store: Path, tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "page.md").write_text("# Page\n\nNothing but text.\n", encoding="utf-8")
    build(tmp_path / "base", new_store)
    page = open_page("quiz", new_store)
    assert "marks no claims yet" in page.info[0].value
    for name in ("ask", "concepts", "inspect"):
        assert not open_page(name, new_store).exception
