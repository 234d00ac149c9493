"""Composing an answer without a language model: which passages are quoted, in which order, or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from groundedqa.answer.confidence import THRESHOLD, Confidence, confidence
from groundedqa.answer.conversation import understand
from groundedqa.answer.models import Abstention, Answer, Form, Grounded, Question, Quote
from groundedqa.answer.questions import has_letters, has_words, informative
from groundedqa.answer.quotes import quote
from groundedqa.base import Kind
from groundedqa.index.opened import Index
from groundedqa.index.words import stem, terms, words_in
from groundedqa.search import Filters, Hit, search

LONGEST = 2_000
"""Characters of a question that are still read; beyond, it is not one question."""

MOST_QUOTES = 5
_POOL = 40
_NEAREST = 3
_FALL = 0.6
"""A quote's score is at least this share of the best one's."""
_SAME = 0.93
"""Cosine of two passages from which on they say the same."""
_MATCHING_QUESTION = 0.8
"""Cosine from which on a learner's question is one of the base's open questions."""
_MATCHING_WORDS = 0.5
"""Share of the words of the longer of the two that both then hold."""
_TOUCHING_QUESTION = 0.5
"""Cosine from which on an open question is worth showing when the base does not answer."""

_HANDICAP = {Kind.CLAIM: 0.0, Kind.SECTION: 0.15, Kind.RELATION: 0.2}
"""Taken off the score of what may answer, for the order of the quotes: a claim states its evidence, so
it goes before a passage of text or a relation that matches as well. Open questions never answer,
except where they are asked for. Figures in docs/evaluation.md."""


def answer(
    index: Index, text: str, history: Sequence[Answer] = (), filters: Filters = Filters(), top_k: int = MOST_QUOTES
) -> Answer:
    """Answer a question with quotes from the base, or say that the base does not.

    Args:
        history: the answers so far in this conversation, oldest first.
        filters: which passages may be quoted.
        top_k: the most passages that are quoted; the other side of a contested claim comes on top.
    """
    if len(text) > LONGEST:
        return Abstention(
            Question(text[:LONGEST], ""),
            f"That is {len(text):,} characters long; ask one question of at most {LONGEST:,} characters.",
        )
    question = understand(index, text, history)
    if not question.carried and not (has_words(question.query) and has_letters(text)):
        return Abstention(question, _nothing_asked(text))
    leads = _leads(index, question)
    hits = search(index, question.query, _POOL, filters, also=leads)
    if question.carried:
        carried = [hit for hit in hits if hit.row in leads]
        return (
            _ground(index, question, carried, hits, top_k)
            if carried
            else _abstain(index, question, _scope(filters), hits)
        )
    fitting = _fitting(question, hits, leads)
    asked = informative(question.query, question.form)
    sure = confidence(index, asked, fitting)
    if question.form is Form.FACT and _is_open(asked, hits, fitting):
        return _abstain(index, question, "The base does not answer this; it lists it as an open question.", hits)
    defined = question.form is Form.DEFINITION and any(hit.row in leads for hit in fitting)
    if not fitting or not (defined or sure.probability >= THRESHOLD):
        return _abstain(index, question, _why_not(question, sure, filters), hits)
    return _ground(index, question, fitting, hits, top_k)


def _fitting(question: Question, hits: Sequence[Hit], leads: Sequence[int]) -> list[Hit]:
    """The hits that may answer this form of question, in the order in which they would be quoted."""
    handicap = dict(_HANDICAP)
    if question.form is Form.UNKNOWN:
        handicap = {Kind.OPEN_QUESTION: 0.0}
    elif question.form is Form.STRENGTH:
        handicap = {Kind.CLAIM: 0.0}
    elif question.form is Form.RELATION:
        handicap[Kind.RELATION] = 0.0
    ranked = sorted(
        ((hit.score - handicap[hit.passage.kind], hit) for hit in hits if hit.passage.kind in handicap),
        key=lambda pair: (pair[1].row not in leads, -pair[0], pair[1].passage.id),
    )
    best = max((score for score, _ in ranked), default=0.0)
    return [hit for score, hit in ranked if hit.row in leads or score >= _FALL * best]


def _leads(index: Index, question: Question) -> list[int]:
    """Rows that come first for this form of question, whatever their score."""
    if question.carried:
        return [index.rows[identifier] for identifier in question.carried if identifier in index.rows]
    if question.form is Form.DEFINITION and (definition := index.concepts[question.about[0]].definition):
        return [index.rows[definition]]
    if question.form is Form.RELATION:
        pair = set(question.about[:2])
        return [
            row
            for row in index.rows_of(Kind.RELATION)
            if {index.passages[row].concept, index.passages[row].target} == pair
        ]
    return []


def _ground(index: Index, question: Question, fitting: Iterable[Hit], hits: Sequence[Hit], top_k: int) -> Answer:
    quotes: list[Quote] = []
    withdrawn = 0
    for hit in fitting:
        if len(quotes) >= top_k:
            break
        if any(_same(index, hit, kept.hit) for kept in quotes):
            continue
        # Nobody is to read one side of a dispute without the other.
        for side in (hit, *(other for other in hits if other.passage.id in hit.passage.contests)):
            if any(kept.hit.row == side.row for kept in quotes):
                continue
            if verified := quote(index, side):
                quotes.append(verified)
            else:
                withdrawn += 1
    if not quotes:
        return Abstention(
            question,
            "The pages have changed since they were indexed, and what would answer no longer stands there. "
            "Bring the index up to date with: groundedqa index",
        )
    grounded = Grounded(question, "", tuple(quotes), withdrawn)
    return replace(grounded, lead=_lead(grounded))


def _same(index: Index, one: Hit, other: Hit) -> bool:
    if one.passage.text == other.passage.text:
        return True
    if one.passage.kind is not other.passage.kind or one.passage.evidence is not other.passage.evidence:
        return False
    return float(index.vectors[one.row] @ index.vectors[other.row]) >= _SAME


def _abstain(index: Index, question: Question, reason: str, hits: Sequence[Hit]) -> Abstention:
    nearest = [verified for hit in hits[: 2 * _NEAREST] if (verified := quote(index, hit))]
    touching = (hit for hit in hits if hit.passage.kind is Kind.OPEN_QUESTION and hit.dense.score >= _TOUCHING_QUESTION)
    best = max(touching, key=lambda hit: hit.dense.score, default=None)
    return Abstention(question, reason, tuple(nearest[:_NEAREST]), quote(index, best) if best else None)


def _is_open(asked: Sequence[str], hits: Sequence[Hit], fitting: Sequence[Hit]) -> bool:
    """Whether the question is, nearly word for word, one of the base's open questions."""
    likely = [hit for hit in hits if hit.passage.kind is Kind.OPEN_QUESTION and hit.dense.score >= _MATCHING_QUESTION]
    nearest = max(likely, key=lambda hit: hit.dense.score, default=None)
    if nearest is None or any(hit.dense.score >= nearest.dense.score for hit in fitting):
        return False
    theirs = set(terms(nearest.passage.text))
    return len(theirs.intersection(asked)) >= _MATCHING_WORDS * max(len(theirs), len(asked))


