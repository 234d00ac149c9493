"""The figures of a base, as a table: `python tests/corpus/survey.py [FOLDER]`.

Readability is the Flesch-Kincaid grade (Kincaid et al. 1975): the years of school that a text
needs, 0.39 * words/sentence + 11.8 * syllables/word - 15.59.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import textstat

from groundedqa.base.evidence import Evidence
from groundedqa.base.folder import read_base
from groundedqa.base.models import Base, Kind, Passage
from groundedqa.text.plain import plain

CORPUS = Path(__file__).parent.parent.parent / "corpus"
_MARKUP = re.compile(r"\s*\[@[^\]]*\]|\*\*|`")


def prose(passage: Passage) -> str:
    """A passage's words without markup and citations, ending like a sentence."""
    text = _MARKUP.sub("", plain(passage.text)).replace("et al.", "and others")
    return text if text.endswith((".", "?", "!")) else f"{text}."


def of_kind(base: Base, kind: Kind) -> list[Passage]:
    return [passage for passage in base.passages if passage.kind is kind]


def level_shares(base: Base) -> dict[Evidence, float]:
    claims = of_kind(base, Kind.CLAIM)
    counts = Counter(claim.evidence for claim in claims)
    return {level: counts[level] / len(claims) for level in Evidence}


def linked_from(base: Base) -> dict[str, set[str]]:
    """By slug, the slugs of the pages that link there."""
    return {slug: {c.slug for c in base.concepts.values() if slug in c.links} for slug in base.concepts}


def disputes(base: Base) -> set[frozenset[str]]:
    """The pairs of claims that contest each other."""
    return {frozenset((claim.id, other)) for claim in of_kind(base, Kind.CLAIM) for other in claim.contests}


def grades(base: Base) -> dict[str, float]:
    """By slug, the Flesch-Kincaid grade of all that the page says."""
    said: dict[str, list[str]] = {}
    for passage in base.passages:
        said.setdefault(passage.concept, []).append(prose(passage))
    return {slug: textstat.flesch_kincaid_grade(" ".join(texts)) for slug, texts in said.items()}


def main() -> None:
    base = read_base(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS)
    kinds = Counter(concept.kind for concept in base.concepts.values())
    claims = of_kind(base, Kind.CLAIM)
    dates = sorted(claim.date for claim in claims if claim.date)
    cited = {key for passage in base.passages for key in passage.sources}
    print(f"pages           {len(base.concepts)} ({', '.join(f'{n} {kind}' for kind, n in kinds.items())})")
    print(f"claims          {len(claims)}, dated {len(dates)} ({dates[0]} to {dates[-1]})")
    print("levels          " + ", ".join(f"{level} {share:.1%}" for level, share in level_shares(base).items()))
    print(f"disputes        {len(disputes(base))} pairs")
    print(f"open questions  {len(of_kind(base, Kind.OPEN_QUESTION))}")
    print(f"relations       {len(of_kind(base, Kind.RELATION))}")
    print(f"aliases         {sum(len(concept.aliases) for concept in base.concepts.values())}")
    print(f"sources         {len(base.sources)}, behind a passage {len(cited)}")
    print("grade           page")
    for slug, grade in sorted(grades(base).items(), key=lambda item: item[1]):
        print(f"{grade:5.1f}           {slug}")


if __name__ == "__main__":
    main()
