"""Exported quizzes, each opened by a reader: Anki's own library, csv, markdown-it, lxml, and one for GIFT.

Moodle and QTI are read by rules of our own, written after their specifications. Moodle publishes no schema;
those of QTI may be passed on only by those who register with 1EdTech (formerly IMS).
"""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import giftreader
import pytest
import qtiplayer
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from lxml import etree, html
from markdown_it import MarkdownIt

from groundedqa.answer.answers import Quote
from groundedqa.base.folder import read_base
from groundedqa.base.models import Base, Kind
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.export import Format, export
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Explain, Fill, Item, Match, Option, Order, Quiz
from groundedqa.quiz.kinds.maker import BLANK
from groundedqa.quiz.make import make_quiz
from groundedqa.text.plain import plain

TITLE = "What models / agents do: 50% \\ {x}"
HOSTILE = (
    "{a} ~b =c #d e:f \\ \\n \\( ]]> <b onclick=\"x()\">'bold'</b> <!-- & &amp; &#65; %50%[html]x [[wiki]] "
    "[sound:a.mp3] *i* _j_ `k` $l$ {{c1::m}} @key "
    "a -> b ####\r\n// next\n\n\n- list \u00e9 e\u0301 \u212b \u6f22\u5b57 \U0001f600"
)
Q = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
P = "{http://www.imsglobal.org/xsd/imscp_v1p1}"


@pytest.fixture(scope="module")
def base(frozen_base: Path) -> Base:
    return read_base(frozen_base)


@pytest.fixture(scope="module")
def claims(base: Base) -> list[Quote]:
    """Claims of the frozen base that have a date, each from another page."""
    found = {p.concept: p for p in base.passages if p.date and p.evidence and p.sources}
    sources = base.sources
    return [
        Quote(p, base.concepts[p.concept], tuple(sources[key] for key in p.sources if key in sources), base.root)
        for p in list(found.values())[:20]
    ]


@pytest.fixture(scope="module")
def quiz(claims: list[Quote]) -> Quiz:
    """One item of every task."""
    said = [plain(claim.text) for claim in claims]
    titles = [claim.concept.title for claim in claims]
    items = (
        Item(
            ItemKind.CHOICE,
            f"{BLANK} is what this is about: {said[0]}",
            Choose((Option(titles[1], claims[1]), Option(titles[0]), Option(titles[2], claims[2])), 1),
            (claims[0],),
        ),
        Item(
            ItemKind.TRUE_FALSE,
            f"The base says: {said[3]}",
            Choose((Option("True", claims[4]), Option("False")), 1),
            (claims[3],),
        ),
        Item(
            ItemKind.TRUE_FALSE, f"The base says: {said[5]}", Choose((Option("True"), Option("False")), 0), (claims[5],)
        ),
        Item(
            ItemKind.MATCH,
            "Match each page and what it says.",
            Match(tuple(titles[6:9]), (said[8], said[6], said[7]), (1, 2, 0)),
            tuple(claims[6:9]),
        ),
        Item(
            ItemKind.ORDER,
            "Put these in order, the first one first.",
            Order(tuple(said[9:12]), (2, 0, 1), tuple(claim.passage.date or "" for claim in claims[9:12])),
            tuple(claims[9:12]),
        ),
        Item(ItemKind.CLOZE, f"{BLANK} says: {said[12]}", Fill((titles[12], "another * way")), (claims[12],)),
        Item(
            ItemKind.FREE, f"What does the page on {titles[13]} say?", Explain(said[13]), (claims[13],), (claims[14],)
        ),
    )
    return Quiz(items, len(items), 0)


def hostile(quiz: Quiz) -> Quiz:
    """The same quiz with marks of every format in each of its texts."""

    def cited(one: Quote) -> Quote:
        return replace(one, passage=one.passage.model_copy(update={"text": HOSTILE + one.text}))

    def task(item: Item) -> Choose | Match | Order | Fill | Explain:
        match item.task:
            case Choose(options=options) as task if item.kind is not ItemKind.TRUE_FALSE:
                made = tuple(Option(HOSTILE + o.text, cited(o.origin) if o.origin else None) for o in options)
                return replace(task, options=made)
            case Match(left=left, right=right) as task:
                return replace(task, left=tuple(HOSTILE + t for t in left), right=tuple(HOSTILE + t for t in right))
            case Order(entries=entries) as task:
                return replace(task, entries=tuple(HOSTILE + t for t in entries))
            case Fill(accepted=accepted):
                return Fill(tuple(HOSTILE.replace("->", "") + t for t in accepted))
            case Explain(reference=reference):
                return Explain(HOSTILE + reference)
        return item.task

    items = tuple(
        replace(
            item,
            prompt=item.prompt + HOSTILE,
            task=task(item),
            claims=tuple(map(cited, item.claims)),
            support=tuple(map(cited, item.support)),
        )
        for item in quiz.items
    )
    return replace(quiz, items=items)


