"""Judging an answer in a learner's own words against the claim that it should give.

No language model: each informative word of the claim is looked for among the answer's, by its stem,
by names of one concept, or by the encoder's vector of the word in its sentence. Words of the question
earn nothing (question demoting, Sultan, Salazar and Sumner 2016). Figures, and where not to trust
them, are in docs/evaluation.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from groundedqa.index.reading import Index
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.facts import FactType
from groundedqa.quiz.likeness import same
from groundedqa.quiz.statements import Statements
from groundedqa.search.alignment import SAID, Meeting, Words, meet, read_words
from groundedqa.text.words import STOPWORDS, terms

RIGHT = 0.6
"""Evidence from which on an answer is right."""
WRONG = 0.25
"""Evidence below which an answer is wrong."""
_COVERED, _MISSING = 0.6, 0.3
"""How near the words of a key fact have to be on average for it to be covered, and below which it is missing."""
_LEAST_GRADE, _SLOPE = 0.4, 0.7
"""Graders give something for nearly everything: the grade that they are expected to give, by the evidence."""
_PARTLY = 0.9
"""The most that an answer scores which is not right."""
_LONGEST_NAME = 5  # words
_CLASHING = (FactType.VERSION, FactType.GROUP, FactType.AUTHOR, FactType.AUTHORS)


@dataclass(frozen=True, slots=True)
class ShortAnswerGrade:
    """What an answer covers. `score` is between 0 and 1, None where it cannot be told.

    Key facts that are neither covered nor missing are in doubt. `grade` is what a lenient grader would be
    expected to give, between 0 and 1, told or not: a wrong answer scores 0 and is still graded above it.
    """

    score: float | None
    covered: tuple[str, ...]  # key facts of the reference, in its own words
    missing: tuple[str, ...]
    wrong: tuple[str, ...]  # what the answer says otherwise, in its own words
    grade: float


def assess(bank: ClaimBank, question: str, reference: str, words: str) -> ShortAnswerGrade:
    """Judge an answer.

    It is right from an evidence of `RIGHT` on if it covers half of the key facts, misses none, and nothing
    in it is wrong. It is wrong below `WRONG`, or where it errs and covers nothing. It is partly right where
    it covers some key facts and errs, plainly misses others or leaves most in doubt. Else it cannot be told.

    Args:
        reference: the plain text that the answer should give; what is covered and missing are slices of it.
    """
    index = bank.index
    wanted, given, asked = (read_words(index, text) for text in (reference, words, question))
    names = [_named(index, text) for text in (wanted, given, asked)]
    news, own = (
        _news(text, asked, {place for slug in named.keys() & names[2].keys() for place in named[slug]})
        for text, named in ((wanted, names[0]), (given, names[1]))
    )
    if not news.any():  # the question says it all: saying it again is all that an answer can do
        news, own = ~news, np.ones_like(own)
    facts = _key_facts(wanted, news)
    if not own.any() or not facts:
        return ShortAnswerGrade(0.0, (), _texts(wanted, facts), (), _grade(0.0))

    meeting = meet(index, wanted, given, _of_one_concept(names[0], names[1]))
    turned = _turned(meeting)
    said = np.where([bool(places) for places in turned], 0.0, meeting.near[:, own].max(axis=1))
    coverage, fit = float(said[news].mean()), float(meeting.near[:, own].max(axis=0).mean())
    evidence = coverage / 2 + fit / 4 + max(0.0, _likeness(wanted, given, asked)) / 4

    # A fact that is turned around, or whose number is not given, is missing however much else of it is said.
    lost = np.array([bool(word.number) for word in wanted.words]) & (said < SAID) | np.array([bool(t) for t in turned])
    level = [0.0 if (lost & news)[fact].any() else float(said[fact][news[fact]].mean()) for fact in facts]
    covered = _texts(wanted, (fact for fact, at in zip(facts, level, strict=True) if at >= _COVERED))
    missing = _texts(wanted, (fact for fact, at in zip(facts, level, strict=True) if at < _MISSING))
    clashing = {place for places in turned for place in places} | _other_numbers(wanted, given, own, meeting)
    wrong = _texts(given, _runs(clashing), negated=True)
    wrong = tuple(dict.fromkeys((*wrong, *_other_names(bank, question, reference, words))))
    score = _score(evidence, len(facts), len(covered), len(missing), bool(wrong))
    return ShortAnswerGrade(score, covered, missing, wrong, _grade(evidence))


def _score(evidence: float, facts: int, covered: int, missing: int, errs: bool) -> float | None:
    if evidence < WRONG:
        return 0.0
    if errs:
        return _grade(evidence) / 2 if covered else 0.0
    if evidence >= RIGHT and not missing and 2 * covered >= facts:
        return 1.0
    return min(_grade(evidence), _PARTLY) if covered and (missing or evidence >= RIGHT) else None


def _grade(evidence: float) -> float:
    return min(1.0, _LEAST_GRADE + _SLOPE * evidence)


def _likeness(wanted: Words, given: Words, asked: Words) -> float:
    """The cosine of the two sentences' vectors, each without what it has in common with the question's."""
    one, other = (text.sentence - asked.sentence * (text.sentence @ asked.sentence) for text in (wanted, given))
    norms = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / norms if norms > 1e-6 else 0.0


def _key_facts(wanted: Words, news: NDArray[np.bool_]) -> list[slice]:
    """Runs of informative words with nothing but spaces and hyphens between them.

    What the question holds is left out, and so is what only carries the sentence, such as "make", if more is said.
    """
    facts, start = [], 0
    for place in range(1, len(wanted.words) + 1):
        if place < len(wanted.words):
            between = wanted.text[wanted.words[place - 1].end : wanted.words[place].start]
            if between == "-" or (re.fullmatch(r"[\s/’']*", between) and news[place - 1] == news[place]):
                continue
        if news[start:place].any():
            facts.append(slice(start, place))
        start = place
    telling = [f for f in facts if any(word.number or word.form not in STOPWORDS for word in wanted.words[f])]
    return telling or facts


def _texts(of: Words, facts: Iterable[slice], negated: bool = False) -> tuple[str, ...]:
    """The words of each fact as the text has them; with `negated`, from the negation on that reaches them."""
    found = []
    for fact in facts:
        first, end = of.words[fact.start], of.words[fact.stop - 1].end
        rest = re.match(r"(?:-\w+)*", of.text[end:])  # the "-up" of thumbs-up
        start = first.start if first.negation is None or not negated else first.negation
        found.append(of.text[start : end + (rest.end() if rest else 0)])
    return tuple(found)


def _runs(places: Iterable[int]) -> list[slice]:
    runs: list[slice] = []
    for place in sorted(places):
        joins = runs and runs[-1].stop == place
        runs[-1:] = [slice(runs[-1].start, place + 1)] if joins else [*runs[-1:], slice(place, place + 1)]
    return runs


def _turned(meeting: Meeting) -> list[list[int]]:
    """For each word of the reference, the answer's words that turn it around, unless another one says it straight."""
    found = []
    for near, clash in zip(meeting.near, meeting.clash, strict=True):
        straight = near[~clash].max(initial=0.0)
        found.append([] if straight >= SAID else np.flatnonzero(clash).tolist())
    return found


