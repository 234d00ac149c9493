"""Which way a finding points, and the words that turn it round."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PAIRS = (
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
_OPPOSITES = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])} | {
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
    rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, _OPPOSITES), key=len, reverse=True))}"
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
        yield found[0].start(), found[0].end(), _OPPOSITES.get(words) or _DEGREES[words]
