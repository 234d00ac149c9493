"""Which source says so? A claim, and four papers of which one is cited for it, by author and year.

Titles are not shown before the answer: most of them say what the claim says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from groundedqa.answer.answers import Quote
from groundedqa.answer.quotes import quote
from groundedqa.base.evidence import Evidence
from groundedqa.base.models import Passage, Source
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Item, Option
from groundedqa.quiz.kinds.maker import Free, choose
from groundedqa.text.plain import short_claim

_WRONG = 3
_FAR = 0.2
"""Cosine of a title and the claim below which the paper is plainly about something else."""
_PAPERS = re.compile(r"\b(?:arxiv|doi|aclanthology|openreview|proceedings)\b")


def items(bank: ClaimBank, claims: Sequence[Passage], free: Free, seed: int) -> Iterator[Item]:
    """The items of this kind; see `Maker`."""
    for claim in claims:
        # The sources of a contested claim are those of both sides.
        if claim.evidence is Evidence.CONTESTED or not free(claim) or (cited := quote(bank.index, claim)) is None:
            continue
        words = short_claim(claim.text) or bank.plain[claim.id]
        if len(cited.sources) != 1 or not _paper(cited.sources[0]) or _named(cited.sources[0], words):
            continue  # of several sources, nobody can tell which one says the short claim
        (right,) = cited.sources
        wrong = _wrong(bank, cited, right)
        if len(wrong) == _WRONG:
            options = [Option(source.signature, origin) for source, origin in wrong]
            yield Item(ItemKind.SOURCE, f"Which paper says so? “{words}”", choose(right.signature, options), (cited,))


def _wrong(bank: ClaimBank, cited: Quote, right: Source) -> list[tuple[Source, Quote]]:
    """Sources of other claims, with one that cites each: those whose titles suit the claim best."""
    claim = cited.passage
    words = short_claim(claim.text) or bank.plain[claim.id]
    rivals = [other for other in bank.claims if other.id in claim.contests or bank.same_matter(claim, other)]
    taken = {key for other in (claim, *rivals) for key in other.sources}
    found: dict[str, tuple[Source, Passage]] = {}
    for other in bank.claims:
        for key in other.sources:
            source = bank.index.sources.get(key)
            if key in taken or source is None or not _paper(source):
                continue
            if _comparable(source, right) and not _named(source, words):
                found.setdefault(key, (source, other))
    found = {key: pair for key, pair in found.items() if bank.suits(pair[0].title, claim) >= _FAR}
    ranked = sorted(found.values(), key=lambda pair: (-round(bank.suits(pair[0].title, claim), 5), pair[0].id))
    wrong: list[tuple[Source, Quote]] = []
    for source, other in ranked:
        fits = all(_comparable(source, earlier) for earlier, _ in wrong)
        if len(wrong) < _WRONG and fits and (origin := quote(bank.index, other)) is not None:
            wrong.append((source, origin))
    return wrong


def _paper(source: Source) -> bool:
    """Whether a source is a paper by people: only papers can be mistaken for each other."""
    return bool(source.year and source.authors and source.url and _PAPERS.search(source.url))


def _named(source: Source, words: str) -> bool:
    """Whether a text names a source: an author, the year, or where it appeared."""
    names = [*(re.split(r"\s+", author)[-1] for author in source.authors), *([source.container or ""])]
    names += [str(source.year)] if source.year else []
    return any(len(name) > 2 and re.search(rf"\b{re.escape(name)}\b", words, re.IGNORECASE) for name in names)


def _comparable(one: Source, other: Source) -> bool:
    """Whether two sources can stand side by side: told apart by more than a letter, and alike in length."""
    lengths = sorted((len(one.citation), len(other.citation)))
    apart = one.authors[:1] != other.authors[:1] and one.title != other.title
    near = abs((one.year or 0) - (other.year or 0)) <= 1  # else the year of what is said tells
    return apart and near and lengths[1] <= 2.2 * lengths[0]
