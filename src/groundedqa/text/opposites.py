"""Opposites: which way a finding points, the words that turn it round, and which stems oppose each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from groundedqa.text.words import stem

_TURNS = (
    ("better", "worse"),
    ("best", "worst"),
    ("higher", "lower"),
    ("larger", "smaller"),
    ("faster", "slower"),
    ("easier", "harder"),
    ("stronger", "weaker"),
    ("longer", "shorter"),
    ("raise", "lower"),
    ("raises", "lowers"),
    ("raised", "lowered"),
    ("improve", "worsen"),
    ("improves", "worsens"),
    ("improved", "worsened"),
    ("increase", "reduce"),
    ("increases", "reduces"),
    ("increased", "reduced"),
    ("rise", "fall"),
    ("rises", "falls"),
    ("grow", "shrink"),
    ("grows", "shrinks"),
    ("always", "never"),
    ("above", "below"),
    ("more often", "less often"),
    ("more likely", "less likely"),
)
_TURNED = {one: other for pair in _TURNS for one, other in (pair, pair[::-1])} | {
    "fewer": "more",
    "outperform": "do worse than",
    "outperforms": "does worse than",
    "outperformed": "did worse than",
    "beat": "did worse than",
}
_VERBS = frozenset(
    "raise raises raised improve improves improved increase increases increased rise rises grow grows always never"
    " outperform outperforms outperformed beat".split()
)
# "More" and "most" turn round before an adjective or adverb; before a noun they count.
_DEGREES = {"more": "less", "less": "more", "most": "least", "least": "most"}
_GRADED = r"(?! (?:than|of|reasoning)\b)(?= \w+(?:ly|ful|ive|able|ible|ous|ent|ant|ate|al|ing)\b)"
_WORDS = re.compile(
    rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, _TURNED), key=len, reverse=True))}"
    rf"|(?:{'|'.join(_DEGREES)}){_GRADED})(?![\w-])"
)
# Of what may be so, or is so in part, the opposite may be so too; two figures tell the direction by themselves.
_LOOSE = re.compile(
    r"\b(?:can|may|might|could|some|sometimes|often|partly|both|mixed|unclear|whether|not|no|neither|never|from [\d.,]+"
    r"|but|lost|should|\d+-\d+)\b",
    re.IGNORECASE,
)


def directions(text: str) -> Iterator[tuple[int, int, str]]:
    """Places of words that say which way a finding points, each with what turns it round."""
    found = list(_WORDS.finditer(text))
    if len(found) != 1 or _LOOSE.search(text):  # of two, turning one round leaves nobody knows what
        return
    words = found[0][0]
    if words in _VERBS or " than " in text[found[0].end() :]:  # what compares has to say with what
        yield found[0].start(), found[0].end(), _TURNED.get(words) or _DEGREES[words]


_OPPOSED = """
increase decrease; increase reduce; increase fall; rise fall; rise drop; raise lower; grow shrink; more less;
more fewer; most least; most fewest; higher lower; high low; larger smaller; bigger smaller; large small;
longer shorter; greater less; before after; earlier later; first last; same different; open closed; always never;
positive negative; true false; stronger weaker; strong weak; better worse; best worst; improve worsen;
faster slower; above below; inside outside; complete incomplete; easier harder; safer riskier; agree disagree;
succeed fail; cheaper dearer; possible impossible
"""


def _stems() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _OPPOSED.split(";"):
        one, other = (stem(word) for word in pair.split())
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITE_STEMS = _stems()
"""By stem, the stems that say the opposite. Wider than what turns a finding round: "before" and "after" oppose each
other, and yet exchanging them makes no plausible false statement."""
_NEGATIONS = frozenset(
    "not no never none nor neither cannot hardly dont doesnt didnt isnt arent wasnt werent cant wont wouldnt".split()
)


def is_negation(word: str) -> bool:
    """Whether a lower-case word turns what follows into its opposite."""
    return word in _NEGATIONS or word.endswith("n't")