@pytest.fixture(params=["calm", "hostile"])
def any_quiz(request: pytest.FixtureRequest, quiz: Quiz) -> Quiz:
    return hostile(quiz) if request.param == "hostile" else quiz


def text_of(markup: str) -> str:
    """What a browser would show of HTML, character by character."""
    return html.fragment_fromstring(markup, create_parent="div").text_content()


# --- one reader a format: the text of each item ---


def parse(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def collection(folder: Path, *packages: bytes) -> Collection:
    """A new collection of Anki's with these decks imported, one after another."""
    opened = Collection(str(folder / "collection.anki2"))
    for package in packages:
        import_into(opened, folder, package)
    return opened


def import_into(opened: Collection, folder: Path, package: bytes) -> Any:
    """What Anki says of an import."""
    path = folder / "deck.apkg"
    path.write_bytes(package)
    return opened.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions())
    ).log


def notes(opened: Collection) -> list[dict[str, str]]:
    return [dict(opened.get_note(identifier).items()) for identifier in sorted(opened.find_notes(""))]


def read_anki(data: bytes, folder: Path) -> list[str]:
    opened = collection(folder, data)
    try:
        return ["\n".join(map(text_of, note.values())) for note in notes(opened)]
    finally:
        opened.close()


def read_csv(data: bytes, _: Path) -> list[str]:
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    return ["\n".join(row.values()) for row in rows]


def inlines(markdown: str) -> Iterator[tuple[str, str]]:
    """The tag around each run of text, and its text."""
    tokens = MarkdownIt("commonmark").parse(markdown)
    for opening, token in pairwise(tokens):
        if token.type == "inline":
            yield opening.tag, "".join("\n" if c.type == "hardbreak" else c.content for c in token.children or ())


def read_markdown(data: bytes, _: Path) -> list[str]:
    items: list[str] = []
    for tag, text in inlines(data.decode()):
        if tag == "h3":
            items.append("")
        elif items:
            items[-1] += "\n" + text
    return items


def read_gift(data: bytes, _: Path) -> list[str]:
    return [text_of(question.feedback) for question in giftreader.read(data.decode())[1]]


def moodle_questions(data: bytes) -> list[etree._Element]:
    return [question for question in parse(data).iter("question") if question.get("type") != "category"]


def read_moodle(data: bytes, _: Path) -> list[str]:
    return [text_of(question.findtext("generalfeedback/text") or "") for question in moodle_questions(data)]


