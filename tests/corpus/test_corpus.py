"""The shipped base: how much it holds, how honestly it is rated, how it is written."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from statistics import mean

import pytest
import survey
from spellchecker import SpellChecker

from groundedqa.base.evidence import Evidence
from groundedqa.base.folder import read_base
from groundedqa.base.models import Base, Kind
from groundedqa.text.words import terms

WORDS = Path(__file__).parent / "words.txt"


@pytest.fixture(scope="module")
def base() -> Base:
    return read_base(survey.CORPUS)


def test_it_holds_what_it_promises(base: Base) -> None:
    kinds = Counter(concept.kind for concept in base.concepts.values())
    assert kinds["concept"] >= 40
    assert kinds["entity"] >= 20
    assert kinds.total() >= 60
    claims = survey.of_kind(base, Kind.CLAIM)
    assert len(claims) >= 400
    assert len(survey.of_kind(base, Kind.OPEN_QUESTION)) >= 100
    assert len(survey.of_kind(base, Kind.RELATION)) >= 200
    assert sum(len(concept.aliases) for concept in base.concepts.values()) >= 150
    assert len(base.sources) >= 150
    years = [int(claim.date[:4]) for claim in claims if claim.date]
    assert len([year for year in years if 1943 <= year <= 2026]) >= 120
    assert {1943, 2026} <= set(years)


def test_it_is_without_an_error_or_a_warning(base: Base) -> None:
    assert base.problems == ()


def test_the_command_finds_nothing_to_mend() -> None:
    command = [sys.executable, "-m", "groundedqa.cli", "check", str(survey.CORPUS)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    assert done.stdout.endswith("0 errors, 0 warnings.\n")


def test_every_claim_is_rated_sourced_and_has_an_id_of_its_own(base: Base) -> None:
    for claim in survey.of_kind(base, Kind.CLAIM):
        assert claim.evidence, claim.id
        assert claim.sources, claim.id
    for passage in base.passages:
        if passage.kind in (Kind.CLAIM, Kind.OPEN_QUESTION):
            assert "/" not in passage.id, f"{passage.path}:{passage.line} has no id"


def test_no_source_is_listed_for_nothing(base: Base) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in survey.CORPUS.glob("*.md"))
    assert [key for key in base.sources if not re.search(rf"@{re.escape(key)}\b", text)] == []


def test_levels_are_spread(base: Base) -> None:
    shares = survey.level_shares(base)
    assert {level: share for level, share in shares.items() if share > 0.55} == {}
    assert {lvl: share for lvl, share in shares.items() if share < 0.15 and lvl is not Evidence.CONTESTED} == {}


def test_disputes_stand_on_both_sides(base: Base) -> None:
    assert len(survey.disputes(base)) >= 12
    levels = {claim.id: claim.evidence for claim in survey.of_kind(base, Kind.CLAIM)}
    assert {levels[side] for pair in survey.disputes(base) for side in pair} == {Evidence.CONTESTED}
    # Marked at both claims, too: whoever reads one page alone learns of the other side.
    for pair in survey.disputes(base):
        one, other = sorted(pair)
        for here, there in ((one, other), (other, one)):
            place = next(passage for passage in base.passages if passage.id == here)
            line = (survey.CORPUS / place.path).read_text(encoding="utf-8").splitlines()[place.line - 1]
            assert re.search(rf"contests=\S*\b{there}\b", line), f"{here} does not name {there}"


def test_every_page_is_linked_from_two_others(base: Base) -> None:
    assert {slug: len(pages) for slug, pages in survey.linked_from(base).items() if len(pages) < 2} == {}


def test_relations_say_how_two_pages_hang_together(base: Base) -> None:
    pairs: Counter[tuple[str, str | None]] = Counter()
    for relation in survey.of_kind(base, Kind.RELATION):
        assert relation.target, relation.text
        assert len(relation.text.partition("]]")[2].split()) >= 6, relation.text
        pairs[(relation.concept, relation.target)] += 1
    assert [pair for pair, times in pairs.items() if times > 1] == []


def test_a_claim_can_be_understood_alone(base: Base) -> None:
    """It names what its page is about, and begins with nothing that points elsewhere."""
    for claim in survey.of_kind(base, Kind.CLAIM):
        names = {term for name in base.concepts[claim.concept].names for term in terms(name)}
        assert names & set(terms(claim.text)), claim.id
        assert not re.match(r"\W*(?:it|its|this|these|those|they|their|he|she|his|her)\b", claim.text, re.I), claim.id


def test_no_two_claims_share_a_sentence(base: Base) -> None:
    seen: dict[str, str] = {}
    for claim in survey.of_kind(base, Kind.CLAIM):
        for sentence in re.split(r"(?<=[.?!])\s+", survey.prose(claim)):
            key = " ".join(re.findall(r"\w+", sentence.lower()))
            if len(key) > 20:
                assert key not in seen, f"{claim.id} and {seen[key]}: {sentence}"
                seen[key] = claim.id


def test_every_word_is_spelled(base: Base) -> None:
    """American spelling; names of authors, pages and sources are taken as they are, other names from words.txt."""
    known = {word for word in WORDS.read_text(encoding="utf-8").split() if word}
    for source in base.sources.values():
        known |= words_of(" ".join((source.title, source.container or "", *source.authors)))
    for concept in base.concepts.values():
        known |= words_of(" ".join(concept.names))
    written: dict[str, str] = {}
    for passage in base.passages:
        written |= dict.fromkeys(words_of(survey.prose(passage)), f"{passage.path}:{passage.line}")
    unknown = SpellChecker(language="en").unknown(set(written) - known)
    assert {word: written[word] for word in unknown} == {}


def words_of(text: str) -> set[str]:
    text = re.sub(r"https?://\S+", "", text)
    return {word.lower().removesuffix("'s") for word in re.findall(r"(?<![\w-])[^\W\d_]+(?:'[a-z]+)?(?![\w])", text)}


def test_every_page_can_be_read_by_a_bright_school_leaver(base: Base) -> None:
    grades = survey.grades(base)
    assert {slug: grade for slug, grade in grades.items() if grade > 14} == {}
    assert mean(grades.values()) < 12.5
