"""Whether an item can be answered by someone who knows nothing of the matter: by echo, form, length or initials."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.items import Choose, Fill, Item, Match, Order
from groundedqa.quiz.kinds.maker import BLANK
from groundedqa.text.dates import tells_date
from groundedqa.text.words import STOPWORDS, stem, words_in

_STEM = 5
"""Letters that two words have in common from their beginning, at least, where one echoes the other."""
_STEM_SHARE = 0.6
"""The same, as a share of the shorter word."""
_LONGER = 1.6
"""How much longer than every wrong option, or shorter, the right one may be."""
_FORMS: tuple[Callable[[str], object], ...] = (
    lambda text: any(c.isdigit() for c in text),
    lambda text: "," in text,
    lambda text: "(" in text,
    lambda text: "&" in text,
    lambda text: "et al." in text,
    lambda text: " and " in text,
    lambda text: text[:1].isupper(),
    lambda text: text.endswith("s"),
    lambda text: text.isupper(),
    lambda text: text[-1:].isdigit(),
)
"""What tells the form of an option: the right one must not be alone in any of it."""
_ARTICLE = re.compile(rf"\b(an?) {BLANK}")


def is_flawed(bank: ClaimBank, item: Item) -> bool:
    """Whether the item tells its own answer. Judged is what it shows, not what it asks."""
    match item.task:
        case Choose(options=options, answer=answer, fixed=False):
            texts = [option.text for option in options]
            return _told_apart(bank, item.prompt, texts[answer], texts[:answer] + texts[answer + 1 :])
        case Match(left=left, right=right, answer=partners):
            said = [right[partner] for partner in partners]
            return any(
                _echo(bank, one, own) > max(_echo(bank, one, text) for text in said if text is not own)
                for one, own in zip(left, said, strict=True)
            ) or any(tells_date(text) for text in right)
        case Fill(accepted=(right, *_)):
            return _echo(bank, item.prompt, right) > 0
        case Order(entries=entries):
            return any(tells_date(entry) for entry in entries)
        case _:
            return False


def _told_apart(bank: ClaimBank, prompt: str, right: str, wrong: Sequence[str]) -> bool:
    if _echo(bank, prompt, right) > max(_echo(bank, prompt, text) for text in wrong):
        return True
    if _initials(prompt, right) and not any(_initials(prompt, text) for text in wrong):
        return True
    lengths = [len(text) for text in wrong]
    if len(right) > max(12, _LONGER * max(lengths)) or _LONGER * len(right) < min(lengths):
        return True
    if any(bool(form(right)) not in [bool(form(text)) for text in wrong] for form in _FORMS):
        return True
    article = _ARTICLE.search(prompt)
    return article is not None and all(_vowel(text) != (article[1] == "an") for text in wrong)


def _echo(bank: ClaimBank, prompt: str, text: str) -> float:
    """The words of a prompt that a text takes up, in whatever form, weighted by their rarity."""
    shown = {word for _, _, word in words_in(text) if word not in STOPWORDS}
    asked = {word for _, _, word in words_in(prompt) if word not in STOPWORDS}
    echoed = sorted(word for word in asked if any(_alike(word, other) for other in shown))
    return math.fsum(bank.index.rarity(stem(word)) for word in echoed)


def _alike(one: str, other: str) -> bool:
    """Whether two words have a stem in common, as `absorb` and `absorption` or `misaligned` and `align` have."""
    short, long = sorted((one, other), key=len)
    common = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if common >= max(_STEM, _STEM_SHARE * len(short)) or common == len(short) >= _STEM - 1:
        return True
    return len(short) >= _STEM and (short[:_STEM] in long or long[:_STEM] in short)


def _initials(prompt: str, text: str) -> bool:
    """Whether the prompt has the initials of the text, or a name that the text abbreviates."""
    initials = _short_form(text)
    for word in re.findall(r"\b[A-Z]\w*[A-Z]\w*\b", prompt):  # SAE, LRMs, AISI
        letters = word.casefold().removesuffix("s")
        if letters in initials or (len(initials) > 1 and initials in letters):
            return True
        if letters[:2] == initials[:2] and _within(letters, text.casefold()):
            return True
    names = re.findall(r"[A-Z]\w+(?:(?: [a-z]{1,4})? [A-Z]\w+)+", prompt)
    words = re.split(r"\W+", text.casefold())
    return any(len(short) > 2 and short in words for short in map(_short_form, names))


def _short_form(text: str) -> str:
    """The initials of a text's words, those that are initials themselves in full: `ukaisi`."""
    words = [word for word in re.findall(r"\w+", text) if word not in STOPWORDS]
    return "".join(word if word.isupper() else word[0] for word in words).casefold()


def _within(letters: str, text: str) -> bool:
    """Whether the letters stand in the text in this order."""
    rest = iter(text)
    return all(letter in rest for letter in letters)


def _vowel(text: str) -> bool:
    return text[:1].casefold() in "aeiou"
