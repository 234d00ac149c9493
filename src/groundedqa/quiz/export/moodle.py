"""Moodle XML (https://docs.moodle.org/en/Moodle_XML_format); an order needs Moodle 4.4 or its plugin `ordering`."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from groundedqa.quiz.export.gift import wildcards_off
from groundedqa.quiz.export.shown import one_line
from groundedqa.quiz.export.xml import add, document, escaped, explained, paragraph, why_wrong
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Explain, Fill, Item, Match, Order, Quiz


def write(quiz: Quiz, title: str) -> bytes:
    """The quiz as one category of the question bank, named by the title."""
    root = Element("quiz")
    category = add(add(root, "question", type="category"), "category")
    # A slash would part the name in two.
    add(category, "text", f"$course$/top/{one_line(title).replace('/', '//')}")
    for number, item in enumerate(quiz.items, start=1):
        _question(root, number, item)
    return document(root)


def _question(root: Element, number: int, item: Item) -> None:
    question = add(root, "question", type=_type(item))
    add(add(question, "name"), "text", f"{number}. {one_line(item.claim.concept.title)}")
    _html(question, "questiontext", paragraph(item.prompt))
    _html(question, "generalfeedback", explained(item))
    add(question, "defaultgrade", "1")
    _task(question, item)
    tags = add(question, "tags")
    for slug in sorted({cited.concept.slug for cited in item.claims}):
        add(add(tags, "tag"), "text", slug)


def _type(item: Item) -> str:
    match item.task:
        case Choose():
            return "truefalse" if item.kind is ItemKind.TRUE_FALSE else "multichoice"
        case Match():
            return "matching"
        case Order():
            return "ordering"
        case Fill():
            return "shortanswer"
        case Explain():
            return "essay"


def _task(question: Element, item: Item) -> None:
    match item.task:
        case Choose(options=options, answer=answer):
            true_false = item.kind is ItemKind.TRUE_FALSE
            if not true_false:
                add(question, "single", "true")
                add(question, "shuffleanswers", "false")
                add(question, "answernumbering", "ABCD")
            for at, option in enumerate(options):
                text = ("true", "false")[at] if true_false else escaped(option.text)
                made = _html(question, "answer", text, fraction="100" if at == answer else "0")
                _html(made, "feedback", why_wrong(option))
        case Match(left=left, right=right, answer=answer):
            add(question, "shuffleanswers", "true")
            for text, at in zip(left, answer, strict=True):
                add(add(_html(question, "subquestion", escaped(text)), "answer"), "text", right[at])
        case Order(entries=entries, answer=answer):
            add(question, "layouttype", "VERTICAL")
            add(question, "selecttype", "ALL")
            add(question, "selectcount", str(len(entries)))
            # Pairs that stand the right way round, as this program grades an order itself.
            add(question, "gradingtype", "RELATIVE_ALL_PREVIOUS_AND_NEXT")
            add(question, "showgrading", "SHOW")
            for place, at in enumerate(answer, start=1):
                _html(question, "answer", escaped(entries[at]), fraction=str(place))
        case Fill(accepted=accepted):
            add(question, "usecase", "0")
            for way in accepted:
                add(add(question, "answer", fraction="100", format="plain_text"), "text", wildcards_off(way))
        case Explain(reference=reference):
            add(question, "responseformat", "editor")
            add(question, "responserequired", "1")
            _html(question, "graderinfo", paragraph(reference))


def _html(parent: Element, tag: str, html: str, **attributes: str) -> Element:
    made = add(parent, tag, **attributes, format="html")
    add(made, "text", html)
    return made
