"""Claims that a learner has learned and that no longer stand so: what changed, and that it was taken notice of."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from groundedqa.quiz.bank import ClaimBank
from groundedqa.review.records import Withdrawn
from groundedqa.text.plain import plain
from groundedqa.ui.components import badge, show_passage
from groundedqa.ui.learner import Learner, sentences


def show_withdrawn(learner: Learner, bank: ClaimBank) -> None:
    """Draw each claim that was withdrawn, until the learner has taken notice; its cards rest until then."""
    with sentences():
        for claim in learner.memory.withdrawn(learner.name, bank):
            with st.container(border=True):
                _show(learner, bank, claim)


def _show(learner: Learner, bank: ClaimBank, claim: Withdrawn) -> None:
    gone = claim.now is None
    st.markdown(
        "**You learned a claim that the base no longer makes.** You are not asked about it any more."
        if gone
        else "**You learned a claim that is now less well supported.** It is asked anew once you have taken notice."
    )
    then = f'<div class="gq-meta">{badge(claim.evidence_then)} when you learned it</div>'
    if claim.now is None:
        st.html(f'<div class="gq-quote gq-withdrawn"><p>{escape(plain(claim.then))}</p>{then}</div>')
    else:
        st.html(then)
        concept = bank.index.concepts[claim.now.concept]
        sources = [bank.index.sources[key] for key in claim.now.sources if key in bank.index.sources]
        show_passage(bank.index, claim.now, concept, sources)
    if st.button("I have taken notice", key=f"notice {claim.claim_id}"):
        learner.memory.acknowledge(learner.name, claim.claim_id, bank, datetime.now(UTC))
        st.rerun()
