"""Does the gate notice? One deliberate change of the source at a time, each put through `gate.py`.

    python benchmarks/mutants.py [--figures DIR] [--at-once 2] [NAME ...]

Each mutant is one piece of text replaced in a copy of `src/`; the text has to stand there exactly once. Prints
one Markdown table: what each mutant changes in the measures that the gate watches, and which of them kill it;
one that none kills has survived. The source as it is comes first, and must survive. Time is only taken of
mutants that are about it. With --figures, what was measured stays in DIR, and is not measured again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from gate import BASELINE, MARGINS, Figures, read, worse

from groundedqa.index.build import build

SOURCE = Path("src")
PACKAGE = Path("groundedqa")
GATE = Path(__file__).with_name("gate.py").absolute()


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of one file of the package; `encodes` where passages have to be encoded anew, `slows` where it is
    about time."""

    name: str
    file: str
    old: str
    new: str
    encodes: bool = False
    slows: bool = False

    def apply(self, source: Path) -> None:
        """Change the file in a copy of `src/`; ends the program unless its text stands there exactly once."""
        file = source / PACKAGE / self.file
        text = file.read_text(encoding="utf-8")
        if (found := text.count(self.old)) != 1:
            sys.exit(f"{self.name}: {self.old!r} stands {found} times in {file}, not once; mend benchmarks/mutants.py")
        file.write_text(text.replace(self.old, self.new), encoding="utf-8")


_RELATIONS = "_FACT = {Kind.CLAIM: 0.0, Kind.SECTION: 0.0, Kind.RELATION: "
_UNKNOWN = "Form.UNKNOWN: {Kind.OPEN_QUESTION: 0.0, Kind.CLAIM: "
_STRENGTH = "Form.STRENGTH: {Kind.CLAIM: 0.0, Kind.SECTION: "
_OPEN = "any(hit[DENSE].score >= nearest[DENSE].score for hit in found.fitting)"

MUTANTS = (
    Mutant("quotes from half of the best score on", "answer/retrieval.py", "_FALL = 0.93", "_FALL = 0.5"),
    Mutant("quotes from .98 of the best score on", "answer/retrieval.py", "_FALL = 0.93", "_FALL = 0.98"),
    Mutant("a page's own text is not raised", "answer/retrieval.py", "_OWN_TEXT = 0.1", "_OWN_TEXT = 0.0"),
    Mutant("relations without handicap", "answer/retrieval.py", f"{_RELATIONS}0.12", f"{_RELATIONS}0.0"),
    Mutant(
        "the unknown: no handicap",
        "answer/retrieval.py",
        f"{_UNKNOWN}0.1, Kind.SECTION: 0.1",
        f"{_UNKNOWN}0.0, Kind.SECTION: 0.0",
    ),
    Mutant(
        "strength: no handicap",
        "answer/retrieval.py",
        f"{_STRENGTH}0.1, Kind.OPEN_QUESTION: 0.1",
        f"{_STRENGTH}0.0, Kind.OPEN_QUESTION: 0.0",
    ),
    Mutant("definitions do not lead", "answer/retrieval.py", "return [index.rows[definition]]", "return []"),
    Mutant("a pool of 10 hits", "answer/retrieval.py", "_POOL = 40", "_POOL = 10"),
    Mutant("the same from a cosine of .8", "answer/compose.py", "_SAME = 0.97", "_SAME = 0.8"),
    Mutant("an open question from .5", "answer/compose.py", "_MATCHING_QUESTION = 0.8", "_MATCHING_QUESTION = 0.5"),
    Mutant(
        "an open question from .3 of its words", "answer/compose.py", "_MATCHING_WORDS = 0.7", "_MATCHING_WORDS = 0.3"
    ),
    Mutant("an open question though a claim is nearer", "answer/compose.py", _OPEN, "False"),
    Mutant("8 quotes", "answer/compose.py", "MOST_QUOTES = 5", "MOST_QUOTES = 8"),
    Mutant("one quote too many", "answer/compose.py", "len(kept) >= top_k", "len(kept) > top_k"),
    Mutant("one hit below too many", "answer/compose.py", "place >= found.worth", "place > found.worth"),
    Mutant(
        "silent where it is sure",
        "answer/compose.py",
        "probability < found.sure.possible",
        "probability > found.sure.possible",
    ),
    Mutant(
        "one side of a dispute alone",
        "answer/compose.py",
        "(hit, *(other for other in found.hits if other.passage.id in hit.passage.contests))",
        "(hit,)",
    ),
    Mutant("possible from .59", "answer/calibration.json", '"possible": 0.69', '"possible": 0.59'),
    Mutant("possible from .79", "answer/calibration.json", '"possible": 0.69', '"possible": 0.79'),
    Mutant("a lacking detail counts for nothing", "answer/calibration.json", '"lacks": -1.6501', '"lacks": 0'),
    Mutant("the length counts for nothing", "answer/calibration.json", '"length": 3.1791', '"length": 0'),
    Mutant("the rarest word in the one nearest", "answer/confidence.py", "_NEAREST = 5", "_NEAREST = 1"),
    Mutant("the rarest word in 3 hits", "answer/confidence.py", "_LOOKED_AT = 10", "_LOOKED_AT = 3"),
    Mutant("a number anywhere counts a thing", "answer/details.py", "_NEAR = 4", "_NEAR = 99"),
    Mutant("late interaction .1", "search/signals.py", "by_meaning = 0.4, True", "by_meaning = 0.1, True"),
    Mutant("listed questions .1", "search/signals.py", "by_meaning = 0.5, True", "by_meaning = 0.1, True"),
    Mutant("no lexical signal", "search/signals.py", "by_meaning = 0.2, False", "by_meaning = 0.0, False"),
    Mutant("no page", "search/signals.py", "ranks = 0.2, False", "ranks = 0.0, False"),
    Mutant("a stop word counts like a word", "search/signals.py", "_STOPWORD = 0.3", "_STOPWORD = 3.0"),
    Mutant("tokens alike", "search/signals.py", "(even + rarity / total) / 2", "even"),
    Mutant("10 candidates", "search/hybrid.py", "CANDIDATES = 100", "CANDIDATES = 10"),
    Mutant("10 hits of each variant", "answer/variants.py", "_DEEP = 100", "_DEEP = 10"),
    Mutant("one turn back", "answer/conversation.py", "_TURNS = 3", "_TURNS = 1"),
    Mutant(
        "a preamble is part of the question",
        "answer/conversation.py",
        "question_in(corrected(index, text))",
        "corrected(index, text).strip()",
    ),
    Mutant(
        "a bare name is a question like others",
        "answer/retrieval.py",
        "held = _held(index, question, ranked)",
        "held: frozenset[int] = frozenset()",
    ),
    Mutant("five quotes where it is unsure", "answer/compose.py", "_UNSURE = 2", "_UNSURE = 5"),
    Mutant(
        "an alias is not searched as the title",
        "answer/conversation.py",
        "titled = with_titles(index, text)",
        "titled = text",
    ),
    Mutant("slips mended from 9 letters on", "answer/spelling.py", "_SHORTEST = 5", "_SHORTEST = 9"),
    Mutant("two slips mended from 5 letters on", "answer/spelling.py", "_TWO_SLIPS = 9", "_TWO_SLIPS = 5"),
    Mutant("passages: k1 .3", "index/lexical.py", "PASSAGES = (1.5, 0.75)", "PASSAGES = (0.3, 0.75)"),
    Mutant("passages: b 0", "index/lexical.py", "PASSAGES = (1.5, 0.75)", "PASSAGES = (1.5, 0.0)"),
    Mutant("pages: k1 and b of passages", "index/lexical.py", "PAGES = (0.9, 0.4)", "PAGES = (1.5, 0.75)"),
    Mutant("token vectors of 48", "index/tokens.py", "WIDTH = 192", "WIDTH = 48", encodes=True),
    Mutant(
        "pages parsed for each quote", "answer/quotes.py", "lru_cache(maxsize=512)", "lru_cache(maxsize=0)", slows=True
    ),
    Mutant("2,000 candidates", "search/hybrid.py", "CANDIDATES = 100", "CANDIDATES = 2000", slows=True),
)


