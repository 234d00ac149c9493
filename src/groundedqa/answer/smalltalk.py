"""What is written to the base and asks nothing of it: a greeting, thanks, what it is; or is in another language."""

from __future__ import annotations

import re

from bm25s import stopwords

from groundedqa.index.reading import Index
from groundedqa.text.words import words_in

_HELLO = re.compile(
    r"^\W*(?:hi|hello|hey|hiya|yo|greetings|good\s+(?:morning|afternoon|evening|day))(?:\s+(?:there|all|everyone|again))?\W*$",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"^\W*(?:ok(?:ay)?\W+|great\W+|cool\W+)?(?:many\s+)?(?:thanks?|thank\s+you|thx|ty|cheers)(?:\s+(?:a\s+lot|so\s+much|very\s+much|you|again))*\W*$"
    r"|^\W*(?:bye|goodbye|see\s+you)\W*$",
    re.IGNORECASE,
)
_WHAT_FOR = re.compile(
    r"^\W*(?:(?:hi|hello|hey)\W+)?(?:what\s+(?:can|do|could)\s+(?:you|i|we)\s+(?:do|know|ask|answer)(?:\s+(?:about|here|you))?"
    r"|what\s+(?:is|are)\s+(?:this|you|that|here)(?:\s+(?:about|for|base|site|page|app|thing|wiki))*|what's\s+this(?:\s+(?:about|for))?"
    r"|who\s+are\s+you|how\s+does\s+this\s+work|(?:can\s+you\s+)?help(?:\s+me)?|what\s+questions\s+can\s+i\s+ask)\W*$",
    re.IGNORECASE,
)
_LANGUAGES = {
    "German": stopwords.STOPWORDS_GERMAN,
    "French": stopwords.STOPWORDS_FRENCH,
    "Spanish": stopwords.STOPWORDS_SPANISH,
    "Italian": stopwords.STOPWORDS_ITALIAN,
    "Portuguese": stopwords.STOPWORDS_PORTUGUESE,
    "Dutch": stopwords.STOPWORDS_DUTCH,
    "Swedish": stopwords.STOPWORDS_SWEDISH,
}
_FEWEST = 2
"""Words of a question that a language has to know as its own before it is taken for it."""
_LATIN = 0x02FF
"""The last letter of Latin script."""
_SAMPLE = 20
"""Passages that tell what language a base is written in."""
_EXAMPLES = 3


def small_talk(index: Index, text: str) -> str | None:
    """A friendly sentence for what asks nothing that a base could hold; None for a question."""
    if _THANKS.match(text):
        return f"You are welcome. {_invitation(index)}"
    if _HELLO.match(text):
        return f"Hello. {_invitation(index)}"
    if _WHAT_FOR.match(text):
        pages = f"{len(index.concepts)} pages" if len(index.concepts) > 1 else "one page"
        return f"You get back what {pages} say, word for word, or are told that they do not. {_invitation(index)}"
    return None


def foreign_language(index: Index, text: str) -> str | None:
    """The name of the language of a question that the base is not written in; None where it may be the base's own."""
    asked = _language_of(text)
    return None if asked is None or asked == _language_of(_sample(index)) else asked


def _language_of(text: str) -> str | None:
    """A language by its small words, or by its script; None for English and what cannot be told."""
    words = [word for _, _, word in words_in(text)]
    if words and 2 * sum(ord(word[0]) > _LATIN for word in words) > len(words):
        return "a language with another script"
    counts = {name: sum(word in own for word in words) for name, own in _LANGUAGES.items()}
    name = max(counts, key=lambda key: counts[key])
    english = sum(word in stopwords.STOPWORDS_EN_PLUS for word in words)
    return name if counts[name] >= _FEWEST and counts[name] > 2 * english else None


def _sample(index: Index) -> str:
    return " ".join(passage.text for passage in index.passages[:_SAMPLE])


def _invitation(index: Index) -> str:
    """What one can ask about: the pages that most others link to."""
    named = ", ".join(index.concepts[slug].title for slug in index.most_linked[:_EXAMPLES])
    return f"Ask about anything on the pages of this base, such as {named}."
