"""Reading a folder of pages as one base: walking it, following references, naming every problem."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path, PurePosixPath

from groundedqa.base import sources as bibliography
from groundedqa.base.markdown import read_markdown
from groundedqa.base.models import Base, Concept, Kind, Passage, Problem, Source
from groundedqa.base.page import Draft, Page, PageContent, digest, slugify
from groundedqa.base.webexport import is_web_export, read_web_export
from groundedqa.errors import BaseError

PAGE_ENDINGS = (".md", ".markdown", ".txt")


def read_base(root: Path) -> Base:
    """Read every page under `root`, in the order of their paths.

    Problems do not stop the reading: all of them are in `Base.problems`, sorted by place.

    Raises:
        BaseError: `root` is not a folder, or holds no page at all.
    """
    pages, sources, problems = _load(root)
    contents = {page.path: _read(page) for page in pages}
    if not contents and not problems:
        raise BaseError(f"{root}: there is no page in this folder (a file ending in {', '.join(PAGE_ENDINGS)})")
    names = _Names(contents, problems)
    taken: dict[str, tuple[str, int]] = {}
    concepts: dict[str, Concept] = {}
    passages: list[Passage] = []
    for page in pages:
        content = contents[page.path]
        problems += content.problems
        slug = slug_of(page.path)
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
            kind=content.kind,
            status=content.status,
            aliases=content.aliases,
            definition=definition,
            links=tuple(link for link in links if link != slug),
            digest=page.digest,
        )
        passages += own
    problems.sort(key=lambda p: (p.path, p.line, p.severity, p.message))
    return Base(root, concepts, tuple(passages), sources, tuple(dict.fromkeys(problems)))


def read_page(root: Path, path: str) -> Page | None:
    """One page's text as it stands on disk now; None if it cannot be read as a page."""
    try:
        return Page(path, (root / path).read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


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


def fingerprint(root: Path) -> str:
    """A digest of every file that `read_base` reads: equal fingerprints, equal bases.

    Raises:
        BaseError: `root` is not a folder.
    """
    total = sha256()
    for file, path in _files(root):
        name = path.encode("utf-8", "surrogateescape")
        try:
            state = os.readlink(file).encode() if file.is_symlink() else sha256(file.read_bytes()).digest()
        except OSError:
            state = b"unreadable"
        total.update(b"%d %s %s" % (len(name), name, state))
    return total.hexdigest()


def slug_of(path: str) -> str:
    """A page's slug: its path without the ending."""
    return str(PurePosixPath(path).with_suffix(""))


def _files(root: Path) -> Iterator[tuple[Path, str]]:
    """Pages and bibliographies below `root`, hidden folders left out, sorted by path."""
    if not root.is_dir():
        raise BaseError(f"{root}: there is no such folder; name the folder that holds the pages")
    found = []
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in [*names, *(n for n in inner if (Path(folder) / n).is_symlink())]:
            file = Path(folder) / name
            path = file.relative_to(root).as_posix()
            if not name.startswith(".") and (
                name.lower().endswith(PAGE_ENDINGS) or path in bibliography.NAMES or file.is_symlink()
            ):
                found.append((file, path))
    yield from sorted(found, key=lambda pair: pair[1])


def _load(root: Path) -> tuple[list[Page], dict[str, Source], list[Problem]]:
    pages: list[Page] = []
    sources: dict[str, Source] = {}
    problems: list[Problem] = []

    def wrong(path: str, message: str, line: int = 1) -> None:
        problems.append(Problem("error", path, line, message))

    home = root.resolve()
    for file, path in _files(root):
        if file.is_symlink():
            if not file.resolve().is_relative_to(home):
                wrong(path, "this link leads out of the base's folder; copy the page here instead")
            elif not file.exists():
                wrong(path, "this link leads to nothing; remove it or mend it")
            continue  # a page inside the folder is read at its own place
        if path in bibliography.NAMES:
            found, bad = bibliography.read_bibliography(file, path)
            sources |= found
            problems += bad
            continue
        try:
            raw = file.read_bytes()
        except OSError as error:
            wrong(path, f"the page cannot be read: {(error.strerror or str(error)).lower()}")
            continue
        if b"\0" in raw:
            wrong(path, "this is a binary file, not a page; move it out of the folder or rename it")
            continue
        try:
            pages.append(Page(path, raw.decode("utf-8")))
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            wrong(path, f"the page is not UTF-8 (byte {raw[error.start]:#04x}); save it as UTF-8", line)
    return pages, sources, problems


def _read(page: Page) -> PageContent:
    return read_web_export(page) if is_web_export(page) else read_markdown(page)


class _Names:
    """Finds the page that a link means: by path, title, alias or file name, whatever the case."""

    def __init__(self, contents: dict[str, PageContent], problems: list[Problem]) -> None:
        self._titles = {path: content.title or _title_from(path) for path, content in contents.items()}
        self._slugs: dict[str, str] = {}
        for path in contents:
            self._slugs.setdefault(slug_of(path).casefold(), slug_of(path))
        for path, title in self._titles.items():
            other = self._slugs.setdefault(title.casefold(), slug_of(path))
            if other != slug_of(path) and self._titles.get(_path_of(other, contents)) == title:
                message = f"the title {title!r} is also that of {_path_of(other, contents)}; links to it go there"
                problems.append(Problem("warning", path, 1, message))
        for path, content in contents.items():
            for alias in content.aliases:
                self._slugs.setdefault(alias.casefold(), slug_of(path))
        for path in contents:
            self._slugs.setdefault(PurePosixPath(path).stem.casefold(), slug_of(path))

    def title(self, path: str) -> str:
        return self._titles[path]

    def find(self, page: str, target: str) -> str | None:
        """The slug that `target`, written on `page`, means."""
        if target.lower().endswith(PAGE_ENDINGS):
            folder = "" if target.startswith("/") else os.path.dirname(page)
            path = os.path.normpath(os.path.join(folder, target.lstrip("/")))
            found = self._slugs.get(slug_of(path).casefold())
            return found if found and found.casefold() == slug_of(path).casefold() else None
        wanted = target.casefold()
        return self._slugs.get(wanted) or self._slugs.get(slugify(target)) or self._slugs.get(wanted.rstrip("/"))

    def follow(self, page: str, links: Iterable[tuple[str, int]], problems: list[Problem]) -> Iterator[str]:
        """The slugs that a page's links mean; a link to nowhere is a warning."""
        for target, line in links:
            if slug := self.find(page, target):
                yield slug
            else:
                message = f"the link to {target!r} leads to no page of this base; mend it or write that page"
                problems.append(Problem("warning", page, line, message))


def _passage(
    page: Page,
    slug: str,
    draft: Draft,
    sources: dict[str, Source],
    names: _Names,
    taken: dict[str, tuple[str, int]],
    problems: list[Problem],
) -> Passage:
    line = page.line_at(draft.start)
    text = page.text[draft.start : draft.end]
    made = f"{slug}/{draft.kind.value.replace('_', '-')}-{digest(text)}"
    identifier = draft.id or made
    if identifier in taken:
        if draft.id:
            where = "{}:{}".format(*taken[identifier])
            message = f"the id {identifier!r} is already used at {where}; ids are unique over the whole base"
            problems.append(Problem("error", page.path, line, message))
        copy = 2
        while f"{made}-{copy}" in taken:
            copy += 1
        identifier = f"{made}-{copy}" if made in taken or draft.id is None else made
    taken[identifier] = (page.path, line)
    cited = [key for key in draft.cites if key in sources]
    for key in draft.cites:
        if key not in sources:
            message = f"the source @{key} is not in the bibliography; add it there or mend the key"
            problems.append(Problem("error", page.path, line, message))
    if draft.kind is Kind.CLAIM:
        if not draft.cites and not draft.named:
            problems.append(Problem("warning", page.path, line, "this claim names no source; add one, such as [@key]"))
        if draft.evidence is None:
            problems.append(
                Problem("warning", page.path, line, "this claim states no evidence level; add one, such as Evidence: weak")
            )
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
    )


def _title_from(path: str) -> str:
    return PurePosixPath(path).stem.replace("-", " ").replace("_", " ").strip().title()


def _path_of(slug: str, paths: Iterable[str]) -> str:
    return next((path for path in paths if slug_of(path) == slug), slug)
