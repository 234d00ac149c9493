"""Names by which files beside the pages, such as gold cases, speak of a passage.

A reference names a passage so that rewording it, or another page, does not break it:

    circuit-tracing-rhyme                     a claim or an open question, by its id
    summary:circuit-tracing                   the definition of a page
    relation:circuit-tracing/transcoders      what one page says of another
    section:circuit-tracing/how-to-read-a-graph   a paragraph, by its page and its first five words
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from groundedqa.base.models import Concept, Kind, Passage
from groundedqa.base.page import slugify

_SECTION_WORDS = 5


def references(concepts: Mapping[str, Concept], passages: Iterable[Passage]) -> dict[str, Passage]:
    """Every reference that can be made, with the passage that it names."""
    found: dict[str, Passage] = {}
    for passage in passages:
        found[passage.id] = passage
        if passage.id == concepts[passage.concept].definition:
            found[f"summary:{passage.concept}"] = passage
        elif passage.kind is Kind.SECTION:
            words = slugify(passage.text).split("-")[:_SECTION_WORDS]
            found.setdefault(f"section:{passage.concept}/{'-'.join(words)}", passage)
        elif passage.kind is Kind.RELATION and passage.target:
            found.setdefault(f"relation:{passage.concept}/{passage.target}", passage)
    return found


def reference_of(passage: Passage, known: Mapping[str, Passage]) -> str:
    """The reference that stays while a passage is reworded, if there is one; `known` is what `references` gives."""
    if passage.kind in (Kind.CLAIM, Kind.OPEN_QUESTION):
        return passage.id
    names = [name for name, named in known.items() if named.id == passage.id and name != passage.id]
    return names[0] if names else passage.id
