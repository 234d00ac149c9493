"""What authors are told, as Markdown: a comparison for a pull request, and what is not reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groundedqa.authoring.diff import AnswerChange, Change, Diff, PassageChange
from groundedqa.base.models import Kind, Passage
from groundedqa.text.plain import plain

_SHOWN = 40
"""Rows of a table; what is left out is counted."""
_NAMES = {Change.ADDED: "Added", Change.CHANGED: "Changed", Change.RETIRED: "Retired"}


def diff_markdown(diff: Diff, old: str, new: str) -> str:
    """A comparison as Markdown that a bot can post.

    Args:
        old, new: what the two states are called.
    """
    return "\n".join(_diff(diff, old, new)) + "\n"


def _diff(diff: Diff, old: str, new: str) -> Iterator[str]:
    yield f"## What changes from {_cell(old)} to {_cell(new)}\n"
    yield f"{_verdict(diff)}\n"
    yield from _passages(diff.passages)
    gold = [change for change in diff.answers if change.case]
    yield from _answers(f"Gold cases ({diff.gold} asked)", gold)
    stored = [change for change in diff.answers if not change.case]
    yield from _answers(f"Questions that people asked ({diff.asked - diff.gold} asked)", stored)
    if diff.items:
        yield f"### Quiz items ({len(diff.items)})\n"
        yield "| claim | kind | answer before | answer now |\n|---|---|---|---|"
        for item in diff.items[:_SHOWN]:
            after = "no longer asked" if item.after is None else _cell(item.after)
            yield f"| {_code(item.claim_id)} | {item.kind.value} | {_cell(item.before)} | {after} |"
        yield from _rest(diff.items)


def _verdict(diff: Diff) -> str:
    if broken := len(diff.broken):
        return f"**{broken} gold case{'' if broken == 1 else 's'} broke.**"
    if not (diff.passages or diff.answers or diff.items):
        return "Nothing changes: neither a claim nor an answer nor a quiz item."
    return "No gold case broke." if diff.gold else "There are no gold cases to break."


def _passages(changes: Sequence[PassageChange]) -> Iterator[str]:
    for change, name in _NAMES.items():
        for kind, noun in ((Kind.CLAIM, "claims"), (Kind.OPEN_QUESTION, "open questions")):
            some = [c for c in changes if c.change is change and _one(c).kind is kind]
            if not some:
                continue
            yield f"### {name} {noun} ({len(some)})\n"
            for one in some[:_SHOWN]:
                passage = _one(one)
                level = f", {passage.evidence.value}" if passage.evidence and not one.notes else ""
                notes = f": {'; '.join(map(_cell, one.notes))}" if one.notes else ""
                yield f"- {_code(passage.id)} ({_cell(passage.path)}:{passage.line}{level}){notes}"
                if "reworded" in one.notes and one.old and one.new:
                    yield f"  - before: {_cell(plain(one.old.text))}"
                    yield f"  - now: {_cell(plain(one.new.text))}"
                elif not one.notes:
                    yield f"  - {_cell(plain(passage.text))}"
            yield from _rest(some)


def _one(change: PassageChange) -> Passage:
    passage = change.new or change.old
    assert passage
    return passage


def _answers(title: str, changes: Sequence[AnswerChange]) -> Iterator[str]:
    if not changes:
        return
    yield f"### {title}: {len(changes)} answered otherwise\n"
    yield "| question | | before | now |\n|---|---|---|---|"
    for change in changes[:_SHOWN]:
        state = "**broke**" if change.broke else "mended" if change.mended else ""
        name = f" (`{change.case}`)" if change.case else ""
        yield f"| {_cell(change.question)}{name} | {state} | {_listed(change.before)} | {_listed(change.after)} |"
    yield from _rest(changes)


def _listed(quoted: Sequence[str]) -> str:
    return ", ".join(map(_code, quoted)) or "silence"


def _rest(rows: Sequence[object]) -> Iterator[str]:
    if len(rows) > _SHOWN:
        yield f"\nand {len(rows) - _SHOWN} more."
    yield ""


def _code(text: str) -> str:
    """Text that stands as it is, and breaks no table."""
    held = " ".join(text.split()).replace("|", "\\|").replace("`", "'")
    return f"`{held}`"


def _cell(text: str) -> str:
    """Text that breaks no table and starts no mark."""
    for mark in ("\\", "|", "[", "]", "*", "_"):
        text = text.replace(mark, f"\\{mark}")
    # A word joiner keeps "@team" from calling anybody.
    return " ".join(text.split()).replace("<", "&lt;").replace("`", "'").replace("@", "@\N{WORD JOINER}")
