"""Exchangeable facts in a claim's plain text: numbers, dates, and names of models, authors, groups and concepts.

A fact is exchangeable when another of its type could stand in its place without breaking the
sentence. What is doubtful (a digit inside a name, a bound such as "over 90%", a member of an open
list such as "including OpenAI") is found too, so that nothing mistakes it for absent, but not exposed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from groundedqa.base.models import Concept, ConceptKind
from groundedqa.text.dates import MONTHS
from groundedqa.text.words import STOPWORDS, terms

Value = float | tuple[int, ...] | str


class FactType(StrEnum):
    """What may be exchanged for what: only facts of one type."""

    PERCENT = "percent"
    COUNT = "count"  # 16, 2,294
    DECIMAL = "decimal"  # 0.92
    SCALED = "scaled"  # 34 million
    WORD = "word"  # seven
    YEAR = "year"
    MONTH = "month"  # March 2025
    DAY = "day"  # 27 March 2025
    VERSION = "version"  # Claude 3 Opus
    AUTHOR = "author"  # Turner (and colleagues)
    AUTHORS = "authors"  # Hewitt and Liang (2019)
    GROUP = "group"  # OpenAI
    CONCEPT = "concept"  # sparse autoencoders
    DIRECTION = "direction"  # higher, worse, less often


NUMBERS = frozenset({FactType.PERCENT, FactType.COUNT, FactType.DECIMAL, FactType.SCALED, FactType.WORD})
DATES = frozenset({FactType.YEAR, FactType.MONTH, FactType.DAY})


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact at `text[start:end]` of a claim's plain text.

    `value` is comparable within numbers (a float), within dates (year, month, day, as far as
    given) and, for names, the name without case, spaces and hyphens, or a concept's slug.
    """

    type: FactType
    start: int
    end: int
    text: str
    value: Value
    exposed: bool = True  # whether it may be blanked out or exchanged
    about: bool = False  # whether the text only gives it roughly: "about 25%"


_WORDS = "two three four five six seven eight nine ten eleven twelve".split()
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_MONTH = rf"(?:{'|'.join(MONTHS)})"
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_QUANTITY = re.compile(
    r"(?<![\w.,:$€£#/+–-])(?:"
    rf"(?P<day>(?P<d1>\d{{1,2}}) (?P<m1>{_MONTH}) (?P<y1>\d{{4}})|(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}}), (?P<y2>\d{{4}}))"
    rf"|(?P<month>(?P<m3>{_MONTH}) (?P<y3>\d{{4}}))"
    rf"|(?P<percent>(?P<p>{_NUMBER})(?: ?%| per ?cent\b))"
    rf"|(?P<scaled>(?P<n>{_NUMBER}) (?P<scale>{'|'.join(_SCALES)}))"
    rf"|(?P<year>(?:19|20)\d\d)|(?P<count>{_NUMBER})|(?P<word>{'|'.join(_WORDS)})"
    r")(?![\w/–-]|[.,:]\d|%| ?percent)"
)
# "Over 90%" makes 80% right too. "The 40 models" and "the other three" point back at something.
_BOUND = re.compile(
    r"(?:\b(?:over|under|above|below|beyond|than|least|most|up to|within|exceed\w*|nearly|almost|maximum of|minimum of|"
    r"every|each|per|an?|out of|the|first|last|other|next|these|those|all|both)|[≥≤<>])\s*$",
    re.IGNORECASE,
)
_DATE_BOUND = re.compile(r"\b(?:an?|before|after|since|until|late|early|mid|end of)[\s-]*$", re.IGNORECASE)
_ABOUT = re.compile(r"(?:\b(?:about|around|roughly|approximately|some|circa)|~)\s*$", re.IGNORECASE)
_RANGE_AFTER = re.compile(rf"\s*(?:to|and|or|–|-)\s+(?:{_NUMBER}|(?:{'|'.join(_WORDS)})\b)")
# "1% to 2%" is one value, "from 13% to 0.4%" are two.
_RANGE_BEFORE = re.compile(
    rf"(?:\bbetween {_NUMBER}%? and|(?<!from )(?<![\w.,]){_NUMBER}(?:%| percent)? (?:to|or|and)"
    rf"|\b(?:one|{'|'.join(_WORDS)}) (?:to|or))\s*$"
)
_NAME = r"[A-Z][\w&]*(?: (?:of )?[A-Z][\w&]*)*"
_VERSION = re.compile(
    rf"(?<![\w-])(?!{_MONTH}\b)[A-Z][A-Za-z]+(?:[ -][A-Z][a-z]+)?[ -][A-Z]?\d+(?:\.\d+)*[A-Za-z]*"
    r"(?:[ -](?:\d+(?:\.\d+)*[A-Za-z]+|[A-Z][A-Za-z]*\d*|mini|nano)(?![\w]))*(?!\w)"
)
_GROUP = re.compile(
    rf"(?:(?:et al\.|colleagues|[Rr]esearchers|staff|team|authors) (?:of|at|from) (?:the )?(?P<at>{_NAME}))"
    rf"|(?P<of>{_NAME}) (?:researchers|staff)\b"
)
_AUTHOR = re.compile(r"(?<![\w,] )(?<![\w-])(?P<name>[A-Z][a-z’'-]\w+)(?= et al\.| and colleagues\b)")
_AUTHORS = re.compile(r"(?<![\w,] )(?<![\w-])(?P<name>[A-Z][a-z]\w+ and [A-Z][a-z]\w+)(?= \(\d{4}\))")
# A name behind these is one of several that would be as right.
_OPEN_LIST = re.compile(
    r"\b(?:such as|including|among them|among others|with others|for example|for instance|e\.g\.|like)\b[^.;]*$",
    re.IGNORECASE,
)
# "outside Anthropic" and "not OpenAI" are true of nearly every other name.
_SET_APART = re.compile(
    r"\b(?:outside|except|besides|beyond|unlike|without|not|nor|neither|no|than|beside) $", re.IGNORECASE
)
_CAPITAL_BEFORE = re.compile(r"(?P<word>[A-Z][\w&]*) $")
_CAPITAL_AFTER = re.compile(r"(?:'s|’s)? [A-Z]\w|(?:'s|’s) \w*\d| (?:and|or) \d| (?:small|medium|large|base|xl)\b")


