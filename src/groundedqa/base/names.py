"""Finding the page that a link means."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from groundedqa.base.page import PAGE_ENDINGS, PageContent, slugify
from groundedqa.errors import Problem


def slug_of(path: str) -> str:
    """A page's slug: its path without the ending."""
    return str(PurePosixPath(path).with_suffix(""))


class Names:
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
        """The page's title: its own, or one made of its file name."""
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


def _key(name: str) -> str:
    """What two spellings of a name share: case, and how accents are stored, do not matter."""
    return unicodedata.normalize("NFC", name).casefold()


def _title_from(path: str) -> str:
    return PurePosixPath(path).stem.replace("-", " ").replace("_", " ").strip().title()


def _path_of(slug: str, paths: Iterable[str]) -> str:
    return next((path for path in paths if slug_of(path) == slug), slug)