def _other_numbers(wanted: Words, given: Words, own: NDArray[np.bool_], meeting: Meeting) -> set[int]:
    """The answer's numbers that the reference does not give, where it gives one of that sort which the answer lacks."""
    lacking = {
        w.number.measure for w, near in zip(wanted.words, meeting.near, strict=True) if w.number and not near.any()
    }
    return {
        place
        for place, word in enumerate(given.words)
        if word.number and word.number.measure in lacking and own[place] and not meeting.near[:, place].any()
    }


def _other_names(bank: ClaimBank, question: str, reference: str, words: str) -> Iterator[str]:
    """Models, groups and authors in the answer, where the reference names another one that the answer does not."""
    asked, wanted, given = (
        [fact for fact in bank.once(Statements).lexicon.facts(text) if fact.type in _CLASHING]
        for text in (question, reference, words)
    )
    lacking = {fact.type for fact in wanted if not any(same(fact, other) for other in given)}
    for fact in given:
        if fact.exposed and fact.type in lacking and not any(same(fact, other) for other in (*wanted, *asked)):
            yield fact.text


def _news(text: Words, asked: Words, named: set[int]) -> NDArray[np.bool_]:
    """Which words are not the question's, nor of another name of a concept that it names."""
    echoed = {word.key for word in asked.words}
    return np.array([w.key not in echoed and place not in named for place, w in enumerate(text.words)], dtype=np.bool_)


def _of_one_concept(here: Mapping[str, set[int]], there: Mapping[str, set[int]]) -> Iterator[tuple[int, int]]:
    """Pairs of words, by their places, that belong to names of the same concept."""
    for slug in sorted(here.keys() & there.keys()):
        yield from product(sorted(here[slug]), sorted(there[slug]))


def _named(index: Index, text: Words) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for start, stop in combinations(range(len(text.words) + 1), 2):
        if stop - start <= _LONGEST_NAME:
            name = terms(text.text[text.words[start].start : text.words[stop - 1].end])
            # Stop words drop out, so "GPT-3 does not understand" would pass for a name as well.
            if len(name) == stop - start and (slug := index.names.get(tuple(name))) is not None:
                found.setdefault(slug, set()).update(range(start, stop))
    return found
