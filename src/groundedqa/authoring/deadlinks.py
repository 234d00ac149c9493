"""Links inside a base that lead to no file, or to a heading that their page does not have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from groundedqa.base.files import read_page
from groundedqa.base.links import LINK_TARGET, page_target, without_code, without_comments
from groundedqa.base.page import slugify
from groundedqa.text.plain import plain

_WEB = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)


def dead_links(root: Path, pages: Iterable[str]) -> Iterator[tuple[str, int, str]]:
    """Path, line and reason of every such link; links to pages that are lost are problems that reading the base names.

    Args:
        pages: paths of the pages of the base, relative to `root`.
    """

    @cache
    def text_of(path: str) -> str:
        page = read_page(root, path)
        return without_comments(without_code(page.text)) if page else ""

    files = {(root / path).resolve(): path for path in pages}
    for file, path in files.items():
        for match in LINK_TARGET.finditer(text_of(path)):
            link = match[1] or match[2]
            if _WEB.match(link):
                continue
            line = text_of(path).count("\n", 0, match.start()) + 1
            address, _, heading = (unquote(part) for part in link.partition("#"))
            target = _file(root if address.startswith("/") else file.parent, address) if address else file
            if target in files:
                if heading and slugify(heading) not in _headings(text_of(files[target])):
                    reason = f"names a heading that {files[target]} does not have; mend its name"
                    yield path, line, f"the link to {link!r} {reason}"
            elif target is None and not page_target(link):
                yield path, line, f"the link to {link!r} leads to no file; mend it or add the file"


def _file(folder: Path, address: str) -> Path | None:
    """What an address means, None if there is no such file."""
    try:
        target = (folder / address.lstrip("/")).resolve()
        return target if target.exists() else None
    except (OSError, ValueError):  # no name that a file could have
        return None


def _headings(text: str) -> frozenset[str]:
    return frozenset(slugify(plain(heading)) for heading in _HEADING.findall(text))
