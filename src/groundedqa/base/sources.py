"""Reading the bibliography: CSL in YAML or JSON, as Zotero exports it and pandoc reads it."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from groundedqa.base.frontmatter import yaml_problem
from groundedqa.base.models import Source
from groundedqa.errors import Problem

NAMES = tuple(f"{stem}.{end}" for stem in ("references", "bibliography", "sources") for end in ("yaml", "yml", "json"))
"""File names, in the base's own folder, that are read as its bibliography."""

_ID = re.compile(r"""(?<![\w-])id["']?[ \t]*:[ \t]*["']?([^\s"',{}]+)""")


class Name(BaseModel):
    """A CSL name: a person's family and given name, or a literal one."""

    model_config = ConfigDict(extra="ignore")

    family: str = ""
    given: str = ""
    literal: str = ""


class CslDate(BaseModel):
    """A CSL date; only its year is used."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    parts: list[list[int]] = Field(default_factory=list, alias="date-parts")
    literal: str = ""
    raw: str = ""

    @property
    def year(self) -> int | None:
        """The first year that the date names."""
        if self.parts and self.parts[0]:
            return self.parts[0][0]
        found = re.search(r"(?<!\d)\d{4}(?!\d)", self.literal or self.raw)
        return int(found[0]) if found else None


class CslEntry(BaseModel):
    """The part of a CSL entry that a citation needs."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    author: list[Name] = Field(default_factory=list)
    issued: CslDate | None = None
    container: str | None = Field(None, alias="container-title")
    publisher: str | None = None
    doi: str | None = Field(None, alias="DOI")
    url: str | None = Field(None, alias="URL")

    @field_validator("id", mode="before")
    @classmethod
    def _number_as_text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) else value

    @field_validator("issued", mode="before")
    @classmethod
    def _plain_date(cls, value: Any) -> Any:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, dict) and "year" in value:
            value = value["year"]
        return {"raw": str(value)} if isinstance(value, str | int) else value

    @field_validator("url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("it has to start with http:// or https://")
        return value

    def source(self) -> Source:
        """The entry as a source; a DOI gives the address where there is no URL."""
        authors = tuple(n for n in (a.literal or a.family or a.given for a in self.author) if n)
        url = self.url or (f"https://doi.org/{self.doi}" if self.doi else None)
        year = self.issued.year if self.issued else None
        return Source(
            id=self.id,
            title=self.title,
            authors=authors,
            year=year,
            container=self.container or self.publisher,
            url=url,
        )


def read_bibliography(path: Path, name: str) -> tuple[dict[str, Source], list[Problem]]:
    """Read one bibliography file. Returns its sources by id, and every problem in it.

    `name` is the path that problems are reported under.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return {}, [Problem("error", name, 1, f"the bibliography is not UTF-8 (byte {error.start}); save it as UTF-8")]
    sources, problems = _read(text, name, path.suffix == ".json")
    return dict(sources), list(problems)


@lru_cache(maxsize=4)
def _read(text: str, name: str, json_format: bool) -> tuple[dict[str, Source], list[Problem]]:
    """Kept, since the bibliography seldom changes while an author writes, and YAML takes seconds to read."""
    try:
        entries = _parse(text, json_format)
    except (yaml.YAMLError, json.JSONDecodeError, RecursionError) as error:
        line, reason = (error.lineno, error.msg) if isinstance(error, json.JSONDecodeError) else yaml_problem(error)
        kind = "JSON" if json_format else "YAML"
        return {}, [Problem("error", name, line, f"the bibliography is not valid {kind}: {reason}")]
    if not isinstance(entries, list):
        return {}, [Problem("error", name, 1, "the bibliography has to be a list of CSL entries")]
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    lines = _lines_of_ids(text)
    for entry in entries:
        key = str(entry.get("id", "")) if isinstance(entry, dict) else ""
        line = lines.get(key, 1)
        try:
            source = CslEntry.model_validate(entry).source()
        except ValidationError as error:
            for problem in error.errors():
                where = ".".join(str(part) for part in problem["loc"]) or "entry"
                said = problem["msg"].removeprefix("Value error, ").lower()
                problems.append(Problem("error", name, line, f"source {key!r}: {where} cannot be read: {said}"))
            continue
        if source.id in sources:
            problems.append(Problem("error", name, line, f"the source id {source.id!r} is used twice; ids are unique"))
        sources[source.id] = source
    return sources, problems


def _parse(text: str, json_format: bool) -> Any:
    # BaseLoader keeps every scalar a string: no date, number or boolean is guessed from a title.
    data = json.loads(text) if json_format else yaml.load(text, Loader=yaml.BaseLoader)
    entries = data.get("references") if isinstance(data, dict) and "references" in data else data
    return entries or []


def _lines_of_ids(text: str) -> dict[str, int]:
    """The line where each entry states its id; the last one, which is where a repeated id is wrong."""
    lines: dict[str, int] = {}
    line, last = 1, 0
    for found in _ID.finditer(text):
        line, last = line + text.count("\n", last, found.start()), found.start()
        lines[found[1]] = line
    return lines
