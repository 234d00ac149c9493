"""How strong is the evidence? The learner says it, and how sure he is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from groundedqa.base import Evidence, Passage
from groundedqa.quiz.items import Choose, Item, ItemKind, Option
from groundedqa.quiz.kinds.maker import Free
from groundedqa.quiz.stock import Stock
from groundedqa.quiz.wording import short_claim

# Words that say how settled a thing is, and so answer the question.
_TELLS = re.compile(
    r"\b(?:contest|disput|disagree|controvers|debate|contradict|challeng|replicat|reproduc|independent|confirm"
    r"|evidence|unclear|according to|opinion|speculat|judgment|forecast|hold that|argue)",
    re.IGNORECASE,
)


def items(stock: Stock, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`. The levels take turns, so that none is right more often than it must be."""
    waiting = [_of_level(stock, [claim for claim in claims if claim.evidence is level], free) for level in Evidence]
    while waiting:
        for level in list(waiting):
            if (item := next(level, None)) is not None:
                yield item
            else:
                waiting.remove(level)


def _of_level(stock: Stock, claims: Sequence[Passage], free: Free) -> Iterator[Item]:
    for claim in claims:
        if not free(claim) or (cited := stock.cite(claim)) is None:
            continue
        whole, short = stock.plain[claim.id], short_claim(claim.text)
        words = whole if not _TELLS.search(whole) else short
        if words is None or _TELLS.search(words):
            continue
        others = [other for name in claim.contests if (other := stock.index.passage(name)) is not None]
        support = tuple(quoted for other in others if (quoted := stock.cite(other)) is not None)
        if len(support) < len(claim.contests):
            continue  # one side of a dispute is never shown alone
        options = tuple(Option(level.value.capitalize()) for level in Evidence)
        answer = list(Evidence).index(cited.evidence or Evidence.STRONG)
        prompt = f"How strong does the base call the evidence for this? “{words}”"
        yield Item(ItemKind.EVIDENCE, prompt, Choose(options, answer, sure=True), (cited,), support)