def _flat(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold()


class Lexicon:
    """The names that a base uses, gathered from its claims' plain texts and its concepts."""

    def __init__(self, texts: Iterable[str], concepts: Mapping[str, Concept]) -> None:
        texts = list(texts)
        self._lower = {word for text in texts for word in re.findall(r"(?<![\w-])[a-z]+(?![\w-])", text)} | STOPWORDS
        lines: dict[str, set[str]] = defaultdict(set)
        self._entities = {_flat(n): c.slug for c in concepts.values() if c.kind is ConceptKind.ENTITY for n in c.names}
        groups: set[str] = set()
        for text in texts:
            for found in self._versions(text):
                lines[_family(found[0])].add(_flat(found[0]))
            groups |= {found["at"] or found["of"] for found in _GROUP.finditer(text)}
        # A single version may be anything (AIME 2024, ASL-3); a line of them is a product or a model.
        self._lines = {family for family, versions in lines.items() if len(versions) > 1}
        for concept in concepts.values():  # a page of its own is a group's where the texts speak of its people
            groups |= (
                set(concept.names) if concept.kind is ConceptKind.ENTITY and groups & set(concept.names) else set()
            )
        # "AI researchers" are of no group: the base has AI Alignment and AI Control.
        first = {
            name.split()[0]
            for c in concepts.values()
            if c.kind is ConceptKind.CONCEPT
            for name in c.names
            if " " in name
        }
        no_names = {*first, *MONTHS, *(word.capitalize() for word in _WORDS)}
        self.groups = frozenset(n for n in groups - no_names if not any(c.isdigit() for c in n))
        self._groups = _alternatives(self.groups)
        self._slugs = {
            name.casefold(): concept.slug
            for concept in sorted(concepts.values(), key=lambda c: c.slug, reverse=True)
            for name in concept.names
            if concept.kind is ConceptKind.CONCEPT
            and " " in name
            and " and " not in name
            and not _turned(name, concept.title)
        }
        self._concepts = _alternatives(self._slugs, re.IGNORECASE)

    def facts(self, text: str) -> tuple[Fact, ...]:
        """The facts of one plain text, in order; they never overlap."""
        names = [*self._named(text)]
        taken = [(found.start(), found.end()) for found in self._versions(text)]
        taken += [(fact.start, fact.end) for fact in names]
        found = [fact for fact in self._quantities(text) if not any(s < fact.end and fact.start < e for s, e in taken)]
        kept: list[Fact] = []
        for fact in sorted([*names, *found], key=lambda f: (f.start, -f.end)):
            if not kept or fact.start >= kept[-1].end:
                kept.append(fact)
        return tuple(kept)

    def is_common(self, word: str) -> bool:
        """Whether the base also writes this word in lower case, so that it is no name."""
        return word.lower() in self._lower

    def _versions(self, text: str) -> Iterator[re.Match[str]]:
        for found in _VERSION.finditer(text):
            first = re.split(r"[ -]", found[0])[0]
            if not self.is_common(first):
                yield found

    def _named(self, text: str) -> Iterator[Fact]:
        for found in self._versions(text):
            yield self._name(text, FactType.VERSION, found, _flat(found[0]), _family(found[0]) in self._lines)
        for found in self._groups.finditer(text):
            yield self._name(text, FactType.GROUP, found, self._entities.get(_flat(found[0]), _flat(found[0])), True)
        for kind, pattern in ((FactType.AUTHOR, _AUTHOR), (FactType.AUTHORS, _AUTHORS)):
            for found in pattern.finditer(text):
                yield self._name(text, kind, found, _flat(found[0]), True)
        for found in self._concepts.finditer(text):
            after = re.match(r" (\w+)", text[found.end() :])
            # "attribution graph nodes" is about nodes: the name may only stand by itself.
            opens = found.start() == 0 or text[: found.start()].endswith((". ", "? ", "! "))
            alone = (opens or found[0][0].islower()) and (opens or after is None or after[1] in STOPWORDS)
            yield self._name(text, FactType.CONCEPT, found, self._slugs[found[0].casefold()], alone)

    def _name(self, text: str, kind: FactType, found: re.Match[str], value: str, exposed: bool) -> Fact:
        before, after = text[: found.start()], text[found.end() :]
        capital = _CAPITAL_BEFORE.search(before)
        exposed = (
            exposed
            and not (capital and found[0][0].isupper() and not self.is_common(capital["word"]))
            and not _CAPITAL_AFTER.match(after)
            and not _OPEN_LIST.search(before)
            and not _SET_APART.search(before)
            and not re.search(r"\b(?:an?|the) $|[\"“(/-]$", before, re.IGNORECASE)
            and not re.match(r"[\"”/-]", after)
        )
        return Fact(kind, found.start(), found.end(), found[0], value, exposed)

    def _quantities(self, text: str) -> Iterator[Fact]:
        for found in _QUANTITY.finditer(text):
            kind, value = _measure(found)
            before, after = text[: found.start()], text[found.end() :]
            ranged = bool(_RANGE_AFTER.match(after) or _RANGE_BEFORE.search(before))
            if kind in (FactType.COUNT, FactType.DECIMAL) and (unit := _unit_of_range(after)):
                kind, ranged = unit, True
            capital = _CAPITAL_BEFORE.search(before)
            part = bool(capital and not self.is_common(capital["word"]))
            if kind in (FactType.YEAR, FactType.COUNT):  # The 2025 AI Agent Index
                part = part or bool(re.match(r" [A-Z]", after))
            if kind in DATES:
                exposed = not (part or _DATE_BOUND.search(before) or (kind is FactType.YEAR and ranged))
            else:
                exposed = not (part or ranged or _BOUND.search(_ABOUT.sub("", before)))
            if kind in (FactType.COUNT, FactType.WORD):
                counted = re.match(r" ([a-z]+)", after)
                exposed = exposed and counted is not None and (counted[1] == "of" or counted[1] not in STOPWORDS)
            if kind is FactType.WORD:  # "even between two runs" is no count; "three defences: ..." counts itself
                exposed = exposed and value != 2 and ":" not in after.split(". ")[0]
            yield Fact(kind, found.start(), found.end(), found[0], value, exposed, bool(_ABOUT.search(before)))


def _measure(found: re.Match[str]) -> tuple[FactType, Value]:
    if found["day"]:
        month = found["m1"] or found["m2"]
        return FactType.DAY, (
            int(found["y1"] or found["y2"]),
            MONTHS.index(month) + 1,
            int(found["d1"] or found["d2"]),
        )
    if found["month"]:
        return FactType.MONTH, (int(found["y3"]), MONTHS.index(found["m3"]) + 1)
    if found["year"]:
        return FactType.YEAR, (int(found["year"]),)
    if found["percent"]:
        return FactType.PERCENT, _float(found["p"])
    if found["scaled"]:
        return FactType.SCALED, _float(found["n"]) * _SCALES[found["scale"]]
    if found["word"]:
        return FactType.WORD, float(_WORDS.index(found["word"]) + 2)
    return FactType.DECIMAL if "." in found["count"] else FactType.COUNT, _float(found["count"])


def _float(number: str) -> float:
    return float(number.replace(",", ""))


def _unit_of_range(after: str) -> FactType | None:
    """The type that the end of a range lends to its start: the 32.5 of "32.5 to 65.1 percent"."""
    found = re.match(rf" (?:to|and|or) {_NUMBER} ?(%|percent|per cent|\w+)", after)
    if found and found[1] in ("%", "percent", "per cent"):
        return FactType.PERCENT
    return FactType.SCALED if found and found[1] in _SCALES else None


def _turned(name: str, title: str) -> bool:
    """Whether a name has a title's words in another order, as the verb "fake alignment" has."""
    one, two = terms(name), terms(title)
    return one != two and sorted(one) == sorted(two)


def _family(name: str) -> str:
    return re.split(r"[ -]", name)[0]


def _alternatives(names: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    listed = sorted(set(names), key=lambda name: (-len(name), name))
    joined = "|".join(re.escape(name) for name in listed)
    return re.compile(rf"(?<![\w.-])(?:{joined})(?![\w-]|\.\w)" if listed else r"(?!)", flags)
