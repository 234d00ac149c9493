"""One item on the page: the question, how to answer it by pointing or by keys, and what the base says to it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from html import escape

import streamlit as st

from groundedqa.answer.answers import Quote
from groundedqa.index.reading import Index
from groundedqa.quiz.grading import Grade, Response, Sure, Verdict
from groundedqa.quiz.items import Choose, Explain, Fill, Item, Match, Option, Order
from groundedqa.ui.components import show_passage
from groundedqa.ui.markup import plain_label

_HOW_SURE = {
    0.25: "Just guessing",
    0.4: "Rather unsure",
    0.6: "More sure than not",
    0.8: "Sure",
    0.95: "Nearly certain",
}
_PARTS = {
    Verdict.RIGHT: ("success", "Right.", ":material/check:"),
    Verdict.PARTLY: ("warning", "Partly right.", ":material/contrast:"),
    Verdict.WRONG: ("error", "Not quite.", ":material/close:"),
    Verdict.UNCLEAR: ("info", "It cannot be told whether this is right. Compare it yourself.", ":material/help:"),
}


@dataclass(slots=True)
class Attempt:
    """An item while it is being answered, and once it has been. `picked` holds places chosen so far, in order."""

    item: Item
    began: float = field(default_factory=time.monotonic)  # seconds
    picked: list[int] = field(default_factory=list)
    response: Response = None
    grade: Grade | None = None
    seconds: float = 0.0
    not_kept: str = ""  # why the answer could not be remembered

    @property
    def late(self) -> bool:
        """Whether the answer came when the clock had run out."""
        return self.item.seconds is not None and self.seconds > self.item.seconds


def ask(turn: Attempt, key: str) -> tuple[Response] | None:
    """Draw an item that waits for its answer; gives the response in a tuple once there is one.

    Args:
        key: tells the widgets of this item from those of every other.
    """
    item = turn.item
    st.html(f'<p class="gq-meta">{escape(item.kind.label)}</p>')
    st.html(f'<p class="gq-prompt">{escape(item.prompt)}</p>')
    if item.seconds is not None:
        _clock(turn.began, item.seconds)
    given: tuple[Response] | None = None
    match item.task:
        case Choose(options=options, sure=False):
            if (chosen := _buttons([option.text for option in options], key)) is not None:
                given = (chosen,)
        case Choose(options=options, sure=True):
            given = _sure(options, turn, key)
        case Match() as task:
            given = _match(task, turn, key)
        case Order() as task:
            given = _order(task, turn, key)
        case Fill() | Explain() as task:
            given = _words(task, key)
    if given is None and st.button("I don't know", key=f"{key} pass", type="tertiary"):
        return (None,)
    return given


def _buttons(texts: list[str], key: str) -> int | None:
    """Texts to point at, with the keys 1 to 9; the place of the one that was."""
    chosen = None
    for place, text in enumerate(texts):
        if st.button(plain_label(text), key=f"{key} option {place}", shortcut=str(place + 1), width="stretch"):
            chosen = place
    return chosen


def _sure(options: tuple[Option, ...], turn: Attempt, key: str) -> tuple[Response] | None:
    if not turn.picked:
        if (chosen := _buttons([option.text for option in options], f"{key} level")) is not None:
            turn.picked.append(chosen)
            st.rerun()
        return None
    st.markdown(f"You say **{plain_label(options[turn.picked[0]].text)}**. How sure are you?")
    texts = [f"{words} ({probability:.0%})" for probability, words in _HOW_SURE.items()]
    said = _buttons(texts, f"{key} sure")
    return None if said is None else (Sure(turn.picked[0], list(_HOW_SURE)[said]),)


def _match(task: Match, turn: Attempt, key: str) -> tuple[Response] | None:
    """The left side from top to bottom, each with the partners that are still free."""
    at = len(turn.picked)
    for place, right in enumerate(turn.picked):
        st.html(f'<p class="gq-pair"><b>{escape(task.left[place])}</b> {escape(task.right[right])}</p>')
    if at == len(task.left):
        return _check(turn, key)
    st.html(f'<p class="gq-pair gq-now"><b>{escape(task.left[at])}</b> goes with</p>')
    left_over = [place for place in range(len(task.right)) if place not in turn.picked]
    if (chosen := _buttons([task.right[place] for place in left_over], f"{key} {at}")) is not None:
        turn.picked.append(left_over[chosen])
        st.rerun()
    _take_back(turn, key)
    return None


def _order(task: Order, turn: Attempt, key: str) -> tuple[Response] | None:
    """Entries in the order in which they are pointed at."""
    for number, place in enumerate(turn.picked, 1):
        st.html(f'<p class="gq-pair"><b>{number}.</b> {escape(task.entries[place])}</p>')
    left_over = [place for place in range(len(task.entries)) if place not in turn.picked]
    if len(left_over) == 1:  # it can only come last
        turn.picked.append(left_over[0])
        st.rerun()
    if not left_over:
        return _check(turn, key)
    st.caption("Which comes first?" if not turn.picked else "Which comes next?")
    if (chosen := _buttons([task.entries[place] for place in left_over], f"{key} {len(turn.picked)}")) is not None:
        turn.picked.append(left_over[chosen])
        st.rerun()
    _take_back(turn, key)
    return None


def _check(turn: Attempt, key: str) -> tuple[Response] | None:
    checked = st.button("Check", key=f"{key} check", type="primary", shortcut="Enter")
    _take_back(turn, key)
    return (tuple(turn.picked),) if checked else None


def _take_back(turn: Attempt, key: str) -> None:
    if turn.picked and st.button("Start over", key=f"{key} over", shortcut="Backspace"):
        turn.picked.clear()
        st.rerun()


def _words(task: Fill | Explain, key: str) -> tuple[Response] | None:
    with st.form(key, border=False):
        if isinstance(task, Fill):
            words = st.text_input("Your answer", autocomplete="off")
        else:
            words = st.text_area("Your answer", help="One or two sentences. Ctrl+Enter checks it.")
        checked = st.form_submit_button("Check", type="primary")
    if checked and not words.strip():
        st.info("Write an answer first.")
        return None
    return (words,) if checked else None


@st.fragment(run_every=1)
def _clock(began: float, seconds: int) -> None:
    """What is left of the time; an answer that comes after it counts all the same."""
    left = max(0.0, seconds - (time.monotonic() - began))
    words = f"{round(left)} seconds left" if left else "The time is up. You can still answer."
    st.progress(left / seconds, words)


def explain(index: Index, turn: Attempt) -> None:
    """Draw an item that was answered: how it went, why, and what the base says."""
    item, grade = turn.item, turn.grade
    assert grade is not None
    st.html(f'<p class="gq-meta">{escape(item.kind.label)}</p>')
    st.html(f'<p class="gq-prompt">{escape(item.prompt)}</p>')
    _what_was_right(turn, grade)
    kind, words, icon = _PARTS[grade.verdict]
    if turn.response is None:
        words = "The answer:"
    late = " It came after the time was up." if turn.late else ""
    getattr(st, kind)(f"{words}{late}", icon=icon)
    if grade.brier is not None and isinstance(turn.response, Sure):
        st.caption(
            f"You were {turn.response.probability:.0%} sure, which costs {grade.brier:.2f} points: 0 is best, 1 is "
            "worst. In the long run it pays most to say how sure you really are."
        )
    if turn.not_kept:
        st.warning(plain_label(turn.not_kept), icon=":material/warning:")
    for quote in item.quotes:
        _show(index, quote)
    if (misled := _misled(turn)) is not None:
        st.caption("What you chose comes from elsewhere in the base:")
        _show(index, misled)


def _what_was_right(turn: Attempt, grade: Grade) -> None:
    lines: list[tuple[str, str]] = []
    match turn.item.task:
        case Choose() as task:
            chosen = turn.response.chosen if isinstance(turn.response, Sure) else turn.response
            for place, option in enumerate(task.options):
                yours = " (your answer)" if place == chosen else ""
                mark = "✓" if place == task.answer else "✗" if place == chosen else "·"
                lines.append((mark, option.text + yours))
        case Match() as task:
            for place, left in enumerate(task.left):
                right = turn.response[place] if isinstance(turn.response, tuple) else None
                mark = "✓" if right == task.answer[place] else "✗"
                lines.append((mark, f"{left}: {task.right[task.answer[place]]}"))
        case Order() as task:
            given = turn.response if isinstance(turn.response, tuple) else ()
            for at, place in enumerate(task.answer):
                mark = "✓" if given[at : at + 1] == (place,) else "✗"
                lines.append((mark, f"{task.labels[place]}: {task.entries[place]}"))
        case Fill() as task:
            if isinstance(turn.response, str):
                lines.append(("✓" if grade.verdict is Verdict.RIGHT else "✗", f"{turn.response} (your answer)"))
            if grade.verdict is not Verdict.RIGHT:
                lines.append(("✓", task.accepted[0]))
        case Explain():
            if isinstance(turn.response, str):
                lines.append(("·", f"{turn.response} (your answer)"))
            if grade.short_answer is not None and turn.response is not None:
                lines += [("✓", f"Covered: {words}") for words in grade.short_answer.covered]
                lines += [("✗", f"Missing: {words}") for words in grade.short_answer.missing]
                lines += [("✗", f"At odds with the claim: {words}") for words in grade.short_answer.wrong]
    listed = "".join(f"<li>{mark} {escape(text)}</li>" for mark, text in lines)
    st.html(f'<ul class="gq-list gq-options">{listed}</ul>')


def _misled(turn: Attempt) -> Quote | None:
    """What the wrong choice was taken from."""
    task = turn.item.task
    chosen = turn.response.chosen if isinstance(turn.response, Sure) else turn.response
    if not isinstance(task, Choose) or not isinstance(chosen, int) or chosen == task.answer:
        return None
    return task.options[chosen].origin


def _show(index: Index, quote: Quote) -> None:
    show_passage(index, quote.passage, quote.concept, quote.sources)