def figures(mutant: Mutant | None, kept: Path, folder: Path) -> Figures:
    """What the gate measures of a mutant, or of the source as it is; `kept` is the base's store, which one that indexes
    otherwise builds anew."""
    name = mutant.name if mutant else "as it is"
    file = folder / f"{name}.json"
    if not file.exists():
        with tempfile.TemporaryDirectory(prefix="groundedqa-") as scratch:
            source, store = Path(scratch) / "src", kept
            shutil.copytree(SOURCE, source)
            if mutant:
                mutant.apply(source)
            if mutant and mutant.file.startswith("index/"):
                store = Path(scratch) / "store"
                shutil.copytree(kept / "encoders", store / "encoders", copy_function=os.link)
                if not mutant.encodes:
                    shutil.copy(kept / "vectors.sqlite", store)
            command = [sys.executable, GATE, "--write", "--baseline", file, "--store", store]
            if mutant and not mutant.slows:
                command.append("--no-time")
            done = subprocess.run(
                command, env={**os.environ, "PYTHONPATH": str(source)}, capture_output=True, text=True
            )
            if done.returncode:
                sys.exit(f"{name}: the gate could not run:\n{done.stderr}")
    return read(file)


def row(name: str, found: Figures, was: Figures) -> str:
    """A line of the table: by how much each measure moved, bold where that kills."""
    killed = worse(was, found)
    cells = []
    for measure in MARGINS:
        moved = found.measures[measure].value - was.measures[measure].value
        shown = f"{moved:+.4f}".replace("0.", ".", 1) if round(moved, 4) else ""
        cells.append(f"**{shown}**" if measure in killed else shown)
    ratio = f"{found.time / was.time:.2f}" if found.time and was.time else ""
    cells.append(f"**{ratio}**" if "time" in killed else ratio)
    return f"| {name} | {' | '.join(cells)} | {'killed' if killed else 'survives'} |"


def run(mutants: Iterable[Mutant], kept: Path, folder: Path, at_once: int) -> None:
    """Put each mutant through the gate and print what came of it."""
    was = read(BASELINE)
    print(f"| mutant | {' | '.join(MARGINS)} | time | |\n|{'---|' * (len(MARGINS) + 3)}")
    everything = [None, *mutants]
    with ThreadPoolExecutor(at_once) as threads:
        for mutant, found in zip(
            everything, threads.map(lambda mutant: figures(mutant, kept, folder), everything), strict=True
        ):
            print(row(mutant.name if mutant else "as it is", found, was), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Whether the gate notices deliberate mistakes.")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--figures", type=Path)
    parser.add_argument("--at-once", type=int, default=2)
    options = parser.parse_args()
    if unknown := set(options.names) - {mutant.name for mutant in MUTANTS}:
        parser.error(f"there is no mutant {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="groundedqa-") as scratch:
        folder = options.figures or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        kept = folder / "store"
        build(Path("corpus"), kept)
        run([m for m in MUTANTS if not options.names or m.name in options.names], kept, folder, options.at_once)


if __name__ == "__main__":
    main()
