"""Reading a folder of pages as one base: giving ids, following references, naming every problem."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path

from groundedqa.base.evidence import Evidence
from groundedqa.base.files import load
from groundedqa.base.markdown import read_markdown
from groundedqa.base.models import Base, Concept, ConceptKind, Kind, Passage, Source
from groundedqa.base.names import Names, slug_of
from groundedqa.base.page import PAGE_ENDINGS, Draft, Page, PageContent, digest
from groundedqa.base.questions import read_questions
from groundedqa.base.references import references
from groundedqa.base.webexport import is_web_export, read_web_export
from groundedqa.errors import BaseError, Problem


def read_base(root: Path) -> Base:
    """Read every page under `root`, in the order of their paths.

    Problems do not stop the reading: all of them are in `Base.problems`, sorted by place.

    Raises:
        BaseError: `root` is not a folder, or holds no page at all.
    """
    pages, sources, problems = load(root)
    contents = {page.path: _read(page) for page in pages}
    if not contents and not problems:
        raise BaseError(f"{root}: there is no page in this folder (a file ending in {', '.join(PAGE_ENDINGS)})")
    names = Names(contents, problems)
    taken = _Ids()
    concepts: dict[str, Concept] = {}
    passages: list[Passage] = []
    for page in pages:
        content = contents[page.path]
        problems += content.problems
        slug = slug_of(page.path)
        if slug in concepts:
            message = f"{concepts[slug].path} has the same name but for its ending; rename one of the two"
            problems.append(Problem("error", page.path, 1, message))
        own: list[Passage] = []
        for draft in content.drafts:
            for source in draft.named:
                sources.setdefault(source.id, source)
            own.append(_passage(page, slug, draft, sources, names, taken, problems))
        links = tuple(dict.fromkeys(names.follow(page.path, content.links, problems)))
        definition = next((p.id for p in own if p.kind is Kind.SECTION), None)
        concepts[slug] = Concept(
            slug=slug,
            title=names.title(page.path),
            path=page.path,
            kind=ConceptKind.of(content.kind),
            sort=content.kind,
            status=content.status,
            aliases=content.aliases,
            definition=definition,
            links=tuple(link for link in links if link != slug),
            digest=page.digest,
        )
        passages += own
    passages = _both_ways(passages, problems)
    asked, bad = read_questions(root, references(concepts, passages))
    problems += bad
    passages = [p.model_copy(update={"questions": asked[p.id]}) if p.id in asked else p for p in passages]
    problems.sort(key=lambda p: (p.path, p.line, p.severity, p.message))
    return Base(root, concepts, tuple(passages), sources, tuple(dict.fromkeys(problems)))


def find_again(page: Page, passage: Passage) -> Passage | None:
    """A passage in a page that has changed since: same words, evidence and sources, or None."""
    for draft in _read(page).drafts:
        if (draft.kind, page.text[draft.start : draft.end]) != (passage.kind, passage.text):
            continue
        cited = (*draft.cites, *(source.id for source in draft.named))
        if (draft.evidence, cited) == (passage.evidence, passage.sources):
            place = {"start": draft.start, "end": draft.end, "line": page.line_at(draft.start)}
            return passage.model_copy(update=place)
    return None


@lru_cache(maxsize=1024)
def _read(page: Page) -> PageContent:
    """What a page holds; kept, so that only what was saved is read again while an author writes."""
    return read_web_export(page) if is_web_export(page) else read_markdown(page)


class _Ids:
    """Gives every passage an id of its own."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[str, int]] = {}
        self._copies: Counter[str] = Counter()

    def take(self, own: str | None, made: str, page: Page, line: int, problems: list[Problem]) -> str:
        """The id that the author gave if it is free, else one made of the page and the text."""
        if own is not None and own in self._places:
            where = "{}:{}".format(*self._places[own])
            message = f"the id {own!r} is already used at {where}; ids are unique over the whole base"
            problems.append(Problem("error", page.path, line, message))
            own = None
        identifier = own or made
        while identifier in self._places:
            self._copies[made] += 1
            identifier = f"{made}-{self._copies[made] + 1}"
        self._places[identifier] = (page.path, line)
        return identifier


def _passage(
    page: Page,
    slug: str,
    draft: Draft,
    sources: dict[str, Source],
    names: Names,
    taken: _Ids,
    problems: list[Problem],
) -> Passage:
    line = page.line_at(draft.start)
    text = page.text[draft.start : draft.end]
    made = f"{slug}/{draft.kind.value.replace('_', '-')}-{digest(text)}"
    identifier = taken.take(draft.id, made, page, line, problems)
    cited = [key for key in draft.cites if key in sources]
    for key in draft.cites:
        if key not in sources:
            message = f"the source @{key} is not in the bibliography; add it there or mend the key"
            problems.append(Problem("error", page.path, line, message))
    return Passage(
        id=identifier,
        kind=draft.kind,
        concept=slug,
        path=page.path,
        start=draft.start,
        end=draft.end,
        line=line,
        text=text,
        heading=draft.heading,
        evidence=draft.evidence,
        sources=(*cited, *(s.id for s in draft.named)),
        date=draft.date,
        target=names.find(page.path, draft.target) if draft.target else None,
        contests=draft.contests,
    )


def _both_ways(passages: list[Passage], problems: list[Problem]) -> list[Passage]:
    """The passages, each claim with the claims that it contests and those that contest it, if they exist."""
    claims = {passage.id: passage for passage in passages if passage.kind is Kind.CLAIM}
    others: dict[str, dict[str, None]] = {}
    for passage in passages:
        for other in passage.contests:
            if message := _no_dispute(passage, claims.get(other), other):
                problems.append(Problem("error", passage.path, passage.line, message))
            else:
                others.setdefault(passage.id, {})[other] = None
                others.setdefault(other, {})[passage.id] = None
    return [
        passage.model_copy(update={"contests": tuple(others.get(passage.id, ()))})
        if passage.contests or passage.id in others
        else passage
        for passage in passages
    ]


def _no_dispute(claim: Passage, other: Passage | None, name: str) -> str | None:
    """Why a claim cannot contest another, None if it can."""
    if other is None:
        return f"contests={name} names no claim of this base; write the id of the claim that says otherwise"
    if claim.kind is not Kind.CLAIM or claim.id == other.id:
        return f"contests={name} has to stand at another claim than the one that it names"
    for side in (claim, other):
        if side.evidence is not Evidence.CONTESTED:
            return f"contests={name} joins claims that are not both rated contested; {side.id!r} is not"
    return None