def qti_items(data: bytes) -> list[etree._Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        manifest = parse(package.read("imsmanifest.xml"))
        hrefs = [r.get("href") for r in manifest.iter(f"{P}resource") if r.get("type") == "imsqti_item_xmlv2p1"]
        return [parse(package.read(href)) for href in hrefs]


def read_qti(data: bytes, _: Path) -> list[str]:
    return [
        "".join(feedback.itertext())
        for item in qti_items(data)
        for feedback in item.iter(f"{Q}modalFeedback")
        if feedback.get("identifier") == "EXPLANATION"
    ]


READERS: dict[Format, Callable[[bytes, Path], list[str]]] = {
    Format.ANKI: read_anki,
    Format.CSV: read_csv,
    Format.MARKDOWN: read_markdown,
    Format.GIFT: read_gift,
    Format.MOODLE: read_moodle,
    Format.QTI: read_qti,
}


def assert_explained(quiz: Quiz, shown: list[str]) -> None:
    assert len(shown) == len(quiz.items)
    for item, text in zip(quiz.items, shown, strict=True):
        for cited in item.quotes:
            assert cited.text in text
            if cited.passage.kind is Kind.CLAIM:
                assert cited.evidence is not None
                assert cited.evidence.value in text
                assert cited.sources
            for source in cited.sources:
                assert source.title in text
                assert source.url is None or source.url in text
            assert cited.passage.path in text


@pytest.mark.parametrize("format", Format)
def test_every_item_carries_its_quotes_word_for_word_with_evidence_and_sources(
    format: Format, any_quiz: Quiz, tmp_path: Path
) -> None:
    assert_explained(any_quiz, READERS[format](export(any_quiz, format, TITLE), tmp_path))


@pytest.mark.parametrize("format", Format)
def test_a_quiz_as_made_from_a_whole_base_can_be_taken_along(
    format: Format, frozen_bank: ClaimBank, tmp_path: Path
) -> None:
    made = make_quiz(frozen_bank, count=12, seed=5)
    assert len(made.items) == 12
    assert_explained(made, READERS[format](export(made, format, TITLE), tmp_path))


@pytest.mark.parametrize("format", Format)
def test_a_passage_without_level_and_source_says_so(format: Format, quiz: Quiz, tmp_path: Path) -> None:
    bare = quiz.items[0].claims[0]
    bare = Quote(bare.passage.model_copy(update={"evidence": None, "sources": ()}), bare.concept, (), bare.root)
    one = Quiz((replace(quiz.items[0], claims=(bare,)),), 1, 0)
    (text,) = READERS[format](export(one, format, TITLE), tmp_path)
    assert text.count("not stated") == 2


@pytest.mark.parametrize("format", [f for f in Format if f is not Format.ANKI])
def test_the_same_quiz_gives_the_same_bytes(format: Format, any_quiz: Quiz) -> None:
    assert export(any_quiz, format, TITLE) == export(any_quiz, format, TITLE)


# --- Anki ---


def test_importing_again_adds_nothing_and_updates_what_has_changed(quiz: Quiz, tmp_path: Path) -> None:
    first = export(quiz, Format.ANKI, TITLE)
    opened = collection(tmp_path, first)
    try:
        before = sorted(opened.find_notes(""))
        assert len(before) == len(quiz.items)
        cards = sorted(opened.find_cards(""))
        assert len(cards) == len(quiz.items)
        reworded = replace(quiz.items[0], prompt="Reworded")
        time.sleep(1.1)  # Anki compares whole seconds
        log = import_into(
            opened, tmp_path, export(replace(quiz, items=(reworded, *quiz.items[1:])), Format.ANKI, TITLE)
        )
        assert not log.new
        assert sorted(opened.find_notes("")) == before
        assert sorted(opened.find_cards("")) == cards
        assert next(iter(notes(opened)))["Prompt"] == "Reworded"
        assert len([deck for deck in opened.decks.all_names_and_ids() if deck.name != "Default"]) == 1
    finally:
        opened.close()


def test_anki_fields_hold_quote_evidence_and_source_and_tags_concept_and_level(quiz: Quiz, tmp_path: Path) -> None:
    opened = collection(tmp_path, export(quiz, Format.ANKI, TITLE))
    try:
        claim = quiz.items[0].claim
        note = opened.get_note(min(opened.find_notes("")))
        assert text_of(note["Quote"]) == claim.text
        assert note["Evidence"] == claim.evidence
        assert claim.sources[0].title in text_of(note["Source"])
        assert set(note.tags) == {f"concept::{claim.concept.slug}", f"evidence::{claim.evidence}"}
        wrong = [option.origin.text for option in quiz.items[0].task.options if option.origin]
        assert len(wrong) == 2
        assert all(text in text_of(note["Wrong choices"]) for text in wrong)
    finally:
        opened.close()


def test_anki_shows_the_prompt_then_the_answer_and_runs_nothing_of_a_text(any_quiz: Quiz, tmp_path: Path) -> None:
    opened = collection(tmp_path, export(any_quiz, Format.ANKI, TITLE))
    try:
        for identifier, item in zip(sorted(opened.find_notes("")), any_quiz.items, strict=True):
            (card,) = opened.get_note(identifier).cards()
            question, answer = card.question(), card.answer()
            assert item.prompt in text_of(question)
            assert item.claim.text not in text_of(question)
            assert item.claim.text in text_of(answer)
            assert ("[[type:Typed]]" in question) == isinstance(item.task, Fill)
            assert not html.fragment_fromstring(answer, create_parent="div").xpath("//b | //@onclick | //comment()")
            assert not card.answer_av_tags()
            if isinstance(item.task, Fill):
                assert text_of(dict(opened.get_note(identifier).items())["Typed"]) == item.task.accepted[0]
    finally:
        opened.close()


# --- CSV ---


def test_a_row_holds_the_item_and_no_cell_is_a_formula(quiz: Quiz) -> None:
    risky = replace(quiz.items[5], prompt="=1+1", task=Fill(("-5", "@x")))
    text = export(replace(quiz, items=(quiz.items[3], risky)), Format.CSV, TITLE).decode("utf-8-sig")
    match, fill = csv.DictReader(io.StringIO(text, newline=""))
    assert (match["kind"], fill["kind"]) == ("match", "cloze")
    assert (fill["prompt"], fill["answer"]) == ("'=1+1", "'-5\n@x")
    task = quiz.items[3].task
    assert isinstance(task, Match)
    assert match["options"].split("\n")[0] == f"1. {task.left[0]}"
    assert match["answer"].split("\n")[0] == f"1. {task.left[0]}: B. {task.right[1]}"
    claims = quiz.items[3].claims
    assert match["quote"].split("\n\n") == [claim.text for claim in claims]
    assert match["line"].split("\n") == [str(claim.passage.line) for claim in claims]
    assert match["page"].split("\n") == [claim.passage.path for claim in claims]
    assert match["concept"].split("\n") == [claim.concept.title for claim in claims]


# --- Markdown ---


def test_the_sheet_asks_first_and_answers_at_its_end(any_quiz: Quiz) -> None:
    texts = list(inlines(export(any_quiz, Format.MARKDOWN, TITLE).decode()))
    assert texts[0] == ("h1", TITLE)
    key = texts.index(("h2", "Answer key"))
    asked = [text for _, text in texts[:key]]
    for item in any_quiz.items:
        assert item.prompt in asked
        assert not any(cited.text in text for cited in item.quotes for text in asked)
    answered = texts[key:]
    task = any_quiz.items[0].task
    assert isinstance(task, Choose)
    assert f"B. {task.options[1].text}" in [text for _, text in answered]
    assert sum(text.startswith("Why not ") for _, text in answered) == 3


# --- GIFT ---


def test_gift_has_every_item_with_its_answers(any_quiz: Quiz) -> None:
    category, questions = giftreader.read(export(any_quiz, Format.GIFT, TITLE).decode())
    assert category == TITLE.replace("\\", "\\\\").replace("/", "//")
    assert [q.type for q in questions] == [
        "multichoice", "truefalse", "truefalse", "match", "match", "shortanswer", "essay",
    ]  # fmt: skip
    for question, item in zip(questions, any_quiz.items, strict=True):
        assert text_of(question.text) == item.prompt
        match item.task:
            case Choose(options=options) if item.kind is not ItemKind.TRUE_FALSE:
                assert [mark for mark, _, _ in question.answers] == ["~", "=", "~"]
                assert [text_of(text) for _, text, _ in question.answers] == [option.text for option in options]
                for option, (_, _, feedback) in zip(options, question.answers, strict=True):
                    assert (option.origin.text in text_of(feedback)) if option.origin else not feedback
            case Choose(answer=answer):
                assert question.answers[0][0] == "TF"[answer]
            case Match(left=left, right=right, answer=answer):
                partners = [one_way(right[at]) for at in answer]
                assert [text_of(text) for _, text, _ in question.answers] == list(left)
                assert [partner for _, _, partner in question.answers] == partners
            case Order(entries=entries):
                assert [text_of(text) for _, text, _ in question.answers] == list(entries)
                assert [place for _, _, place in question.answers] == ["2", "3", "1"]
            case Fill(accepted=accepted):
                given = [text.replace(r"\*", "*") for _, text, _ in question.answers]
                assert given == [one_way(way) for way in accepted]


def test_an_option_is_not_taken_for_a_weight_or_a_format_of_gift(quiz: Quiz) -> None:
    options = (Option("%50%x"), Option("[html]y"), Option("%25% of [plain]z"))
    one = Quiz((replace(quiz.items[0], task=Choose(options, 1)),), 1, 0)
    (question,) = giftreader.read(export(one, Format.GIFT, TITLE).decode())[1]
    assert [text_of(text) for _, text, _ in question.answers] == [option.text for option in options]


def one_way(text: str) -> str:
    """Plain text as GIFT keeps it: with line feeds alone, and no white space around it."""
    return text.replace("\r\n", "\n")


def test_a_short_answer_that_moodle_would_take_for_a_match_becomes_an_essay(quiz: Quiz) -> None:
    arrow = Quiz((replace(quiz.items[5], task=Fill(("a->b",))),), 1, 0)
    (question,) = giftreader.read(export(arrow, Format.GIFT, TITLE).decode())[1]
    assert question.type == "essay"


# --- Moodle ---


def test_moodle_xml_has_every_item_with_its_answers(any_quiz: Quiz) -> None:
    data = export(any_quiz, Format.MOODLE, TITLE)
    root = parse(data)
    assert root.findtext("question[@type='category']/category/text") == "$course$/top/" + TITLE.replace("/", "//")
    questions = moodle_questions(data)
    assert [question.get("type") for question in questions] == [
        "multichoice", "truefalse", "truefalse", "matching", "ordering", "shortanswer", "essay",
    ]  # fmt: skip
    for question, item in zip(questions, any_quiz.items, strict=True):
        assert question.findtext("name/text")
        assert text_of(question.findtext("questiontext/text") or "") == item.prompt
        assert {e.get("format") for e in question if e.tag in ("questiontext", "generalfeedback")} == {"html"}
        answers = question.findall("answer")
        texts = [answer.findtext("text") or "" for answer in answers]
        fractions = [answer.get("fraction") for answer in answers]
        match item.task:
            case Choose(options=options, answer=right):
                assert fractions == ["100" if at == right else "0" for at in range(len(options))]
                shown = ["True", "False"] if item.kind is ItemKind.TRUE_FALSE else [o.text for o in options]
                assert [
                    text_of(t).capitalize() if item.kind is ItemKind.TRUE_FALSE else text_of(t) for t in texts
                ] == shown
                for option, answer in zip(options, answers, strict=True):
                    feedback = answer.findtext("feedback/text")
                    assert (option.origin.text in text_of(feedback or "")) if option.origin else not feedback
            case Match(left=left, right=right, answer=partners):
                pairs = [(q.findtext("text"), q.findtext("answer/text")) for q in question.findall("subquestion")]
                assert [(text_of(one or ""), other) for one, other in pairs] == [
                    (text, right[at]) for text, at in zip(left, partners, strict=True)
                ]
            case Order(entries=entries, answer=order):
                assert fractions == ["1", "2", "3"]
                assert [text_of(text) for text in texts] == [entries[at] for at in order]
                assert question.findtext("selectcount") == "3"
            case Fill(accepted=accepted):
                assert [re.sub(r"\\\*", "*", text) for text in texts] == list(accepted)
                assert set(fractions) == {"100"}
            case Explain(reference=reference):
                assert text_of(question.findtext("graderinfo/text") or "") == reference


# --- QTI ---

_ORDER_OF_PARTS = ["responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback"]
_BLOCKS = {
    "p", "rubricBlock", "choiceInteraction", "orderInteraction", "matchInteraction", "extendedTextInteraction",
}  # fmt: skip


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def assert_sound(item: etree._Element) -> None:
    """What the information model of QTI 2.1 asks of an item, as far as these items use it."""
    places = [_ORDER_OF_PARTS.index(local(part)) for part in item]
    assert places == sorted(places)
    assert {"identifier", "title", "adaptive", "timeDependent"} <= set(item.attrib)
    body = item.find(f"{Q}itemBody")
    assert {local(part) for part in body} <= _BLOCKS
    declared = {e.get("identifier"): e for e in item if local(e) in _ORDER_OF_PARTS[:2]}
    assert len(declared) == 3
    shown = [e.get("identifier") for e in body.iter() if e.get("identifier")]
    assert len(shown) == len(set(shown))
    for element in item.iter():
        if variable := element.get("responseIdentifier") or element.get("outcomeIdentifier"):
            assert variable in declared
        if local(element) in ("variable", "correct", "mapResponse", "setOutcomeValue"):
            assert element.get("identifier") in declared
        if name := element.get("identifier"):
            assert re.fullmatch(r"[A-Za-z_][\w.-]*", name)
    response = declared["RESPONSE"]
    named = response.get("baseType") in ("identifier", "directedPair")
    keys = [e.text for e in response.iter(f"{Q}value")] + [e.get("mapKey") for e in response.iter(f"{Q}mapEntry")]
    assert not named or all(set((key or "").split()) <= set(shown) for key in keys)
    assert {f.get("identifier") for f in item.iter(f"{Q}modalFeedback")} <= {"EXPLANATION", *shown}


def test_a_qti_package_lists_its_files_and_each_item_is_sound(any_quiz: Quiz) -> None:
    data = export(any_quiz, Format.QTI, TITLE)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        manifest = parse(package.read("imsmanifest.xml"))
        assert [local(part) for part in manifest] == ["metadata", "organizations", "resources"]
        listed = {file.get("href") for file in manifest.iter(f"{P}file")}
        assert listed | {"imsmanifest.xml"} == set(package.namelist())
        names = {resource.get("identifier") for resource in manifest.iter(f"{P}resource")}
        assert {d.get("identifierref") for d in manifest.iter(f"{P}dependency")} == names - {"test"}
        test = parse(package.read("test.xml"))
        assert test.get("title") == TITLE
        assert {ref.get("href") for ref in test.iter(f"{Q}assessmentItemRef")} == listed - {"test.xml"}
    items = qti_items(data)
    assert len(items) == len(any_quiz.items)
    for element in items:
        assert_sound(element)


def test_a_qti_item_shows_what_is_asked_and_scores_what_is_answered(any_quiz: Quiz) -> None:
    for element, item in zip(qti_items(export(any_quiz, Format.QTI, TITLE)), any_quiz.items, strict=True):
        body = element.find(f"{Q}itemBody")
        shown = "".join(body.itertext())
        match item.task:
            case Choose(options=options, answer=answer):
                assert [choice.text for choice in body.iter(f"{Q}simpleChoice")] == [option.text for option in options]
                assert qtiplayer.correct(element) == f"A{answer}"
                assert qtiplayer.outcome(element, f"A{answer}") == (1, {"EXPLANATION", f"A{answer}"})
                for at, option in enumerate(options):
                    told = [f for f in element.iter(f"{Q}modalFeedback") if f.get("identifier") == f"A{at}"]
                    assert qtiplayer.outcome(element, f"A{at}")[0] == (at == answer)
                    assert len(told) == (option.origin is not None)
                    assert option.origin is None or option.origin.text in "".join(told[0].itertext())
            case Match(left=left, right=partners):
                sides = [[one.text for one in side] for side in body.iter(f"{Q}simpleMatchSet")]
                assert sides == [list(left), list(partners)]
                right = [("L0", "R1"), ("L1", "R2"), ("L2", "R0")]
                assert qtiplayer.correct(element) == right
                assert qtiplayer.outcome(element, right) == (1, {"EXPLANATION"})
                assert qtiplayer.outcome(element, [("L0", "R1"), ("L1", "R0"), ("L2", "R2")])[0] == pytest.approx(1 / 3)
            case Order(entries=entries):
                assert [choice.text for choice in body.iter(f"{Q}simpleChoice")] == list(entries)
                assert qtiplayer.correct(element) == ["A2", "A0", "A1"]
                assert qtiplayer.outcome(element, ["A2", "A0", "A1"])[0] == 1
                assert qtiplayer.outcome(element, ["A0", "A2", "A1"])[0] == 0
            case Fill(accepted=accepted):
                assert shown == item.prompt.replace(BLANK, "", 1)
                assert qtiplayer.correct(element) == accepted[0]
                assert [qtiplayer.outcome(element, way)[0] for way in accepted] == [1, 1]
                # pyslet knows nothing of letter case in a mapping.
                assert {entry.get("caseSensitive") for entry in element.iter(f"{Q}mapEntry")} == {"false"}
                assert qtiplayer.outcome(element, "something else")[0] == 0
            case Explain(reference=reference):
                rubric = body.find(f"{Q}rubricBlock")
                assert "".join(rubric.itertext()) == reference
                assert rubric.get("view") == "scorer"
                assert qtiplayer.outcome(element, "anything") == (0, {"EXPLANATION"})
        assert isinstance(item.task, Fill) or item.prompt in shown


def test_what_xml_cannot_hold_is_replaced_and_the_rest_kept(quiz: Quiz) -> None:
    claim = quiz.items[0].claim
    odd = Quote(claim.passage.model_copy(update={"text": "a\x00b\x0bc\td"}), claim.concept, claim.sources, claim.root)
    one = Quiz((replace(quiz.items[0], claims=(odd,)),), 1, 0)
    for format, reader in ((Format.MOODLE, read_moodle), (Format.QTI, read_qti)):
        (text,) = reader(export(one, format, TITLE), Path())
        assert "a\ufffdb\ufffdc\td" in text


def test_a_quiz_without_items_is_a_file_without_items(tmp_path: Path) -> None:
    for format, reader in READERS.items():
        assert reader(export(Quiz((), 3, 0), format, TITLE), tmp_path) == []
