"""How strong is the evidence? The learner says it, and how sure he is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from groundedqa.answer.quotes import quote
from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Passage
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Item, Option
from groundedqa.quiz.kinds.maker import Free
from groundedqa.quiz.naming import sort_of
from groundedqa.text.plain import short_claim

# Words that say how settled a thing is, and so answer the question.
_TELLS = re.compile(
    r"\b(?:contest|disput|disagree|controvers|debate|contradict|challeng|replicat|reproduc|independent|confirm"
    r"|evidence|unclear|according to|opinion|speculat|judgment|forecast|hold that|argue|view|measure|interested"
    r"|sa(?:y|id)|bets?\b|told|call|terms?\b|announced?)",
    re.IGNORECASE,
)

_MEASURED = re.compile(r"\b(?:percent|test|tests|tested|trained|stud(?:y|ies)|experiments?|compared)\b|%")
# A finding that was looked at again may be taken for confirmed.
_AGAIN = re.compile(r"\b(?:later|another|others?|again|also|second|two|both|since then|studies|rerun)\b", re.IGNORECASE)


def items(bank: ClaimBank, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`. The levels take turns, so that none is right more often than it must be."""
    waiting = [_of_level(bank, [claim for claim in claims if claim.evidence is level], free) for level in Evidence]
    while waiting:
        for level in list(waiting):
            if (item := next(level, None)) is not None:
                yield item
            else:
                waiting.remove(level)


def _of_level(bank: ClaimBank, claims: Sequence[Passage], free: Free) -> Iterator[Item]:
    for claim in claims:
        if not free(claim) or (cited := quote(bank.index, claim)) is None:
            continue
        on_record = len(cited.sources) == 1 or sort_of(bank, cited.concept) in ("person", "group")
        if claim.evidence is Evidence.STRONG and on_record:
            continue  # a plain fact has no evidence to be weighed
        whole, short = bank.plain[claim.id], short_claim(claim.text)
        words = short if claim.contests else whole  # what disputes a claim stands behind the short one
        if words is None or _TELLS.search(words) or (claim.evidence is Evidence.CONTESTED and not claim.contests):
            continue
        if claim.evidence is Evidence.MODERATE and (_AGAIN.search(words) or not _MEASURED.search(words)):
            continue
        others = [other for name in claim.contests if (other := bank.index.passage(name)) is not None]
        support = tuple(quoted for other in others if (quoted := quote(bank.index, other)) is not None)
        if len(support) < len(claim.contests):
            continue  # one side of a dispute is never shown alone
        options = tuple(Option(f"{level.value.capitalize()}: {level.meaning}") for level in Evidence)
        answer = (cited.evidence or Evidence.STRONG).rank
        prompt = f"How strong does the base call the evidence that this is so? “{words}”"
        yield Item(ItemKind.EVIDENCE, prompt, Choose(options, answer, sure=True, fixed=True), (cited,), support)
