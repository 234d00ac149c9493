"""Gold cases and questions of passages, made from answers with one click; they wait in the store until an author
writes them to the base."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import portalocker

from groundedqa.answer.answers import Form, Question
from groundedqa.answer.conversation import understand
from groundedqa.base.questions import NAME as QUESTIONS
from groundedqa.base.questions import add_question, listed_in
from groundedqa.base.references import reference_of, references
from groundedqa.errors import BaseError, GoldError
from groundedqa.evaluate.gold import Asks, Case, add_cases, read_gold
from groundedqa.index.reading import Index

_FAR = 0.2
"""Cosine of a question and the nearest page below which it is of another field: the gold questions of other
fields have a median of 0.15, those that the shipped base answers come above in 95 of 100 cases."""
_KINDS = {
    Form.DEFINITION: Asks.DEFINITION,
    Form.UNKNOWN: Asks.UNKNOWN,
    Form.RELATION: Asks.RELATION,
    Form.STRENGTH: Asks.STRENGTH,
}


class Proposals:
    """A file of gold cases; each question has one."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def cases(self) -> tuple[Case, ...]:
        """What was proposed, oldest first.

        Raises:
            GoldError: the file cannot be read.
        """
        return read_gold(self.file) if self.file.exists() and self.file.stat().st_size else ()

    def propose(self, case: Case) -> None:
        """Keep a case, in place of an earlier one for the same question.

        Raises:
            GoldError: the file cannot be read or written.
        """
        self._replace([case], drop={case.id})

    def drop(self, identifiers: Collection[str]) -> None:
        """Forget cases, by their ids."""
        self._replace([], drop=set(identifiers))

    def write_to(self, gold: Path) -> tuple[Case, ...]:
        """Move all cases to a base's own file, below those that it holds.

        Raises:
            GoldError: that file cannot be read or written, or holds a case for one of the questions.
        """
        cases = self.cases()
        if cases:
            add_cases(gold, cases)
            self.drop([case.id for case in cases])
        return cases

    def _replace(self, new: Sequence[Case], drop: Collection[str]) -> None:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with portalocker.Lock(f"{self.file}.lock", flags=portalocker.LockFlags.EXCLUSIVE):
                kept = [*(case for case in self.cases() if case.id not in drop), *new]
                beside = self.file.with_suffix(".part")
                beside.unlink(missing_ok=True)
                if kept:
                    add_cases(beside, kept)
                    beside.replace(self.file)
                else:
                    self.file.unlink(missing_ok=True)
        except (OSError, portalocker.LockException) as error:
            raise GoldError(f"{self.file}: the case cannot be kept ({error}); make the folder writable") from None


class ProposedQuestions:
    """Questions for passages to list; a file like that of the base, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def listed(self) -> dict[str, tuple[str, ...]]:
        """What was proposed, by reference.

        Raises:
            BaseError: the file cannot be read.
        """
        return listed_in(self.folder)

    def propose(self, reference: str, question: str) -> None:
        """Keep a question for the passage that a reference names; raises as `add_question`."""
        with self._alone():
            add_question(self.folder, reference, question)

    def write_to(self, root: Path) -> int:
        """Move all questions to a base's own file, and say how many it did not hold yet; raises as `add_question`."""
        with self._alone():
            added = sum(add_question(root, name, question) for name, own in self.listed().items() for question in own)
            (self.folder / QUESTIONS).unlink(missing_ok=True)
        return added

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = portalocker.Lock(self.folder / "lock", flags=portalocker.LockFlags.EXCLUSIVE)
            lock.acquire()
        except (OSError, portalocker.LockException) as error:
            raise BaseError(f"{self.folder}: the question cannot be kept ({error}); make the folder writable") from None
        try:
            yield
        finally:
            lock.release()


def case_of(index: Index, question: Question, after: Sequence[str], passage_ids: Sequence[str]) -> Case:
    """The gold case that says which passages should have answered a question; none of them: the base does not answer.

    Args:
        after: the learner's earlier questions; they are left out where this one stands by itself.
        passage_ids: ids of the index's passages, best first.
    """
    known = references(index.concepts, index.passages)
    after = leaning(index, question, after)
    asked = " / ".join((*after, question.text))
    return Case(
        id=f"asked-{sha256(asked.casefold().encode('utf-8', 'surrogatepass')).hexdigest()[:8]}",
        question=question.text,
        kind=_KINDS.get(question.form, Asks.FACT) if passage_ids else _silence(index, question),
        after=after,
        answers=tuple(reference_of(index.passages[index.rows[identifier]], known) for identifier in passage_ids),
    )


def leaning(index: Index, question: Question, after: Sequence[str]) -> tuple[str, ...]:
    """The earlier questions that one leans on; none where it is understood the same without them."""
    return () if understand(index, question.text) == question else tuple(after)


def _silence(index: Index, question: Question) -> Asks:
    """Which kind of question without an answer it is."""
    if question.about:
        return Asks.NEAR
    vector = index.encode(question.query).vector
    nearest = max((float(center @ vector) for center in index.centers.values()), default=0.0)
    return Asks.FAR if nearest < _FAR else Asks.FIELD
