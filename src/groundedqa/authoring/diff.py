"""What an edit changes: claims, the answers to gold cases and to questions that people asked, and quiz items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from groundedqa.answer.answers import Grounded
from groundedqa.answer.compose import decide
from groundedqa.answer.retrieval import retrieve
from groundedqa.base.models import Kind, Passage
from groundedqa.base.references import reference_of, references
from groundedqa.evaluate.gold import Case
from groundedqa.evaluate.run import converse
from groundedqa.index.reading import Index
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.export.shown import answers
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Explain, Fill, Item
from groundedqa.quiz.kinds import MAKERS
from groundedqa.quiz.make import quiz_of_cards

_REWORDED = 0.8
"""Cosine from which on two claims of one page that share no id are one claim in other words."""
_SEED = 0


class Change(StrEnum):
    """What happened to a passage."""

    ADDED = "added"
    CHANGED = "changed"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class PassageChange:
    """A claim or an open question that one of two bases has otherwise. `notes` say what is other."""

    change: Change
    old: Passage | None
    new: Passage | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A question that is answered otherwise. Answers are references (see `gold`), none where the base is silent.

    `case` is the id of its gold case, if it has one; `was_right` and `is_right` are None where it has none.
    """

    question: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    case: str | None = None
    was_right: bool | None = None
    is_right: bool | None = None

    @property
    def broke(self) -> bool:
        """Whether a gold case was served well and is no more."""
        return self.was_right is True and self.is_right is False

    @property
    def mended(self) -> bool:
        """Whether a gold case was served badly and is no more."""
        return self.was_right is False and self.is_right is True


@dataclass(frozen=True, slots=True)
class ItemChange:
    """A quiz item of a changed claim whose right answer is another one; `after` is None where none can be made."""

    claim_id: str
    kind: ItemKind
    prompt: str
    before: str
    after: str | None


@dataclass(frozen=True, slots=True)
class Diff:
    """All that an edit changes."""

    passages: tuple[PassageChange, ...]
    answers: tuple[AnswerChange, ...]
    items: tuple[ItemChange, ...]
    asked: int  # questions that were asked of both
    gold: int  # of them, gold cases

    @property
    def broken(self) -> tuple[AnswerChange, ...]:
        """The gold cases that the edit breaks."""
        return tuple(change for change in self.answers if change.broke)


def compare(
    old: Index,
    new: Index,
    gold: Sequence[Case] = (),
    stored: Iterable[Sequence[str]] = (),
    progress: Callable[[], None] = lambda: None,
) -> Diff:
    """Compare two states of one base.

    Args:
        gold: cases that are asked of both.
        stored: questions that people asked, asked of both too; each last in a sequence of what it leans on.
        progress: called once a question.
    """
    passages = tuple(_passages(old, new))
    questions = [Case.model_construct(id="", question=last, after=tuple(before)) for *before, last in stored]
    changes = []
    known = [references(index.concepts, index.passages) for index in (old, new)]
    for case in (*gold, *questions):
        before, after = (_quoted(index, case) for index in (old, new))
        named = [tuple(reference_of(p, k) for p in quoted) for quoted, k in zip((before, after), known, strict=True)]
        right = (
            [_right(case, found, k) for found, k in zip((before, after), known, strict=True)] if case.id else [None] * 2
        )
        if named[0] != named[1] or right[0] != right[1]:
            question = " / ".join((*case.after, case.question))
            changes.append(AnswerChange(question, named[0], named[1], case.id or None, right[0], right[1]))
        progress()
    changes.sort(key=lambda change: (not change.broke, not change.mended, change.case is None))
    items = tuple(_items(old, new, passages))
    return Diff(passages, tuple(changes), items, len(gold) + len(questions), len(gold))


def _quoted(index: Index, case: Case) -> tuple[Passage, ...]:
    given = decide(index, retrieve(index, case.question, converse(index, case.after)))
    return tuple(quote.passage for quote in given.quotes) if isinstance(given, Grounded) else ()


def _right(case: Case, quoted: Sequence[Passage], known: dict[str, Passage]) -> bool:
    """Whether a case was served well: a first quote that answers, or silence where there is no answer."""
    if not case.kind.answerable:
        return not quoted
    return bool(quoted) and quoted[0].id in {known[name].id for name in case.answers if name in known}


