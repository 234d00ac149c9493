"""Composing an answer without a language model: which passages are quoted, in which order, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from groundedqa.answer.answers import Abstention, Answer, Form, Grounded, Question, Quote, Turn
from groundedqa.answer.conversation import understand
from groundedqa.answer.preamble import questions_in
from groundedqa.answer.quotes import quote
from groundedqa.answer.retrieval import Retrieved, retrieve
from groundedqa.answer.smalltalk import foreign_language, small_talk
from groundedqa.base.models import Kind
from groundedqa.index.reading import Index
from groundedqa.search.hybrid import Filters, Hit
from groundedqa.search.rerank import Reranker
from groundedqa.search.signals import DENSE
from groundedqa.text.words import stem, terms, words_in

LONGEST = 2_000
"""Characters of a question that are still read; beyond, it is not one question."""

MOST_QUOTES = 5
_PARTS = 3
"""Questions of one text that are answered."""
_OF_PART = 3
"""Quotes for each of them."""
_UNSURE = 2
"""Quotes where the base may answer."""
_NEAREST = 3
_SAME = 0.97
"""Cosine of two passages from which on they say the same."""
_MATCHING_QUESTION = 0.8
"""Cosine from which on a learner's question is one of the base's open questions."""
_MATCHING_WORDS = 0.7
"""Share of the words of the longer of the two that both then hold."""
_TOUCHING_QUESTION = 0.5
"""Cosine from which on an open question is worth showing when the base does not answer."""


def answer(
    index: Index,
    text: str,
    history: Sequence[Turn] = (),
    filters: Filters = Filters(),
    top_k: int = MOST_QUOTES,
    reranker: Reranker | None = None,
) -> Answer:
    """Answer a question with quotes from the base, or say that the base does not.

    Args:
        history: what the turns of this conversation so far leave to a follow-up (`Grounded.turn`), oldest first.
        filters: which passages may be quoted.
        top_k: the most passages that are quoted; the other side of a contested claim comes on top.
    """
    if reply := small_talk(index, text):
        return Abstention(Question(text, ""), reply)
    if len(text) > LONGEST:
        return Abstention(
            Question(text[:LONGEST], ""),
            f"That is {len(text):,} characters long; ask one question of at most {LONGEST:,} characters.",
        )
    if given := several(index, text, history, filters, top_k, reranker):
        return given
    return decide(index, retrieve(index, text, history, filters, reranker), filters, top_k)


def several(
    index: Index,
    text: str,
    history: Sequence[Turn] = (),
    filters: Filters = Filters(),
    top_k: int = MOST_QUOTES,
    reranker: Reranker | None = None,
) -> Grounded | None:
    """The answer to several questions in one, each asked after those before it; None for one question, and where the
    base answers none of them by itself."""
    asked = questions_in(text)
    if len(asked) == 1:
        return None
    parts: list[Answer] = []
    for one in asked[:_PARTS]:
        before = [*history, *(part.turn for part in parts)]
        parts.append(decide(index, retrieve(index, one, before, filters, reranker), filters, min(top_k, _OF_PART)))
    found = [part for part in parts if isinstance(part, Grounded)]
    if not found:
        return None
    quotes = {quote.passage.id: quote for part in found for quote in part.quotes}
    about = dict.fromkeys(slug for part in parts for slug in part.question.about)
    whole = "both" if len(parts) == 2 else "all of them"
    said = whole if len(found) == len(parts) else f"{_NUMBERS[len(found)].lower()} of them"
    return Grounded(
        replace(understand(index, text, history), about=tuple(about), understood=None),
        f"{_NUMBERS[len(parts)]} questions in one: the base answers {said}.",
        tuple(quotes.values()),
        withdrawn=sum(part.withdrawn for part in found),
        sure=all(part.sure for part in found),
        parts=tuple(parts),
    )


def decide(index: Index, found: Retrieved, filters: Filters = Filters(), top_k: int = MOST_QUOTES) -> Answer:
    """Quote what was found, or abstain."""
    question = found.question
    if not found.hits and not found.asked and not question.carried:
        return Abstention(question, _nothing_asked(question.text))
    if not question.carried and question.form is Form.FACT and _is_open(found):
        return _abstain(index, found, "The base does not answer this; it lists it as an open question.")
    if not found.fitting or found.probability < found.sure.possible:
        return _abstain(index, found, _scope(filters) if question.carried else _why_not(index, found, filters))
    return _ground(index, found, top_k)


class Fate(StrEnum):
    """What becomes of a hit that may answer."""

    QUOTED = "quoted"
    SAME = "same"  # a quote before it says nearly the same
    BELOW = "below"  # it matches too much worse than the best one
    FULL = "full"  # as many as are shown come before it
    WITHDRAWN = "withdrawn"  # its page no longer says so


@dataclass(frozen=True, slots=True)
class Choice:
    """A hit that may answer, and what becomes of it; `same_as` is the hit that says the same."""

    hit: Hit
    fate: Fate
    quote: Quote | None = None
    same_as: Hit | None = None


def choose(index: Index, found: Retrieved, top_k: int = MOST_QUOTES) -> list[Choice]:
    """What would be quoted of what was found, if it is enough for an answer, and why the rest is not; in order."""
    choices: list[Choice] = []
    kept: list[Hit] = []
    top_k = top_k if found.probability >= found.sure.threshold else min(top_k, _UNSURE)
    for place, hit in enumerate(found.fitting):
        if any(other.row == hit.row for other in kept):
            continue  # it came along with the other side
        if place >= found.worth:
            choices.append(Choice(hit, Fate.BELOW))
        elif len(kept) >= top_k:
            choices.append(Choice(hit, Fate.FULL))
        elif same := next((other for other in kept if _same(index, hit, other)), None):
            choices.append(Choice(hit, Fate.SAME, same_as=same))
        else:
            # Nobody is to read one side of a dispute without the other.
            for side in (hit, *(other for other in found.hits if other.passage.id in hit.passage.contests)):
                if any(other.row == side.row for other in kept):
                    continue
                if verified := quote(index, side.passage, side.score):
                    kept.append(side)
                    choices.append(Choice(side, Fate.QUOTED, verified))
                else:
                    choices.append(Choice(side, Fate.WITHDRAWN))
    return choices


def _ground(index: Index, found: Retrieved, top_k: int) -> Answer:
    choices = choose(index, found, top_k)
    quotes = tuple(choice.quote for choice in choices if choice.quote)
    if not quotes:
        return Abstention(
            found.question,
            "The pages have changed since they were indexed, and what would answer no longer stands there; "
            "the index has to be brought up to date.",
        )
    withdrawn = sum(choice.fate is Fate.WITHDRAWN for choice in choices)
    grounded = Grounded(found.question, "", quotes, withdrawn=withdrawn, sure=found.probability >= found.sure.threshold)
    return replace(grounded, lead=_lead(grounded))


def _same(index: Index, one: Hit, other: Hit) -> bool:
    if one.passage.text == other.passage.text:
        return True
    if one.passage.kind is not other.passage.kind or one.passage.evidence is not other.passage.evidence:
        return False
    return float(index.vectors[one.row] @ index.vectors[other.row]) >= _SAME


def _abstain(index: Index, found: Retrieved, reason: str) -> Abstention:
    nearest = [verified for hit in found.hits[: 2 * _NEAREST] if (verified := quote(index, hit.passage, hit.score))]
    touching = (h for h in found.hits if h.passage.kind is Kind.OPEN_QUESTION and h[DENSE].score >= _TOUCHING_QUESTION)
    best = max(touching, key=lambda hit: hit[DENSE].score, default=None)
    return Abstention(
        found.question, reason, tuple(nearest[:_NEAREST]), quote(index, best.passage, best.score) if best else None
    )


def _is_open(found: Retrieved) -> bool:
    """Whether the question is, nearly word for word, one of the base's open questions."""
    likely = [
        hit for hit in found.hits if hit.passage.kind is Kind.OPEN_QUESTION and hit[DENSE].score >= _MATCHING_QUESTION
    ]
    nearest = max(likely, key=lambda hit: hit[DENSE].score, default=None)
    if nearest is None or any(hit[DENSE].score >= nearest[DENSE].score for hit in found.fitting):
        return False
    theirs = set(terms(nearest.passage.text))
    return len(theirs.intersection(found.asked)) >= _MATCHING_WORDS * max(len(theirs), len(found.asked))


