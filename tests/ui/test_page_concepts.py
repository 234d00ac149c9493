from __future__ import annotations

from html import unescape
from pathlib import Path

from driver import OpenPage, html_of

from groundedqa.index.build import build
from groundedqa.index.reading import open_index
from groundedqa.ui.components import anchor


def test_every_page_is_listed_and_can_be_found(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("concepts", small_store)
    assert not page.exception
    shown = html_of(page)
    assert [shown.index(name) for name in ("Lighthouses<", "Salt Marshes<", "Tide Pools<")] == sorted(
        shown.index(name) for name in ("Lighthouses<", "Salt Marshes<", "Tide Pools<")
    )
    assert 'href="concepts?concept=coast%2Fsalt-marshes"' in shown
    for words in ("ROCK pools", "tells ships where", "lighth"):
        found = html_of(page.text_input[0].set_value(words).run())
        assert found.count("<li>") == 1, words
    page = page.text_input[0].set_value("volcano").run()
    assert "No page matches that." in page.info[0].value


def test_a_page_shows_its_claims_with_evidence_and_who_links_to_it(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("concepts", small_store, concept="tide-pools")
    assert not page.exception
    assert page.title[0].value == "Tide Pools"
    shown = html_of(page)
    assert "concept · settled · also called rock pools, tidal pools" in shown
    assert [level for level in ("strong", "moderate", "contested") if f"gq-badge-{level}" in shown] == [
        "strong",
        "moderate",
        "contested",
    ]
    for heading in ("Key claims", "Open questions", "Related concepts", "Life between the tides"):
        assert f"<h3>{heading}</h3>" in shown
    assert "Do anemones remember the rhythm" in shown
    assert 'href="https://doi.org/10.5555/crabs.2021"' in shown
    assert "Okafor 2019</a>)</span>" in shown, "the citation in the prose"
    back = shown[shown.index("Pages that link here") :]
    assert ">Lighthouses</a>, " in back
    assert ">Salt Marshes</a>" in back
    assert "gq-target" not in shown


def test_a_contested_claim_links_to_the_other_side(open_page: OpenPage, frozen_store: Path) -> None:
    shown = html_of(open_page("concepts", frozen_store, concept="emergent-abilities"))
    assert shown.count("The other side: <a ") == 2
    assert 'target="_self">Emergent Abilities, line ' in shown


def test_the_passage_that_was_followed_is_marked_and_brought_into_view(open_page: OpenPage, small_store: Path) -> None:
    index = open_index(small_store)
    page = open_page("concepts", small_store, concept="tide-pools", passage="pools-shell-queue")
    shown = html_of(page)
    target = anchor(index.passages[index.rows["pools-shell-queue"]])
    assert f'<div class="gq-quote gq-target" id="{target}">' in shown
    assert f'data-selector="#{target}"' in shown


def test_each_part_of_a_long_paragraph_can_be_followed_to(open_page: OpenPage, new_store: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    base.mkdir()
    long = " ".join(f"Sentence number {n} tells of a different stone on the beach." for n in range(50))
    (base / "stones.md").write_text(f"# Stones\n\nStones lie about.\n\n{long}\n", encoding="utf-8")
    build(base, new_store)
    parts = open_index(new_store).passages[1:]
    assert len(parts) > 2
    for part in parts:
        shown = html_of(open_page("concepts", new_store, concept="stones", passage=part.id))
        assert f'<div id="{anchor(part)}" class="gq-quote gq-target">' in shown
        assert f'data-selector="#{anchor(part)}"' in shown


def test_an_unknown_page_is_told_so(open_page: OpenPage, small_store: Path) -> None:
    page = open_page("concepts", small_store, concept="../../etc/passwd")
    assert not page.exception
    assert "The base has no such page." in page.info[0].value
    assert "Tide Pools" in html_of(page)


def test_a_page_that_has_changed_shows_what_still_stands_there(
    open_page: OpenPage, small_store: Path, small_base: Path
) -> None:
    file = small_base / "tide-pools.md"
    text = file.read_text(encoding="utf-8").replace("by a third", "by a half").replace("## Life", "New.\n\n## Life")
    file.write_text(text, encoding="utf-8")
    page = open_page("concepts", small_store, concept="tide-pools", passage="pools-starfish")
    assert "has changed since it was indexed" in page.warning[0].value
    shown = html_of(page)
    assert "by a third" not in shown
    assert "by a half" not in shown
    assert "Pools with starfish hold more species." in shown
    assert "gq-target" in shown
    file.unlink()
    page = open_page("concepts", small_store, concept="tide-pools")
    assert not page.exception
    assert page.warning


def test_pages_of_a_whole_base_open(open_page: OpenPage, frozen_store: Path) -> None:
    for slug, concept in list(open_index(frozen_store).concepts.items())[::3]:
        page = open_page("concepts", frozen_store, concept=slug)
        assert not page.exception, slug
        assert unescape(page.title[0].value).replace("\\", "") == concept.title
        assert "gq-badge" in html_of(page)
