"""A quiz in the terminal: options by their numbers, words as they are, an empty line to pass."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from groundedqa.cli.output import quote_text
from groundedqa.quiz.items import Choose, Explain, Fill, Item, Match, Order, Quiz

if TYPE_CHECKING:
    from groundedqa.index.reading import Index
    from groundedqa.quiz.bank import ClaimBank
    from groundedqa.quiz.grading import Grade, Response


def play(index: Index, bank: ClaimBank, made: Quiz) -> None:
    """Ask every item, explain every answer, and sum up; the end of the input ends the quiz."""
    from groundedqa.quiz.grading import Verdict, grade

    verdicts: list[Verdict] = []
    try:
        for number, item in enumerate(made.items, 1):
            clock = f" ({item.seconds} seconds)" if item.seconds else ""
            print(f"{number} of {len(made.items)}. {item.prompt}{clock}\n")
            began = time.monotonic()
            response = _ask(item)
            late = time.monotonic() - began - item.seconds if item.seconds else 0
            if response is not None and late > 0:
                print(f"\nToo late by {late:.1f} seconds; the answer counts all the same.")
            given = grade(bank, item, response)
            verdicts.append(given.verdict)
            print(_explained(index, item, response, given), "\n")
    except EOFError:
        print("\n")
    right = sum(verdict is Verdict.RIGHT for verdict in verdicts)
    partly = sum(verdict is Verdict.PARTLY for verdict in verdicts)
    print(f"{right} of {len(verdicts)} right" + (f", {partly} more in part." if partly else "."))
    if made.items:
        print(f"The same quiz again: --seed {made.seed}")


def _ask(item: Item) -> Response:
    """Ask until the answer fits; an empty one passes.

    Raises:
        EOFError: there is no more input.
    """
    from groundedqa.quiz.grading import Sure

    match item.task:
        case Choose(options=options, sure=sure):
            _listed([option.text for option in options])
            chosen = _numbers("Your answer (its number)", 1, len(options))
            if chosen is None or not sure:
                return None if chosen is None else chosen[0]
            said = _numbers("How sure are you, in percent", 1, 100, least=0)
            return None if said is None else Sure(chosen[0], said[0] / 100)
        case Match(left=left, right=right):
            _listed(right)
            picked = []
            for entry in left:
                print(f"  {entry}")
                if (one := _numbers("  goes with number", 1, len(right))) is None:
                    return None
                picked.append(one[0])
            return tuple(picked)
        case Order(entries=entries):
            _listed(entries)
            return _numbers("From first to last, such as 2 1 3 4", len(entries), len(entries), unlike=True)
        case Fill() | Explain():
            return _line("Your answer") or None


def _listed(texts: Sequence[str]) -> None:
    for number, text in enumerate(texts, 1):
        print(f"  {number}  {text}")
    print()


def _line(prompt: str) -> str:
    print(f"{prompt}: ", end="", flush=True)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip()


def _numbers(prompt: str, needed: int, highest: int, unlike: bool = False, least: int = 1) -> tuple[int, ...] | None:
    """That many numbers of `least` to `highest`, counted from 0; None for an empty line."""
    while True:
        words = _line(prompt).replace(",", " ").split()
        if not words:
            return None
        given = tuple(int(word) - least for word in words if word.isdecimal())
        fits = len(given) == len(words) == needed and all(0 <= one <= highest - least for one in given)
        if fits and not (unlike and len(set(given)) < needed):
            return given
        one_number = f"a number from {least} to {highest}"
        print(f"Please give {one_number if needed == 1 else f'{needed} different numbers'}, or nothing to pass.")


def _explained(index: Index, item: Item, response: Response, given: Grade) -> str:
    """How an answer did, and what the base says."""
    from groundedqa.quiz.grading import Sure, Verdict

    words = {
        Verdict.RIGHT: "Right.",
        Verdict.PARTLY: f"Partly right ({given.score or 0:.0%}).",
        Verdict.WRONG: "Not quite.",
        Verdict.UNCLEAR: "It cannot be told whether this is right. Compare it yourself.",
    }
    lines = ["", f"{'Passed.' if response is None else words[given.verdict]} {_right(item)}".rstrip()]
    if given.brier is not None:
        lines.append(f"For how sure you were: {given.brier:.2f} (0 is best, 1 is worst).")
    if given.short_answer is not None:
        lines += [f"  Covered: {fact}" for fact in given.short_answer.covered]
        lines += [f"  Missing: {fact}" for fact in given.short_answer.missing]
        lines += [f"  At odds with the claim: {said}" for said in given.short_answer.wrong]
    lines += [quote_text(index, quote) for quote in item.quotes]
    chosen = response.chosen if isinstance(response, Sure) else response
    if isinstance(item.task, Choose) and isinstance(chosen, int) and chosen != item.task.answer:
        misled = item.task.options[chosen].origin
        if misled is not None:
            lines += ["", "What you chose comes from elsewhere in the base:"]
            lines.append(quote_text(index, misled))
    return "\n".join(lines)


def _right(item: Item) -> str:
    match item.task:
        case Choose(options=options, answer=answer):
            return f"The answer is {options[answer].text}"
        case Match(left=left, right=right, answer=answer_of):
            pairs = zip(left, answer_of, strict=True)
            return "\n".join(["The pairs:", *(f"  {one}: {right[other]}" for one, other in pairs)])
        case Order(entries=entries, answer=order, labels=labels):
            return "\n".join(["The order:", *(f"  {labels[place]}: {entries[place]}" for place in order)])
        case Fill(accepted=accepted):
            return f"The answer is {accepted[0]}"
        case Explain():
            return ""
