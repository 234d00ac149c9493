"""GIFT, the text format of Moodle (https://docs.moodle.org/en/GIFT_format), with texts as HTML.

GIFT has no item for an order: it becomes a match of entries and places.
"""

from __future__ import annotations

import re

from groundedqa.quiz.export.shown import legible, one_line
from groundedqa.quiz.export.xml import escaped, explained, paragraph, why_wrong
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Explain, Fill, Item, Match, Option, Order, Quiz

_SPECIAL = re.compile(r"[~=#{}:\\]")


def write(quiz: Quiz, title: str) -> bytes:
    """The quiz as one category, named by the title."""
    # Moodle takes a category's name as it is, but for backslashes; a slash would part it in two.
    category = legible(one_line(title)).replace("\\", "\\\\").replace("/", "//")
    parts = [f"$CATEGORY: {category}"]
    for number, item in enumerate(quiz.items, start=1):
        name = _special(f"{number}. {item.claim.concept.title}")
        parts.append(
            f"::{name}::[html]{_html(paragraph(item.prompt))}{{{_answer(item)}\n####{_html(explained(item))}}}"
        )
    return ("\n\n".join(parts) + "\n").encode()


def _answer(item: Item) -> str:
    match item.task:
        case Choose(options=options, answer=answer) if item.kind is ItemKind.TRUE_FALSE:
            wrong = _html(why_wrong(options[1 - answer]))
            return f"{'TF'[answer]}#{wrong}#" if wrong else "TF"[answer]
        case Choose(options=options, answer=answer):
            return "".join(_option(option, at == answer) for at, option in enumerate(options))
        case Match(left=left, right=right, answer=answer):
            return "".join(_pair(text, right[at]) for text, at in zip(left, answer, strict=True))
        case Order(entries=entries, answer=answer):
            rank = {entry: place for place, entry in enumerate(answer, start=1)}
            return "".join(_pair(text, str(rank[at])) for at, text in enumerate(entries))
        case Fill(accepted=accepted):
            # An arrow would make Moodle take the item for a match, so it is then asked as an essay.
            return "".join(f"\n=%100%{_special(wildcards_off(way))}" for way in accepted if "->" not in way)
        case Explain():
            return ""


def wildcards_off(text: str) -> str:
    """A short answer for Moodle, where a bare asterisk stands for anything."""
    return text.replace("*", r"\*")


def _option(option: Option, right: bool) -> str:
    feedback = why_wrong(option)
    return f"\n{'=' if right else '~'}{_html(escaped(option.text))}" + (f"#{_html(feedback)}" if feedback else "")


def _pair(left: str, right: str) -> str:
    return f"\n={_html(escaped(left))} -> {_special(right)}"


def _html(html: str) -> str:
    # At the start of an option these would give its weight or its format.
    return _special(html.replace("%", "&#37;").replace("[", "&#91;"))


def _special(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", legible(text)).replace("\r\n", "\n").replace("\r", "\n").replace("\n", r"\n")
