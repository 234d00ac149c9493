# ruff: noqa: E501 (a claim is one line)
"""Pages and questions that try to be more than text: nothing of theirs runs, loads or turns into widgets."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from driver import OpenTab, Tab, served

from groundedqa.base.models import Kind
from groundedqa.index.build import build
from groundedqa.index.reading import open_index

pytestmark = pytest.mark.browser

SCRIPT = "<script>window.pwned=1</script>"
IMAGE = "<img src=x onerror=window.pwned=2>"
LINK = "[click](javascript:window.pwned=3)"
REMOTE = "![i](https://evil.example/x.png)"
STYLE = "</style><style>body{background:url(https://evil.example/y.png)}</style>"
DIRECTIVES = ":red[boo] :material/home: $E=mc^2$ :streamlit: :smile: a -> b"
# All that a question may hold, and a title: neither is Markdown, so that every sign of it shows.
ALL = f"{DIRECTIVES} {SCRIPT} {IMAGE} {LINK} {REMOTE} {STYLE} :material_home:"
FILE = f"wild {IMAGE} :red[boo] 'quoted\" & $x$"

WILD = f"""---
title: TITLE
kind: concept
status: '{DIRECTIVES} {IMAGE}'
aliases: ['wild alias {SCRIPT}', 'other {LINK} {DIRECTIVES}']
summary: 'A wild page {SCRIPT} {IMAGE} {REMOTE} {DIRECTIVES} is written by somebody who means harm.'
---

Prose with {LINK} and <javascript:window.pwned=4> and <https://evil.example/z> {STYLE}

<iframe src="javascript:parent.pwned=5"></iframe>

{SCRIPT}

## Heading {IMAGE} {DIRECTIVES} {LINK}
Text below it, [data](data:text/html,{SCRIPT}) and ![[{IMAGE}]] and [[nowhere|{SCRIPT}]].

```"><script>window.pwned=6</script>
{SCRIPT}
```

| {IMAGE} | {DIRECTIVES} |
|---|---|
| {SCRIPT} | {REMOTE} |

