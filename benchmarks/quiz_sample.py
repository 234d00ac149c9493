"""Quiz items drawn at random for readers to judge, and the share that they pass.

    python benchmarks/quiz_sample.py draw DIR --seed 12 [--store .groundedqa] [--per-kind 20] [--sheets 4]
    python benchmarks/quiz_sample.py tally DIR

`draw` makes every item that the base gives of each kind, draws up to `--per-kind` of them, and deals
them out to as many sheets as there are readers; the checklist goes before the items of each. A reader
of `sheet-1.md` writes `verdicts-1.jsonl`, one object an item: `{"item": 7, "fails": [3], "why": "..."}`, where
`fails` names the points of the checklist that the item fails. `tally` prints the share that passes by kind, and why
the others do not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from string import ascii_uppercase

from groundedqa.index.reading import open_index
from groundedqa.quiz.bank import ClaimBank
from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.items import Choose, Cited, Explain, Fill, Item, Match, Order
from groundedqa.quiz.make import make_quiz

CHECKLIST = Path(__file__).with_name("quiz_checklist.md")
ALL = 10_000


def draw(folder: Path, store: Path, seed: int, per_kind: int, sheets: int) -> None:
    """Write the sheets, and which item is of which kind."""
    bank = ClaimBank(open_index(store))
    drawn: list[Item] = []
    for kind in ItemKind:
        items = make_quiz(bank, kinds=[kind], count=ALL, seed=seed).items
        print(f"{kind}: {len(items)} items")
        drawn += Random(f"{seed} {kind}").sample(items, min(per_kind, len(items)))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kinds.json").write_text(json.dumps([item.kind for item in drawn]))
    checklist = CHECKLIST.read_text(encoding="utf-8").rstrip()
    shown = [f"## Item {at} ({item.kind})\n\n" + "\n".join(_shown(item)) for at, item in enumerate(drawn)]
    for sheet in range(sheets):
        text = "\n\n".join([checklist, *shown[sheet::sheets]])
        (folder / f"sheet-{sheet + 1}.md").write_text(text + "\n", encoding="utf-8")


def tally(folder: Path) -> None:
    """Print the share that passed, as a whole and by kind, then what did not pass and why."""
    kinds = [ItemKind(kind) for kind in json.loads((folder / "kinds.json").read_text())]
    lines = [line for file in sorted(folder.glob("verdicts-*.jsonl")) for line in file.read_text().splitlines() if line]
    verdicts = {verdict["item"]: verdict for verdict in map(json.loads, lines)}
    if not verdicts:
        sys.exit(f"{folder} holds no verdicts; the readers write them to verdicts-1.jsonl and so on")
    failed = {at for at, verdict in verdicts.items() if verdict["fails"]}
    print(f"{len(verdicts)} of {len(kinds)} judged, {1 - len(failed) / len(verdicts):.1%} passed\n")
    for kind in ItemKind:
        judged = [at for at in verdicts if kinds[at] is kind]
        print(f"{kind}: {sum(at not in failed for at in judged)}/{len(judged)}")
    for at in sorted(failed):
        print(f"\n{at} {kinds[at]} {verdicts[at]['fails']}: {verdicts[at]['why']}")


def _shown(item: Item) -> Iterator[str]:
    """An item as a learner sees it, then what is right, then what explains it."""
    yield item.prompt + (f" ({item.seconds} seconds)" if item.seconds else "")
    yield ""
    match item.task:
        case Choose(options=options, answer=answer, sure=sure):
            for letter, option in zip(ascii_uppercase, options, strict=False):
                yield f"{letter}. {option.text}"
            if sure:
                yield "How sure are you?"
            yield f"\nRIGHT: {ascii_uppercase[answer]}"
        case Match(left=left, right=right, answer=answer):
            yield from (f"{at}. {text}" for at, text in enumerate(left, 1))
            yield from (f"{letter}. {text}" for letter, text in zip(ascii_uppercase, right, strict=False))
            yield "\nRIGHT: " + ", ".join(f"{at}{ascii_uppercase[place]}" for at, place in enumerate(answer, 1))
        case Order(entries=entries, answer=answer, labels=labels):
            yield from (f"{letter}. {text}" for letter, text in zip(ascii_uppercase, entries, strict=False))
            yield "\nRIGHT: " + ", ".join(f"{ascii_uppercase[at]} ({labels[at]})" for at in answer)
        case Fill(accepted=accepted):
            yield f"\nRIGHT: {' or '.join(accepted)}"
        case Explain(reference=reference):
            yield f"\nRIGHT (what an answer is compared with): {reference}"
    yield from (f"QUOTE: {_quoted(quote)}" for quote in item.quotes)
    if isinstance(item.task, Choose):
        for option in item.task.options:
            if option.origin is not None:
                yield f"WHY NOT “{option.text}”: {_quoted(option.origin)}"


def _quoted(quote: Cited) -> str:
    sources = "; ".join(f"{source.signature}, {source.title}" for source in quote.sources) or "no source"
    return f"{quote.text} [{quote.evidence or 'no level, as it is no claim'}; {sources}; page “{quote.concept.title}”]"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Quiz items for readers to judge.")
    parser.add_argument("do", choices=["draw", "tally"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--store", type=Path, default=Path(".groundedqa"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--per-kind", type=int, default=20)
    parser.add_argument("--sheets", type=int, default=4)
    given = parser.parse_args()
    if given.do == "draw":
        draw(given.folder, given.store, given.seed, given.per_kind, given.sheets)
    else:
        tally(given.folder)
