"""For any page, the slice at a passage's place is what it quotes."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from groundedqa.base.files import read_page
from groundedqa.base.folder import find_again, read_base

FRAGMENTS = [
    "---\ntitle: Größe 😀\nsummary: It's so.\n---\n",
    "---\nsummary: >\n  folded\n  words\n---\n",
    "---\nsummary: 'a ''b'''\nx: [\u2028]\n---",
    "---",
    "# Title\n",
    "Title\n=====\n",
    "## Key Claims\n",
    "### claims (2)\n\n",
    "## Open Questions\n",
    "## Related Concepts\n",
    "## Other [[x|y]]\n",
    "- **Claim.** Words. Evidence: strong [@a; @b] {#id date=2024}\n",
    "- Claim\n  wrapped\n  Evidence: weak\n  (A (b); C) {#w}\n",
    "- [ ] Claim [high] [p](https://p.org)\n  - Source: Q\n  - kept\n\n    deeper\n",
    "1. Evidence: high. 見出し — الماء 👩‍🔬 (Navy)\n",
    "- Is it? {#q}\n",
    "- [[Winds]]: it blows\n",
    "- Name — words\n",
    "\t- tab\n",
    "> quote\nlazy\n",
    "```\ncode [[x]]\n```\n",
    "~~~ never closed\n",
    "| a | b |\n|---|---|\n| [[x\\|y]] | é |\n",
    "<!-- note -->\n",
    "<div>\n*x*\n</div>\n",
    "[^1]: https://example.org\n",
    "[r]: page.md\n",
    "Plain words. And 漢字。 More\u00a0so\u2003x\x0by\x0cz\u0085w\u2028v\n",
    "\ufeff",
    "e\u0301 \U0001f469\u200d\U0001f680 \u200f",
    "Backlinks\n",
    "Key Claims\n",
    "Page\n",
    "\n",
    "\n\n",
    " ",
    "    ",
    "word " * 200,
    "x" * 900,
    "{#",
    "[[",
    "](",
    "**",
    "`",
]

pages = st.tuples(
    st.sampled_from(["", "\ufeff", "Page\nBadgePage\n"]),
    st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=20), max_size=14).map("".join),
    st.sampled_from(["\n", "\r\n", "\r"]),
).map(lambda parts: parts[0] + parts[1].replace("\n", parts[2]))


@given(text=pages.filter(lambda text: "\0" not in text))
@settings(max_examples=300, deadline=None)
def test_every_passage_is_a_slice_of_its_page(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "page.md").write_bytes(text.encode("utf-8"))
        base = read_base(root)
        on_disk = (root / "page.md").read_bytes().decode("utf-8")
        page = read_page(root, "page.md")
    end = 0
    for passage in base.passages:
        assert on_disk[passage.start : passage.end] == passage.text
        assert passage.text.strip() == passage.text != ""
        assert not passage.text.startswith("\ufeff") or passage.start > 0
        assert passage.line == len(re.findall(r"\r\n|\r|\n", on_disk[: passage.start])) + 1
        assert passage.start >= end, "two passages of one page share characters"
        end = passage.end
        assert page is not None
        again = find_again(page, passage)
        assert again is None or again.text == passage.text
    assert len({p.id for p in base.passages}) == len(base.passages)
    lines = len(re.findall(r"\r\n|\r|\n", on_disk)) + 1
    assert all(1 <= problem.line <= lines and "\n" not in problem.message for problem in base.problems)
