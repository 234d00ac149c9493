"""What the app keeps of what people ask: questions without names, and gold cases that authors propose."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from groundedqa.answer.answers import Answer, Grounded
from groundedqa.authoring.log import Event, Happened
from groundedqa.authoring.proposals import case_of, leaning
from groundedqa.base.references import reference_of, references
from groundedqa.errors import GroundedQAError
from groundedqa.index.reading import Index
from groundedqa.quiz.items import Item
from groundedqa.ui.current import current_log, current_workspace
from groundedqa.ui.markup import plain_label


def keep_answer(index: Index, turns: list[Answer], number: int, disliked: bool = False) -> None:
    """Keep the question of a turn and what became of it; one that asks nothing is none."""
    turn = turns[number]
    if not turn.question.query.strip():
        return
    grounded = turn if isinstance(turn, Grounded) else None
    what = Happened.DISLIKED if disliked else Happened.ANSWERED if grounded else Happened.ABSTAINED
    _keep(
        Event(
            what=what,
            day=datetime.now(UTC).date(),
            question=turn.question.text,
            after=leaning(index, turn.question, [earlier.question.text for earlier in turns[:number]]),
            passages=tuple(quote.passage.id for quote in grounded.quotes) if grounded else (),
            strength=grounded.strength if grounded and not disliked else None,
        )
    )


def keep_missed(item: Item) -> None:
    """Keep that a quiz's question was not answered right."""
    claims = tuple(claim.passage.id for claim in item.claims)
    _keep(Event(what=Happened.MISSED, day=datetime.now(UTC).date(), question=item.prompt, passages=claims))


def _keep(event: Event) -> None:
    if (log := current_log()) is None:
        return
    try:
        log.add(event)
    except GroundedQAError as error:
        st.toast(plain_label(str(error)), icon=":material/warning:")


def propose_question(index: Index, question: str, passage_ids: list[str]) -> None:
    """Keep a learner's question as one that passages answer, until an author writes it to the base."""
    known = references(index.concepts, index.passages)
    try:
        for identifier in passage_ids:
            if (passage := index.passage(identifier)) is not None:
                current_workspace().proposed_questions.propose(reference_of(passage, known), question)
    except GroundedQAError as error:
        st.toast(plain_label(str(error)), icon=":material/warning:")
        return
    st.toast("Kept. Add it to the base with: groundedqa questions --write", icon=":material/check:")


def propose(index: Index, turns: list[Answer], number: int, passage_ids: list[str]) -> None:
    """Make a gold case of a turn: these passages should have answered it, or nothing."""
    if any(index.passage(identifier) is None for identifier in passage_ids):
        st.toast("The base has changed since; ask again.", icon=":material/warning:")
        return
    case = case_of(index, turns[number].question, [turn.question.text for turn in turns[:number]], passage_ids)
    try:
        current_workspace().proposals.propose(case)
    except GroundedQAError as error:
        st.toast(plain_label(str(error)), icon=":material/warning:")
        return
    st.toast("Kept as a gold case. Add it to the base with: groundedqa gold --write", icon=":material/check:")
