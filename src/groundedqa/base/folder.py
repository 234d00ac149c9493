"""Reading a folder of pages as one base: walking it, following references, naming every problem."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
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
            state = os.fsencode(os.readlink(file)) if file.is_symlink() else sha256(_bytes(file)).digest()
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
        try:
            path.encode()
        except UnicodeEncodeError:
            wrong(ascii(path)[1:-1], "this file's name is not UTF-8; rename it")
            continue
        if file.is_symlink() and (message := _wrong_link(file, home)):
            wrong(path, message)
        elif path in bibliography.NAMES:
            found, bad = bibliography.read_bibliography(file, path)
            for key in sorted(found.keys() & sources.keys()):
                wrong(path, f"the source id {key!r} is used in another bibliography too; ids are unique")
            sources |= found
            problems += bad
        elif not file.is_symlink():  # a page that a link inside the folder means is read at its own place
            try:
                pages.append(_load_page(file, path))
            except _Unreadable as error:
                wrong(path, str(error), error.line)
    return pages, sources, problems


def _wrong_link(file: Path, home: Path) -> str | None:
    """What is wrong with a symbolic link, if anything is."""
    try:
        goal = file.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a link that leads to itself, up to Python 3.12
        return "this link leads to nothing; remove it or mend it"
    return None if goal.is_relative_to(home) else "this link leads out of the base's folder; copy the page here instead"


class _Unreadable(Exception):
    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def _load_page(file: Path, path: str) -> Page:
    try:
        raw = _bytes(file)
    except OSError as error:
        raise _Unreadable(f"the page cannot be read: {(error.strerror or str(error)).lower()}") from None
    if b"\0" in raw:
        raise _Unreadable("this is a binary file, not a page; move it out of the folder or rename it")
    try:
        return Page(path, raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = _line_of(raw[: error.start])
        raise _Unreadable(f"the page is not UTF-8 (byte {raw[error.start]:#04x}); save it as UTF-8", line) from None


def _bytes(file: Path) -> bytes:
    """A file's bytes; a pipe or a device is refused, since reading one may never end."""
    if not file.is_file():
        raise OSError("it is no ordinary file")
    return file.read_bytes()


def _line_of(before: bytes) -> int:
    """The line, from 1, that follows these bytes."""
    return before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n") + 1


def _read(page: Page) -> PageContent:
    return read_web_export(page) if is_web_export(page) else read_markdown(page)


class _Names:
    """Finds the page that a link means: by path, title, alias or file name, whatever the case."""

    def __init__(self, contents: dict[str, PageContent], problems: list[Problem]) -> None:
        self._titles = {path: content.title or _title_from(path) for path, content in contents.items()}
        self._slugs: dict[str, str] = {}
        for path in contents:
            self._slugs.setdefault(_key(slug_of(path)), slug_of(path))
        for path, title in self._titles.items():
            other = self._slugs.setdefault(_key(title), slug_of(path))
            if other != slug_of(path) and self._titles.get(_path_of(other, contents)) == title:
                message = f"the title {title!r} is also that of {_path_of(other, contents)}; links to it go there"
                problems.append(Problem("warning", path, 1, message))
        for path, content in contents.items():
            for alias in content.aliases:
                self._slugs.setdefault(_key(alias), slug_of(path))
        for path in contents:
            self._slugs.setdefault(_key(PurePosixPath(path).stem), slug_of(path))

    def title(self, path: str) -> str:
        return self._titles[path]

    def find(self, page: str, target: str) -> str | None:
        """The slug that `target`, written on `page`, means."""
        if target.lower().endswith(PAGE_ENDINGS):
            folder = "" if target.startswith("/") else os.path.dirname(page)
            path = os.path.normpath(os.path.join(folder, target.lstrip("/")))
            wanted = _key(slug_of(path))
            found = self._slugs.get(wanted)
            return found if found and _key(found) == wanted else None
        wanted = _key(target)
        return self._slugs.get(wanted) or self._slugs.get(slugify(wanted)) or self._slugs.get(wanted.rstrip("/"))

    def follow(self, page: str, links: Iterable[tuple[str, int]], problems: list[Problem]) -> Iterator[str]:
        """The slugs that a page's links mean; a link to nowhere is a warning."""
        for target, line in dict.fromkeys(links):
            if slug := self.find(page, target):
                yield slug
            else:
                message = f"the link to {target!r} leads to no page of this base; mend it or write that page"
                problems.append(Problem("warning", page, line, message))


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
    names: _Names,
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
    )


def _key(name: str) -> str:
    """What two spellings of a name share: case, and how accents are stored, do not matter."""
    return unicodedata.normalize("NFC", name).casefold()


def _title_from(path: str) -> str:
    return PurePosixPath(path).stem.replace("-", " ").replace("_", " ").strip().title()


def _path_of(slug: str, paths: Iterable[str]) -> str:
    return next((path for path in paths if slug_of(path) == slug), slug)
