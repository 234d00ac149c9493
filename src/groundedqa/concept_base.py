"""The library's face: a concept base that can be asked, quizzed and checked, in a few lines."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from groundedqa.answer.answers import Answer, Turn
from groundedqa.answer.compose import MOST_QUOTES, answer
from groundedqa.base.evidence import Evidence
from groundedqa.base.folder import read_base
from groundedqa.base.models import Concept, Passage
from groundedqa.errors import BaseError, GroundedQAError, Hint, Problem
from groundedqa.index.reading import Index
from groundedqa.search.hybrid import Filters, Hit, search
from groundedqa.text.words import terms
from groundedqa.workspace import Settings, Workspace

if TYPE_CHECKING:
    from groundedqa.index.build import Progress
    from groundedqa.quiz.bank import ClaimBank
    from groundedqa.quiz.grading import Grade, Response
    from groundedqa.quiz.item_kind import ItemKind
    from groundedqa.quiz.items import Item, Quiz


@dataclass(frozen=True)
class ConceptBase:
    """A base that is open for reading. It holds the version of the index that answered when it was opened.

    Threads may share it. What an edit changes shows in a base that is opened after it.
    """

    workspace: Workspace
    index: Index

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """The pages, in the order of their paths."""
        return tuple(self.index.concepts.values())

    def concept(self, name: str) -> Concept:
        """The concept of that file name, title or alias.

        Raises:
            GroundedQAError: there is none; names the nearest.
        """
        if name in self.index.concepts:
            return self.index.concepts[name]
        if (slug := self.index.names.get(tuple(terms(name)))) is not None:
            return self.index.concepts[slug]
        from rapidfuzz import process

        titles = [concept.title for concept in self.concepts]
        near = ", ".join(f"{title!r}" for title, _, _ in process.extract(name, titles, limit=3))
        raise GroundedQAError(f"the base has no page {name!r}; the nearest are {near}")

    def passage(self, identifier: str) -> Passage | None:
        """The claim, open question, relation or paragraph with that id, if there is one."""
        return self.index.passage(identifier)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        min_evidence: Evidence | str | None = None,
        concept: str | None = None,
        top_k: int = MOST_QUOTES,
    ) -> Answer:
        """Answer a question with quotes from the base, or say that the base does not.

        Args:
            history: the turns before it, oldest first: `answer.turn` of each answer, or such data as it was sent.
            min_evidence: quote only claims of this level or a better one.
            concept: quote only from the page of that name, title or alias.
            top_k: the most passages that are quoted; the other side of a contested claim comes on top.

        Raises:
            GroundedQAError: there is no such page, or the store's calibration is damaged.
            ValueError: there is no such level.
        """
        return answer(
            self.index, question, history, self._filters(min_evidence, concept), top_k, self.workspace.reranker
        )

    def search(
        self,
        query: str,
        top_k: int = 10,
        *,
        min_evidence: Evidence | str | None = None,
        concept: str | None = None,
    ) -> list[Hit]:
        """The passages that match a query best, with each signal's rank, score and contribution; raises as `ask`."""
        filters = self._filters(min_evidence, concept)
        return search(self.index, query, top_k, filters, reranker=self.workspace.reranker)

    def _filters(self, min_evidence: Evidence | str | None, concept: str | None) -> Filters:
        return Filters(
            None if min_evidence is None else Evidence(min_evidence),
            None if concept is None else self.concept(concept).slug,
        )

    def quiz(
        self,
        concept: str | None = None,
        *,
        about: Answer | None = None,
        kinds: Collection[ItemKind] | None = None,
        count: int = 10,
        seed: int | None = None,
        min_evidence: Evidence | str | None = None,
    ) -> Quiz:
        """A quiz made of the base's claims, no two items of one claim; the same seed gives the same quiz.

        Args:
            concept: ask about the page of that name, title or alias; None for all.
            about: ask about the claims that this answer quotes.
            kinds: which kinds of item; None for all.
            count: how many items; where fewer can be made soundly, there are fewer.
            seed: None draws one, which the quiz then tells.
            min_evidence: ask only for claims of this level or a better one.

        Raises:
            GroundedQAError: there is no such page.
            ValueError: there is no such level, `count` is negative, or `kinds` is empty.
        """
        from groundedqa.quiz.kinds import MAKERS
        from groundedqa.quiz.make import make_quiz

        return make_quiz(
            self.bank,
            concepts=None if concept is None else [self.concept(concept).slug],
            passage_ids=None if about is None else about.turn.claims,
            min_evidence=None if min_evidence is None else Evidence(min_evidence),
            count=count,
            seed=secrets.randbelow(2**31) if seed is None else seed,
            kinds=tuple(MAKERS) if kinds is None else kinds,
        )

    def grade(self, item: Item, response: Response) -> Grade:
        """How right a response to an item is; raises as `quiz.grading.grade`."""
        from groundedqa.quiz.grading import grade

        return grade(self.bank, item, response)

    @cached_property
    def bank(self) -> ClaimBank:
        """What quizzes are made from."""
        from groundedqa.quiz.bank import ClaimBank

        return ClaimBank(self.index)

    def check(self) -> tuple[Problem, ...]:
        """Every error and warning of the pages as they are now, sorted by place.

        Raises:
            BaseError: the folder is gone.
        """
        return read_base(self.index.root).problems


def open(
    path: str | Path,
    *,
    store: str | Path | None = None,
    model: str | None = None,
    cross_encoder: str | None = None,
    progress: Progress | None = None,
) -> ConceptBase:
    """Open a folder of pages, or a store that holds the index of one.

    A folder is indexed first, as far as it has changed; its store is `.groundedqa` within it unless another is named.

    Args:
        model: a sentence-transformers model, a folder or a hub name; None takes the one that the store was built with.
        cross_encoder: one that judges the best hits once more.
        progress: how it is told what a build is doing.

    Raises:
        BaseError: there is no such folder, or its pages hold errors (`problems` lists them).
        StoreError: the store cannot be opened.
        GroundedQAError: there is no such model.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise BaseError(f"{folder}: there is no such folder; name one that holds pages, or a store", Hint.FOLDER)
    given = {"model": model, "cross_encoder": cross_encoder}
    if (folder / "versions").is_dir() and (folder / "current").exists():
        workspace = Workspace(Settings.of(store=folder, **given))
    else:
        place = folder / ".groundedqa" if store is None else Path(store)
        workspace = Workspace(Settings.of(store=place, corpus=folder, **given))
        workspace.build(folder, progress)
    return ConceptBase(workspace, workspace.open(progress))
