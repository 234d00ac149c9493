"""Understanding one question by its form: which concepts it names, what kind of answer it wants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from groundedqa.answer.answers import Form
from groundedqa.index.reading import Index
from groundedqa.text.words import STOPWORDS, stem, terms, words_in

_UNKNOWN = re.compile(
    r"\b(?:not|isn't|aren't|yet to be)\s+(?:yet\s+)?(?:known|understood|answered|settled|solved|clear)\b"
    r"|\bun(?:known|solved|answered|resolved|settled)\b|\bopen\s+(?:questions?|problems?)\b"
    r"|\b(?:don't|doesn't|do not|does not)\s+(?:we|anyone|researchers|they|the base)?\s*(?:yet\s+)?know\b"
    r"|\bremains?\s+(?:open|unclear|to be)\b|\bstill\s+(?:open|unclear|debated)\b",
    re.IGNORECASE,
)
_RELATION = re.compile(
    r"\b(?:relat\w*|connect\w*|link\w*|differ\w*|compar\w*|versus|vs|between|hang together|have to do with)\b",
    re.IGNORECASE,
)
_STRENGTH = re.compile(
    r"\bhow\s+(?:strong|good|solid|reliable|certain|sure|robust|trustworthy|well[- ]\w+)\b"
    r"|\b(?:strength|level|quality|kind)\s+of\s+(?:the\s+)?evidence\b|\bevidence\s+level\b"
    r"|\b(?:what|which|any|how much)\s+(?:is\s+the\s+)?evidence\b|\bcan\s+(?:i|we|you)\s+trust\b",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"\bwho\s+(?:found|discovered|showed|says|said|wrote|published|did|measured|claims|claimed|proved|reported)\b"
    r"|\bwhose\s+(?:work|finding|claim|result)\b|\b(?:what|which)\s+(?:is\s+the\s+)?(?:source|paper|study|citation)s?\b"
    r"|\bwhere\s+(?:does|do|did|is|was)\s+(?:that|this|it|these|those)\b|\bwhen\s+was\s+(?:that|this|it)\b"
    r"|^(?:source|citation|reference)s?\W*$",
    re.IGNORECASE,
)
_WHAT_IS = re.compile(r"\s*(?:what(?:'?s|\s+is|\s+are|\s+was|\s+were)|define|explain)\b", re.IGNORECASE)
_ASKS_MORE = re.compile(
    r"\s*(?!(?:can|could|would)\s+(?:you|u|someone|somebody|anyone)\b)(?:is|are|was|were|do|does|did|can|could|should|will|would|has|have|why|when|where|how)\b",
    re.IGNORECASE,
)
_DETAIL = re.compile(
    r"\b(?:who|whose|when|where|why|how|which|does|do|did|can|could|should|will|would|has|have)\b"
    r"|^\W*(?:is|are|was|were)\b",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"\bwhat(?:'s|\s+has|\s+is|\s+are)?\s+happen\w*\b|\bwhat(?:'s|\s+(?:is|are|was|were))?\b|\bpaper\b", re.IGNORECASE
)
_NAME = 4
"""Terms that a bare name has at most."""
_FIELD = re.compile(r"\b(?:in|for|of|within|inside)\b", re.IGNORECASE)
_FRAME = {
    Form.DEFINITION: (
        "define definition overview introduction introduce describe description basics summary summarize tl dr tldr "
        "eli5 dummies beginner beginners simple simply plain english terms words stands stand wtf wat short brief "
        "briefly quick quickly someone somebody anyone please called idea concept exactly actually basically even"
    ).split(),
    Form.UNKNOWN: (
        "unknown known open question questions problem problems unsolved unanswered unresolved unsettled settled "
        "solved understood answered yet remain remains unclear debated still base"
    ).split(),
    Form.STRENGTH: (
        "strong good solid reliable certain sure robust trustworthy well supported established strength level quality "
        "evidence trust proven true"
    ).split(),
    Form.SOURCE: (
        "found discovered showed wrote published measured claims claimed proved reported whose work finding claim "
        "result source sources paper papers study citation reference come where when"
    ).split(),
}
_FRAME_STEMS = {form: frozenset(stem(word) for word in words) for form, words in _FRAME.items()}


def concepts_named(index: Index, text: str) -> tuple[str, ...]:
    """Slugs of the concepts that a text names by title or alias, in its order; longest names first."""
    return tuple(dict.fromkeys(slug for _, _, slug in mentions(index, text)))


def with_titles(index: Index, text: str) -> str:
    """The text with each alias of a concept replaced by the title, which is what its passages are indexed under."""
    for start, end, slug in reversed(list(mentions(index, text))):
        title = index.concepts[slug].title
        if terms(title) != terms(text[start:end]):
            text = f"{text[:start]}{title}{text[end:]}"
    return text


def mentions(index: Index, text: str) -> Iterator[tuple[int, int, str]]:
    """Where a text names a concept, and which: start, end and slug."""
    found = [(start, end, stem(word)) for start, end, word in words_in(text) if word not in STOPWORDS]
    longest = max((len(name) for name in index.names), default=0)
    at = 0
    while at < len(found):
        for size in range(min(longest, len(found) - at), 0, -1):
            if slug := index.names.get(tuple(term for _, _, term in found[at : at + size])):
                yield found[at][0], found[at + size - 1][1], slug
                at += size
                break
        else:
            at += 1


def form_of(text: str, named: Iterable[str]) -> Form:
    """What kind of answer the words of a question ask for, definitions aside."""
    if _UNKNOWN.search(text):
        return Form.UNKNOWN
    if _STRENGTH.search(text):
        return Form.STRENGTH
    if _RELATION.search(text) and len(tuple(named)) > 1:
        return Form.RELATION
    if _SOURCE.search(text):
        return Form.SOURCE
    return Form.FACT


def is_definition(index: Index, text: str, slug: str) -> bool:
    """Whether a question names one concept and asks nothing else about it.

    After "what is", words that say in which field ("in neural networks") may follow the name.
    """
    if _ASKS_MORE.match(text):
        return False
    rest = [term for term in terms(text) if term not in _FRAME_STEMS[Form.DEFINITION]]
    if index.names.get(tuple(rest)) == slug:
        return True
    if not (asks := _WHAT_IS.match(text)):
        return False
    name = _FIELD.split(text[asks.end() :], maxsplit=1)[0]
    return index.names.get(tuple(terms(name))) == slug


def bare_name(text: str) -> list[str]:
    """The terms of a text that is only a name, or asks what such a thing is; none where more is asked."""
    rest = _HAPPENED.sub(" ", text)
    if _DETAIL.search(rest):
        return []
    named = informative(rest, Form.DEFINITION)
    return named if len(named) <= _NAME else []


def without_frame(text: str, form: Form) -> str:
    """The words of a question that name something, without those that say which form of answer is wanted."""
    frame = _FRAME_STEMS.get(form, frozenset())
    kept = (text[a:b] for a, b, word in words_in(text) if word not in STOPWORDS and stem(word) not in frame)
    return " ".join(kept)


def informative(text: str, form: Form = Form.FACT) -> list[str]:
    """The terms of a question that name something, without repeats."""
    frame = _FRAME_STEMS.get(form, frozenset())
    return [term for term in dict.fromkeys(terms(text)) if term not in frame]


def has_letters(text: str) -> bool:
    """Whether there is any word or number at all."""
    return bool(words_in(text))


def has_words(text: str) -> bool:
    """Whether there is anything to search for: one word that is not a stop word."""
    return any(word not in STOPWORDS for _, _, word in words_in(text))
