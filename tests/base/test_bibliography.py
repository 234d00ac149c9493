"""Bibliographies in CSL, as Zotero and pandoc write them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from groundedqa.base.models import Base, Source

Read = Callable[..., Base]
Said = Callable[[Base], list[str]]

YAML = """references:
- id: okafor2019
  type: article-journal
  title: "Salt: a study"
  author:
  - {family: Okafor, given: Ada}
  - {family: Lind, given: Bo}
  issued: {date-parts: [[2019, 6]]}
  container-title: Shores
  DOI: 10.5555/salt
- {id: port, title: Harbour Rules, author: [{literal: The Port}], issued: "2021-03", publisher: Dock, URL: "https://example.org"}
"""
SOURCES = {
    "okafor2019": Source(
        id="okafor2019",
        title="Salt: a study",
        authors=("Okafor", "Lind"),
        year=2019,
        container="Shores",
        url="https://doi.org/10.5555/salt",
    ),
    "port": Source(
        id="port", title="Harbour Rules", authors=("The Port",), year=2021, container="Dock", url="https://example.org"
    ),
}
JSON = json.dumps(
    [
        {
            "id": "okafor2019",
            "title": "Salt: a study",
            "author": [{"family": "Okafor", "given": "Ada"}, {"family": "Lind"}],
            "issued": {"date-parts": [["2019", 6]]},
            "container-title": "Shores",
            "DOI": "10.5555/salt",
        },
        {
            "id": "port",
            "title": "Harbour Rules",
            "author": [{"literal": "The Port"}],
            "issued": {"raw": "March 2021"},
            "publisher": "Dock",
            "URL": "https://example.org",
        },
    ]
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("references.yaml", YAML),
        ("bibliography.yml", "\ufeff" + YAML.replace("\n", "\r\n")),
        ("sources.json", JSON),
        ("references.json", '{"references": ' + JSON + "}"),
    ],
)
def test_yaml_and_json_say_the_same(read: Read, name: str, text: str) -> None:
    base = read({name: text, "page.md": "text"})
    assert (base.sources, base.problems) == (SOURCES, ())


def test_a_citation_is_short(read: Read) -> None:
    sources = read({"references.yaml": YAML, "page.md": "text"}).sources
    assert sources["okafor2019"].citation == "Okafor & Lind (2019). Salt: a study. Shores."
    assert sources["port"].citation == "The Port (2021). Harbour Rules. Dock."


@pytest.mark.parametrize(
    "issued", ["2024", "2024-05", "{year: 2024}", "[{year: 2024, month: 5}]", "{literal: in 2024}"]
)
def test_years(read: Read, issued: str) -> None:
    base = read({"references.yaml": f"- {{id: a, title: T, issued: {issued}}}\n", "page.md": "text"})
    assert (base.sources["a"].year, base.problems) == (2024, ())


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[]", "references:\n"])
def test_an_empty_bibliography_is_no_problem(read: Read, text: str) -> None:
    base = read({"references.yaml": text, "page.md": "text"})
    assert (base.sources, base.problems) == ({}, ())


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        (
            "references.yaml",
            "- id: a\n  title: [x\n- b\n",
            "references.yaml:4: error: the bibliography is not valid YAML: expected ",
        ),
        ("references.json", '[\n{"id": "a",}]', "references.json:2: error: the bibliography is not valid JSON: "),
        ("references.json", "[" * 100_000, "references.json:1: error: the bibliography is not valid JSON: "),
        ("references.yaml", "[" * 100_000, "references.yaml:1: error: the bibliography is not valid YAML: "),
        ("references.yaml", b"\x00\x01", "references.yaml:1: error: the bibliography is not valid YAML: "),
        (
            "references.yaml",
            b"- id: \xff",
            "references.yaml:1: error: the bibliography is not UTF-8 (byte 6); save it as UTF-8",
        ),
        ("references.yaml", "id: a", "references.yaml:1: error: the bibliography has to be a list of CSL entries"),
        (
            "references.yaml",
            "- id: a\n  title: T\n- id: b\n",
            "references.yaml:3: error: source 'b': title cannot be read: ",
        ),
        ("references.yaml", "- text\n", "references.yaml:1: error: source '': entry cannot be read: "),
        (
            "references.yaml",
            "- id: a\n  title: T\n  URL: www.example.org\n",
            "references.yaml:1: error: source 'a': url cannot be read: it has to start with http:// or https://",
        ),
        (
            "references.yaml",
            "- id: a\n  title: T\n- id: a\n  title: U\n",
            "references.yaml:3: error: the source id 'a' is used twice; ids are unique",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    read: Read, said: Said, name: str, text: str | bytes, problem: str
) -> None:
    (only,) = said(read({name: text, "page.md": "text"}))
    assert only.lower().startswith(problem.lower())
    assert "\n" not in only


def test_two_bibliographies_may_not_share_an_id(read: Read, said: Said) -> None:
    entry = "- {id: a, title: T}\n"
    base = read({"references.yaml": entry, "sources.yaml": entry, "page.md": "text"})
    assert said(base) == [
        "sources.yaml:1: error: the source id 'a' is used in another bibliography too; ids are unique"
    ]
