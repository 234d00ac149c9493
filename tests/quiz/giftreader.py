"""A small reader of GIFT, written from its documentation (https://docs.moodle.org/en/GIFT_format) alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

Marked = list[tuple[str, bool]]
"""Characters, each with whether it is one of GIFT's own marks."""


_WEIGHT = re.compile(r"^%-?\d+(?:\.\d+)?%")
_FORMAT = re.compile(r"^\[(?:html|markdown|plain|moodle)\]")


@dataclass
class Question:
    name: str
    text: str
    type: str
    feedback: str
    answers: list[tuple[str, str, str]] = field(default_factory=list)  # the mark, the text, the feedback or partner


def read(gift: str) -> tuple[str, list[Question]]:
    """The category and its questions; a blank line parts them."""
    category, *blocks = [block for block in gift.split("\n\n") if block.strip()]
    assert category.startswith("$CATEGORY: ")
    return category.removeprefix("$CATEGORY: "), [_question(_marked(block.strip())) for block in blocks]


def _marked(text: str) -> Marked:
    out: Marked = []
    at = 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1] in "~=#{}:\\n":
            out.append(("\n" if text[at + 1] == "n" else text[at + 1], False))
            at += 2
        else:
            out.append((text[at], text[at] in "~=#{}:"))
            at += 1
    return out


def _question(block: Marked) -> Question:
    assert _plain(block[:2]) == "::"
    end = next(i for i in range(2, len(block)) if block[i] == block[i + 1] == (":", True))
    rest = block[end + 2 :]
    start, stop = rest.index(("{", True)), rest.index(("}", True))
    assert not _plain(rest[stop + 1 :]).strip()
    body, feedback = _split_feedback(rest[start + 1 : stop])
    text = _plain(rest[:start])
    assert text.startswith("[html]")
    question = Question(_plain(block[2:end]), text.removeprefix("[html]"), _type(body), feedback)
    if question.type == "truefalse":
        verdict, *comments = _parts(body, "#")
        question.answers = [(verdict.strip(), comments[0] if comments else "", "")]
    elif question.type != "essay":
        for mark, part in _answers(body):
            text, after = _sides(part, question.type)
            question.answers.append((mark, _FORMAT.sub("", text), after))
    return question


def _sides(part: Marked, type: str) -> tuple[str, str]:
    """An answer and its feedback, or the two sides of a pair; a weight before a wrong choice is not part of it."""
    if type == "match":
        left, _, right = _plain(part).partition("->")
        return left.strip(), right.strip()
    text, *feedback = _parts(part, "#")
    return _WEIGHT.sub("", text.strip()), feedback[0].strip() if feedback else ""


def _type(body: Marked) -> str:
    plain, marks = _plain(body).strip(), {mark for mark, own in body if own}
    if not plain:
        return "essay"
    if "~" in marks:
        return "multichoice"
    if "=" in marks:
        return "match" if "->" in plain else "shortanswer"
    assert plain.split("#")[0].strip() in ("T", "F")
    return "truefalse"


def _split_feedback(body: Marked) -> tuple[Marked, str]:
    at = max(i for i in range(len(body) - 3) if body[i : i + 4] == [("#", True)] * 4)
    return body[:at], _plain(body[at + 4 :]).strip()


def _parts(body: Marked, mark: str) -> list[str]:
    parts: list[Marked] = [[]]
    for pair in body:
        if pair == (mark, True):
            parts.append([])
        else:
            parts[-1].append(pair)
    return [_plain(part) for part in parts]


def _answers(body: Marked) -> list[tuple[str, Marked]]:
    found: list[tuple[str, Marked]] = []
    for pair in body:
        if pair in (("=", True), ("~", True)):
            found.append((pair[0], []))
        elif found:
            found[-1][1].append(pair)
        else:
            assert pair[0].isspace()
    return found


def _plain(marked: Marked) -> str:
    return "".join(character for character, _ in marked)