def _nothing_asked(text: str) -> str:
    if not text.strip():
        return "Nothing was asked yet."
    return "There is no word in this that could be looked up; name what you want to know about."


def _scope(filters: Filters) -> str:
    if filters.min_evidence:
        return f"No claim rated {filters.min_evidence.value} or better answers this."
    return "The base does not say."


def _why_not(question: Question, sure: Confidence, filters: Filters) -> str:
    scope = _scope(filters)
    unseen = [_as_typed(question.text, term) for term in sure.unseen]
    shown = [f"“{word}”" for word in unseen[:3] if word]
    if not shown:
        return f"{scope} The nearest passages are about something else."
    listed = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
    return f"{scope} It never mentions {listed}."


def _as_typed(text: str, term: str) -> str:
    return next((text[start:end] for start, end, word in words_in(text) if stem(word) == term), "")


_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_NAMES = {
    Kind.CLAIM: ("claim", "claims"),
    Kind.OPEN_QUESTION: ("open question", "open questions"),
    Kind.RELATION: ("relation between pages", "relations between pages"),
    Kind.SECTION: ("passage of a page's text", "passages of pages' text"),
}


def _lead(answered: Grounded) -> str:
    """One sentence that says what the quotes are, and nothing that the base does not say."""
    parts = []
    quotes = answered.quotes
    counted = quotes
    if answered.question.form is Form.DEFINITION and quotes[0].passage.id == quotes[0].concept.definition:
        parts.append("the page's own definition")
        counted = quotes[1:]
    for kind, (one, many) in _NAMES.items():
        if number := sum(q.passage.kind is kind for q in counted):
            count = _NUMBERS[number].lower() if number < len(_NUMBERS) else str(number)
            parts.append(f"{count} {one if number == 1 else many}")
    said = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    claims = [q.passage for q in quotes if q.passage.kind is Kind.CLAIM]
    if len(claims) == 1 and claims[0].evidence:
        said += f", {'rated' if len(quotes) == 1 else 'the claim rated'} {claims[0].evidence.value}"
    elif answered.strength:
        levels = {claim.evidence for claim in claims}
        said += (
            f", all rated {answered.strength.value}"
            if len(levels) == 1 and len(claims) == len(quotes)
            else f", the weakest {'claim ' if len(claims) < len(quotes) else ''}rated {answered.strength.value}"
        )
    elif claims:
        said += ", not all with an evidence level"
    lead = f"{said[0].upper()}{said[1:]}."
    if answered.withdrawn:
        lead += " Some quotes were withdrawn: their page has changed since it was indexed."
    return lead