def _passages(old: Index, new: Index) -> Iterator[PassageChange]:
    """Claims and open questions, matched by id, or else by their words."""
    kinds = (Kind.CLAIM, Kind.OPEN_QUESTION)
    before = {p.id: p for p in old.passages if p.kind in kinds}
    after = {p.id: p for p in new.passages if p.kind in kinds}
    gone = [p for p in before.values() if p.id not in after]
    came = [p for p in after.values() if p.id not in before]
    pairs = [(p, after[p.id]) for p in before.values() if p.id in after]
    for one in list(gone):
        near = [
            p for p in came if (p.concept, p.kind) == (one.concept, one.kind) and _alike(old, one, new, p) >= _REWORDED
        ]
        if best := max(near, key=lambda p: _alike(old, one, new, p), default=None):
            pairs.append((one, best))
            gone.remove(one)
            came.remove(best)
    yield from (PassageChange(Change.ADDED, None, passage) for passage in came)
    for one, other in pairs:
        if notes := tuple(_notes(old, new, one, other)):
            yield PassageChange(Change.CHANGED, one, other, notes)
    yield from (PassageChange(Change.RETIRED, passage, None) for passage in gone)


def _alike(old: Index, one: Passage, new: Index, other: Passage) -> float:
    return float(old.vectors[old.rows[one.id]] @ new.vectors[new.rows[other.id]])


def _notes(old: Index, new: Index, one: Passage, other: Passage) -> Iterator[str]:
    if one.id != other.id and "/" not in one.id and "/" not in other.id:  # ids that are made hold their page's path
        yield f"id: {one.id} to {other.id}"
    if one.evidence is not other.evidence:
        levels = [passage.evidence.value if passage.evidence else "not stated" for passage in (one, other)]
        way = "changed"
        if one.evidence and other.evidence:
            way = "up" if other.evidence.rank < one.evidence.rank else "down"
        yield f"level {way}: {levels[0]} to {levels[1]}"
    if one.text != other.text:
        yield "reworded"
    if one.concept != other.concept:
        yield f"moved from {one.path} to {other.path}"
    if one.sources != other.sources:
        names = [
            ", ".join(index.sources[key].signature or key for key in passage.sources if key in index.sources) or "none"
            for index, passage in ((old, one), (new, other))
        ]
        yield f"source: {names[0]} to {names[1]}"
    if one.date != other.date:
        yield f"date: {one.date or 'none'} to {other.date or 'none'}"
    if set(one.contests) != set(other.contests):
        yield "contests other claims"


def _items(old: Index, new: Index, changes: Sequence[PassageChange]) -> Iterator[ItemChange]:
    """Items of claims that were changed or retired, and are made of both bases with the same seed."""
    touched = [c for c in changes if c.old and c.old.kind is Kind.CLAIM and c.change is not Change.ADDED]
    if not touched:
        return
    stocks = ClaimBank(old), ClaimBank(new)
    for change in touched:
        for kind in MAKERS:
            before = _item(stocks[0], change.old, kind)
            if before is None:
                continue
            after = _item(stocks[1], change.new, kind)
            answer = _answer(after, change.new) if after else None
            if answer != _answer(before, change.old):
                assert change.old
                yield ItemChange(change.old.id, kind, before.prompt, _answer(before, change.old), answer)


def _item(bank: ClaimBank, claim: Passage | None, kind: ItemKind) -> Item | None:
    items = quiz_of_cards(bank, [(claim.id, kind)], count=1, seed=_SEED).items if claim else ()
    return items[0] if items else None


def _answer(item: Item, claim: Passage | None) -> str:
    """The right answer in words, as far as the claim has to do with it."""
    match item.task:
        case Choose(options=options, answer=place):
            return options[place].text
        case Fill(accepted=accepted):
            return accepted[0]
        case Explain(reference=reference):
            return reference
    own = next((at for at, cited in enumerate(item.claims) if claim and cited.passage.id == claim.id), 0)
    return answers(item.task)[own].split(". ", 1)[-1]