## Key Claims
- **Wild claims {SCRIPT} {IMAGE} bite.** A wild claim {LINK} {REMOTE} {DIRECTIVES} {STYLE} holds. Evidence: strong [@wild] {{#"><img/src=x/onerror=window.pwned=7>}}
- **Named sources {IMAGE} bite too.** They do. Evidence: weak ([{SCRIPT}](https://example.org/"onmouseover="window.pwned=8))

## Open Questions
- What is not known about wild pages {SCRIPT} {IMAGE} {DIRECTIVES} {LINK}? {{#oq-wild}}

## Related Concepts
- [[Other]]: {IMAGE} {DIRECTIVES} {LINK}
"""
SOURCES = f"""- id: wild
  title: '{SCRIPT} {IMAGE} {DIRECTIVES}'
  author: [{{family: '{IMAGE}'}}]
  container-title: '{STYLE}'
  URL: https://example.org/"><script>window.pwned=9</script>
"""
# The app itself, in whose quiz an item of nothing but hostile words has been put.
QUIZ = f"""
import streamlit as st
from groundedqa.answer.answers import Quote
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Item, Option, Quiz
from groundedqa.ui.app import main
from groundedqa.ui.current import current_index
from groundedqa.ui.quiz import _Round

if "seeded" not in st.session_state:
    st.session_state["seeded"] = True
    index = current_index()
    claim = next(p for p in index.passages if p.kind == "claim")
    cited = Quote(claim, index.concepts[claim.concept], tuple(index.sources.values()), index.root)
    options = tuple(Option(text, cited) for text in ({ALL!r}, {DIRECTIVES!r}, "1. # - plain"))
    item = Item(ItemKind.CHOICE, {ALL!r}, Choose(options, 1), (cited,))
    st.session_state["round"] = _Round(index.version, Quiz((item,), 1, 0))
main()
"""
INTRUDERS = """() => {
  const ours = '.gq-quote, .gq-page, .gq-list, .gq-meta, .gq-lead, .gq-asked, .gq-understood, .gq-prompt, h1, '
    + '[data-testid="stButtonGroup"], [class*="-option-"], [data-testid="stSelectbox"], [data-testid="stCode"], '
    + '[data-testid="stCaptionContainer"], [role="listbox"]';
  const found = [];
  for (const place of document.querySelectorAll(ours))
    for (const bad of place.querySelectorAll('img, script, iframe, style, object, embed, svg [onload], form, .katex, '
      + '[data-testid="stIconMaterial"], [data-testid="stMarkdownBadge"], .stMarkdownColoredText'))
      if (!bad.closest('[data-testid="stTooltipIcon"], button[aria-label]')) found.push(bad.outerHTML);
  for (const any of document.querySelectorAll('*'))
    for (const {name, value} of any.attributes)
      if (name.startsWith('on') || (/^(href|src|action)$/.test(name) && /^\\s*(javascript|data:text)/i.test(value)))
        found.push(any.outerHTML.slice(0, 200));
  for (const script of document.querySelectorAll('[data-testid="stMainBlockContainer"] script'))
    if (!script.textContent.includes('scrollIntoView')) found.push(script.outerHTML);
  if (window.pwned !== undefined) found.push('pwned: ' + window.pwned);
  return found;
}"""


@pytest.fixture(scope="module")
def address(seed_encoders: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    base = folder / "base"
    base.mkdir()
    title = "'" + ALL.replace("'", "''") + "'"
    (base / f"{FILE}.md").write_text(WILD.replace("TITLE", title), encoding="utf-8")
    (base / "other.md").write_text(
        f"---\ntitle: Other\naliases: ['{IMAGE}']\n---\n\nIt is calm.\n\n## Related Concepts\n- [[wild alias {SCRIPT}]]: {SCRIPT}\n",
        encoding="utf-8",
    )
    (base / f"{IMAGE}.md").write_text("The title of this page is the name of its file.\n", encoding="utf-8")
    (base / "references.yaml").write_text(SOURCES, encoding="utf-8")
    store = seed_encoders(folder / "store")
    build(base, store)
    script = folder / "app.py"
    script.write_text(QUIZ, encoding="utf-8")
    with served(
        [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", "{port}"], store, folder / "log"
    ) as url:
        index = open_index(store)
        kinds = {p.kind for p in index.passages if p.concept.startswith("wild")}
        assert kinds == set(Kind)
        yield url


def harmless(tab: Tab) -> None:
    """Whether nothing of the base has become more than text."""
    assert tab.page.evaluate(INTRUDERS) == []
    assert tab.dialogs == []
    assert tab.outside == []
    assert tab.fits()


def shown(text: str) -> str:
    return " ".join(text.replace("\N{WORD JOINER}", "").split())


def test_a_hostile_question_is_only_text(address: str, open_tab: OpenTab) -> None:
    for path in (f"?q={quote(ALL)}", ""):
        tab = open_tab(address)
        tab.go(path, ".gq-lead" if path else '[data-testid="stButtonGroup"] button')
        if not path:
            pills = [shown(pill) for pill in tab.page.locator('[data-testid="stButtonGroup"] button').all_inner_texts()]
            assert f"What is {ALL}?" in pills
            harmless(tab)
            tab.page.get_by_test_id("stChatInputTextArea").fill(ALL)
            tab.page.keyboard.press("Enter")
            tab.page.locator(".gq-asked").wait_for()
        tab.settle()
        assert shown(tab.page.locator(".gq-asked").inner_text()) == ALL
        harmless(tab)


def test_answers_of_a_hostile_base_are_only_text(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    tab.go("?q=Wild+claims+script+img+onerror+bite", ".gq-quote")
    tab.page.locator('[data-testid="stButtonGroup"] button').first.wait_for()
    said = shown(tab.page.inner_text('[data-testid="stMainBlockContainer"]'))
    assert f"Wild claims {SCRIPT} {IMAGE} bite." in said
    assert ":red[boo] :material/home: $E=mc^2$ :streamlit: :smile: a -> b" in said
    badge = tab.page.locator(".gq-badge-strong").first
    assert badge.inner_text() == "●●● Strong evidence"
    pills = [shown(pill) for pill in tab.page.locator('[data-testid="stButtonGroup"] button').all_inner_texts()]
    assert f"What is not known about {ALL}?" in pills
    harmless(tab)
    tab.button("What is not known about").click()
    tab.page.locator(".gq-quote", has_text="What is not known about wild pages").first.wait_for()
    tab.settle()
    harmless(tab)
    tab.button("Copy as Markdown").click()
    tab.page.locator('[data-testid="stPopoverBody"] [data-testid="stCode"]').wait_for()
    harmless(tab)


def test_hostile_pages_are_only_text(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    tab.go("concepts", ".gq-list li")
    titles = [shown(title) for title in tab.page.locator(".gq-list a").all_inner_texts()]
    assert ALL in titles
    harmless(tab)
    tab.page.locator(".gq-list a", has_text="boo").click()
    tab.page.locator(".gq-page").wait_for()
    tab.settle()
    assert shown(tab.page.locator("h1").inner_text()) == ALL
    read = shown(tab.page.inner_text('[data-testid="stMainBlockContainer"]'))
    assert DIRECTIVES in read[read.index("concept ·") :]
    assert f"wild alias {SCRIPT}" in read
    assert f"Heading {IMAGE} {DIRECTIVES}" in read
    assert "<iframe src=" in read
    harmless(tab)
    tab.page.locator(".gq-meta a", has_text="Other").last.click()
    tab.page.get_by_role("heading", name="Other").wait_for()
    tab.settle()
    harmless(tab)
    tab.go(f"concepts?concept={quote(ALL)}&passage={quote(ALL)}", ".gq-list li")
    harmless(tab)


def test_hostile_items_are_only_text(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    tab.go("quiz", '[class*="option-0"] button')
    assert shown(tab.page.inner_text(".gq-prompt")) == ALL
    options = tab.page.locator('[class*="-option-"] button')
    texts = [ALL, DIRECTIVES, "1. # - plain"]
    keys = [f"{text} {key}" for key, text in enumerate(texts, 1)]
    assert [shown(option) for option in options.all_inner_texts()] == keys
    harmless(tab)
    options.first.click()
    tab.page.get_by_text("Not quite.").wait_for()
    assert ALL in shown(tab.page.inner_text(".gq-options"))
    harmless(tab)
    tab.button("See how it went").click()
    tab.button("Another quiz").click()
    tab.button("Start").wait_for()
    tab.page.locator('[data-testid="stSelectbox"] input').first.click()
    tab.page.locator('[role="option"]').first.wait_for()
    assert ALL in [shown(option) for option in tab.page.locator('[role="option"]').all_inner_texts()]
    harmless(tab)


def test_a_hostile_inspection_is_only_text(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    tab.go(f"inspect?q={quote(ALL)}", '[data-testid="stDataFrame"] canvas')
    assert tab.page.locator('.stMain [data-testid="stTextInput"] input').first.input_value() == ALL
    harmless(tab)
    tab.page.get_by_text("Filters").click()
    # A list that opens while its box is still unfolding closes again.
    tab.page.wait_for_function(
        "() => { const box = document.querySelector('[data-testid=\"stExpander\"] details[open]');"
        " return box && !box.getAnimations({subtree: true}).length }"
    )
    tab.page.get_by_role("combobox", name="Concept").click()
    tab.page.locator('[role="option"]').first.wait_for()
    assert ALL in [shown(option) for option in tab.page.locator('[role="option"]').all_inner_texts()]
    harmless(tab)
    tab.page.keyboard.press("Escape")
    tab.page.get_by_role("combobox", name="A claim that should answer").click()
    tab.page.locator('[role="option"]').first.wait_for()
    harmless(tab)


def test_what_a_question_was_read_as_is_only_text(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    tab.go(f"inspect?q={quote(f'Named sourcess bite {ALL}')}", "text=Searched as")  # a slip is mended, so it is said
    assert f"Searched as “Named sources bite {ALL}”." in shown(tab.page.locator("text=Searched as").inner_text())
    harmless(tab)


def test_a_hostile_name_is_only_text(address: str, open_tab: OpenTab) -> None:
    name = f"{REMOTE} :red[boo] *b*"
    tab = open_tab(address)
    tab.go("progress", ".stAlert")
    tab.page.get_by_role("textbox", name="Your name").fill(name)
    tab.page.keyboard.press("Enter")
    kept = tab.page.get_by_text("All that is kept of you")
    kept.wait_for()
    assert name in shown(kept.inner_text())
    harmless(tab)


def test_what_authors_see_of_a_hostile_base_is_only_text(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    # Not covered, so that there is something to show under Demand.
    tab.go(f"?q={quote(f'How long do I bake sourdough bread in a stone oven? {ALL}')}", ".gq-lead")
    tab.page.get_by_text("Author’s tools").click()
    tab.page.locator("button", has_text="Nothing answers this").click()
    tab.settle()
    harmless(tab)
    tab.go("coverage", "text=Coverage")
    tab.page.get_by_text("Claims reached").first.wait_for()
    tab.settle()
    harmless(tab)
    tab.page.get_by_role("tab", name="Demand").click()
    tab.page.locator("summary", has_text="Questions").first.click()
    assert ALL in shown(tab.page.inner_text('[data-testid="stMainBlockContainer"]'))
    harmless(tab)
    tab.page.get_by_role("tab", name="Map").click()
    tab.page.locator('[data-testid="stVegaLiteChart"] canvas, [data-testid="stVegaLiteChart"] svg').first.wait_for()
    harmless(tab)
    tab.go("check", "text=Problems in the files")
    harmless(tab)
