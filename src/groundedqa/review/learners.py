"""Learners and what they remember: recording answers, and telling what is due, missed or withdrawn."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from groundedqa.base.models import Passage
from groundedqa.errors import LearnerError
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.grading import Grade, Response, Sure
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Item
from groundedqa.review import cards, schedule
from groundedqa.review.records import ConceptProgress, Due, Missed, MissedQuestion, Sureness, Withdrawn
from groundedqa.review.tables import AnswerRow, CardRow, LearnerRow, QuestionRow, ReviewRow, exported


class Learners:
    """All learners of one database; `open_learners` opens it. Threads and processes may share it.

    A learner is a name: trimmed, not empty, at most 80 characters, else every method raises
    ValueError. One who has answered nothing yet simply has nothing. Every method is one transaction,
    and raises LearnerError where the database fails. Times need a zone, else ValueError.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(
        self, learner: str, item: Item, response: Response, grade: Grade, now: datetime, seconds: float | None = None
    ) -> None:
        """Keep an answer, and review the card of each claim that the item rests on.

        A claim that is wholly right is rated Good, or Hard where it took longer than the item gives;
        half right or more Hard, less Again. Where it cannot be told, the answer is kept and no card
        changes. When this returns, the answer is on the disk.
        """
        now = _utc(now)
        late = seconds is not None and item.seconds is not None and seconds > item.seconds
        with self._writing() as session:
            owner = cards.lock_learner(session, learner)
            answer = AnswerRow(
                learner_id=owner,
                kind=item.kind.value,
                prompt=item.prompt,
                response=_plain(response),
                score=grade.score,
                brier=grade.brier,
                seconds=seconds,
                answered=now,
            )
            session.add(answer)
            session.flush()
            for claim, share in zip(item.claims, grade.shares, strict=True):
                log = ReviewRow(answer_id=answer.id, claim_id=claim.passage.id, share=share, reviewed=now)
                if share is not None:
                    card = cards.card_for(session, owner, claim.passage, item.kind, now)
                    rating = schedule.rate(share, late=late)
                    log.card_id, log.rating = card.id, rating.value
                    log.reviewed = schedule.review(card, rating, now)
                session.add(log)

    def due(self, learner: str, bank: ClaimBank, now: datetime, limit: int | None = None) -> tuple[Due, ...]:
        """The cards whose time has come, the most forgotten first; withdrawn claims wait for `acknowledge`."""
        now = _utc(now)
        with self._reading() as session:
            found = [
                Due(card.claim_id, ItemKind(card.kind), card.due, schedule.retrievability(card, now))
                for card in cards.standing(cards.open_cards(session, learner), _claims(bank))
                if card.due <= now
            ]
        found.sort(key=lambda due: (due.retrievability, due.due, due.claim_id, due.kind))
        return tuple(found[:limit])

    def withdrawn(self, learner: str, bank: ClaimBank) -> tuple[Withdrawn, ...]:
        """The claims that are gone, or less well supported than when the learner last saw them; by id."""
        claims = _claims(bank)
        with self._reading() as session:
            stale = [
                card for card in cards.open_cards(session, learner) if cards.stale(card, claims.get(card.claim_id))
            ]
            stale.sort(key=lambda card: (card.last_review or card.due, card.id))
            last = {card.claim_id: card for card in stale}  # of several kinds, the one that was seen last
            return tuple(
                Withdrawn(identifier, card.text, cards.level(card.evidence), claims.get(identifier))
                for identifier, card in sorted(last.items())
            )

    def acknowledge(self, learner: str, claim_id: str, bank: ClaimBank, now: datetime) -> None:
        """The learner knows that a claim was withdrawn: its cards are closed, and begin anew if the base still has it.

        A claim that was only reworded keeps its cards.
        """
        now = _utc(now)
        claim = _claims(bank).get(claim_id)
        with self._writing() as session:
            owner = cards.lock_learner(session, learner)
            for card in cards.open_cards(session, learner):
                if card.claim_id == claim_id and cards.stale(card, claim):
                    card.closed = now
                    if claim is not None:
                        cards.begin(session, owner, claim, card.kind, card.life + 1, now)

    def missed(self, learner: str, limit: int = 50) -> tuple[Missed, ...]:
        """What was not answered right the last time, newest first; answers that cannot be told do not count."""
        with self._reading() as session:
            latest = cards.latest_reviews(learner, CardRow.claim_id, CardRow.kind)
            rows = session.execute(
                select(ReviewRow, AnswerRow)
                .join(AnswerRow, AnswerRow.id == ReviewRow.answer_id)
                .where(ReviewRow.id.in_(latest), ReviewRow.share < 1)
                .order_by(ReviewRow.id.desc())
                .limit(limit)
            )
            return tuple(
                Missed(log.claim_id, ItemKind(answer.kind), answer.answered, log.share or 0.0) for log, answer in rows
            )

    def progress(self, learner: str, bank: ClaimBank, now: datetime) -> tuple[ConceptProgress, ...]:
        """How far the learner is with each concept that he has a card of, in the base's order of concepts."""
        now = _utc(now)
        claims = _claims(bank)
        with self._reading() as session:
            by_concept: dict[str, list[CardRow]] = {}
            for card in cards.standing(cards.open_cards(session, learner), claims):
                by_concept.setdefault(claims[card.claim_id].concept, []).append(card)
            return tuple(
                ConceptProgress(
                    concept,
                    sum(claim.concept == concept for claim in bank.claims),
                    len({card.claim_id for card in by_concept[concept] if card.last_review}),
                    sum(card.due <= now for card in by_concept[concept]),
                    schedule.mean_retrievability(by_concept[concept], now),
                )
                for concept in bank.index.concepts
                if concept in by_concept
            )

    def retention(self, learner: str, now: datetime, days: int = 30) -> tuple[float, ...]:
        """The mean probability of recall today and on each of the next days, if nothing is reviewed; () without cards.

        Of `days` + 1 numbers, the first is today's.
        """
        now = _utc(now)
        with self._reading() as session:
            if not (held := cards.open_cards(session, learner)):
                return ()
            return tuple(schedule.mean_retrievability(held, now + timedelta(days=day)) for day in range(days + 1))

    def sureness(self, learner: str) -> Sureness | None:
        """How sure the learner said to be, and how often right; None where it was never said."""
        with self._reading() as session:
            rows = session.execute(
                select(AnswerRow.response, AnswerRow.score)
                .join(LearnerRow, LearnerRow.id == AnswerRow.learner_id)
                .where(LearnerRow.name == cards.checked_name(learner), AnswerRow.brier.is_not(None))
                .order_by(AnswerRow.id)
            )
            answers = [(float(response["probability"]), score == 1) for response, score in rows]
        return Sureness.of(answers) if answers else None

    def asked(self, learner: str, question: str, claim_ids: Collection[str], now: datetime) -> None:
        """Keep a question of the chat with the claims that answered it; without any there is nothing to keep."""
        now = _utc(now)
        if not claim_ids:
            return
        with self._writing() as session:
            owner = cards.lock_learner(session, learner)
            session.add(QuestionRow(learner_id=owner, question=question, claim_ids=list(claim_ids), asked=now))

    def asked_and_missed(self, learner: str) -> tuple[MissedQuestion, ...]:
        """The questions that quoted claims whose latest answer, of any kind, was not right; newest first, each once."""
        with self._reading() as session:
            latest = cards.latest_reviews(learner, CardRow.claim_id)
            missed = set(
                session.scalars(select(ReviewRow.claim_id).where(ReviewRow.id.in_(latest), ReviewRow.share < 1))
            )
            questions = session.scalars(
                select(QuestionRow)
                .join(LearnerRow, LearnerRow.id == QuestionRow.learner_id)
                .where(LearnerRow.name == cards.checked_name(learner))
                .order_by(QuestionRow.id.desc())
            )
            found: dict[str, MissedQuestion] = {}
            for row in questions:
                if claim_ids := tuple(claim_id for claim_id in row.claim_ids if claim_id in missed):
                    found.setdefault(row.question, MissedQuestion(row.question, claim_ids, row.asked))
            return tuple(found.values())

    def forget(self, learner: str) -> None:
        """Delete all that is known of a learner, the name included."""
        with self._writing() as session:
            owner = select(LearnerRow.id).where(LearnerRow.name == cards.checked_name(learner)).scalar_subquery()
            answers = select(AnswerRow.id).where(AnswerRow.learner_id == owner)
            session.execute(delete(ReviewRow).where(ReviewRow.answer_id.in_(answers)))
            for table in (AnswerRow, CardRow, QuestionRow):
                session.execute(delete(table).where(table.learner_id == owner))
            session.execute(delete(LearnerRow).where(LearnerRow.name == cards.checked_name(learner)))

    def export(self, learner: str) -> dict[str, Any]:
        """All that is known of a learner as data that JSON can hold, times in ISO 8601."""
        with self._reading() as session:
            return exported(session, cards.checked_name(learner))

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with self._told(), Session(self._engine) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with self._told(), Session(self._engine.execution_options(writes=True)) as session, session.begin():
            yield session

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:  # the second while a connection is set up
            where, why = self._engine.url.render_as_string(hide_password=True), getattr(error, "orig", None) or error
            raise LearnerError(
                f"The learners' database {where} failed ({why}), and the last step was not saved; "
                "check the disk or the connection, and try again."
            ) from error


def _claims(bank: ClaimBank) -> dict[str, Passage]:
    return {claim.id: claim for claim in bank.claims}


def _plain(response: Response) -> Any:
    """A response as JSON holds it."""
    if isinstance(response, Sure):
        return {"chosen": response.chosen, "probability": response.probability}
    return response


def _utc(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError(f"a time needs its zone, as in datetime.now(UTC), and {now} has none")
    return now.astimezone(UTC)