def _nothing_asked(text: str) -> str:
    if not text.strip():
        return "Nothing was asked yet."
    return "There is no word in this that could be looked up; name what you want to know about."


def _scope(filters: Filters) -> str:
    if filters.min_evidence:
        return f"No claim rated {filters.min_evidence.value} or better answers this."
    return "The base does not say."


def _why_not(index: Index, found: Retrieved, filters: Filters) -> str:
    """Why the base is silent, as far as that can be told truly: a word that it lacks, else the subject that it has."""
    scope = _scope(filters)
    if language := foreign_language(index, found.question.text):
        return f"This seems to be {language}, which the base is not written in; ask in the language of its pages."
    unseen = [_as_typed(found.question.text, term) for term in found.sure.unseen]
    if shown := [f"“{word}”" for word in unseen[:3] if word]:
        return f"{scope} It never mentions {_listed(shown, 'or')}."
    if about := [index.concepts[slug].title for slug in found.question.about if slug in index.concepts]:
        pages = f"a page on {about[0]}" if len(about) == 1 else f"pages on {_listed(about[:3], 'and')}"
        return f"{scope} It has {pages}, but nothing there seems to answer this."
    held = [term for term in found.asked if any(term in terms(hit.passage.text) for hit in found.hits[:_NEAREST])]
    if words := [f"“{word}”" for term in held[:3] if (word := _as_typed(found.question.text, term))]:
        return f"{scope} What comes nearest speaks of {_listed(words, 'and')}, but does not seem to answer this."
    return f"{scope} The nearest passages are about something else."


def _listed(names: Sequence[str], joined: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {joined} {names[-1]}"


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
    lead = f"{said[0].upper()}{said[1:]}." if answered.sure else f"The base may answer this: {said}."
    if answered.withdrawn:
        lead += " Some quotes were withdrawn: their page has changed since it was indexed."
    return lead
