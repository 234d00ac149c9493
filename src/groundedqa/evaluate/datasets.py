"""Data sets by other people, through the index and the search of the product.

Three layouts are read: a BEIR folder (Thakur et al. 2021: `corpus.jsonl`, `queries.jsonl`,
`qrels/*.tsv`), conversations (`turns.jsonl` beside `passages.jsonl`, as in MTRAG), and questions that
each come with claims of their own, which answer them or do not. Each text becomes a page of a base.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from groundedqa.answer.answers import Question
from groundedqa.answer.conversation import understand
from groundedqa.answer.retrieval import retrieve
from groundedqa.answer.variants import search_variants
from groundedqa.errors import GoldError
from groundedqa.evaluate.measures import Ranking
from groundedqa.evaluate.run import converse
from groundedqa.index.reading import Index
from groundedqa.search.fusion import WEIGHTS, Weights
from groundedqa.search.hybrid import Filters
from groundedqa.search.rerank import Reranker

_PASSAGES = 100
"""Passages searched for a text that is scored by its best one."""

Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is asked of a collection, and what is right. `texts`, `queries` and `qrels` are by id.

    `parts` says, in the order of reporting, which queries are measured together; none where all are.
    """

    texts: Mapping[str, tuple[str, str]]  # title and text
    queries: Mapping[str, tuple[str, ...]]  # the turns of the one who asks, the last one last
    qrels: Mapping[str, Mapping[str, int]]
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_beir(folder: Path) -> Dataset:
    """Read a BEIR folder; queries without a relevant text are left out.

    Raises:
        GoldError: a file is missing or holds a line that cannot be read.
    """
    texts = {
        str(e["_id"]): (e.get("title") or "", e["text"]) for e in read_lines(folder / "corpus.jsonl", "_id", "text")
    }
    queries = {str(e["_id"]): (e["text"],) for e in read_lines(folder / "queries.jsonl", "_id", "text")}
    qrels: dict[str, dict[str, int]] = {}
    files = sorted((folder / "qrels").glob("*.tsv"))
    if not files:
        raise GoldError(f"{folder / 'qrels'}: there are no qrels here (a file ending in .tsv)")
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.reader(lines, delimiter="\t"), 1):
                if number == 1 and not row[-1].isdigit():
                    continue
                try:
                    query, text, grade = row[0], row[-2], int(row[-1])
                except (IndexError, ValueError):
                    raise GoldError(f"{file}:{number}: a line of qrels is: query, text, relevance") from None
                if grade > 0:
                    qrels.setdefault(query, {})[text] = grade
    return Dataset(texts, {key: queries[key] for key in qrels if key in queries}, qrels)


def read_conversations(file: Path) -> Dataset:
    """Read the turns that have relevant passages, and `passages.jsonl` beside them.

    Turns labelled as underspecified are a part of their own: what is right there is to ask back.

    Raises:
        GoldError: a file is missing or holds a line that cannot be read.
    """
    passages = read_lines(file.parent / "passages.jsonl", "_id", "text")
    texts = {str(entry["_id"]): (entry.get("title") or "", entry["text"]) for entry in passages}
    queries, qrels = {}, {}
    parts: dict[str, tuple[str, ...]] = {"first turns": (), "later turns": (), "underspecified turns": ()}
    for entry in read_lines(file, "id", "turns", "relevant"):
        if relevant := {str(key): 1 for key in entry["relevant"]}:
            queries[entry["id"]] = tuple(turn["text"] for turn in entry["turns"] if turn["speaker"] == "user")
            qrels[entry["id"]] = relevant
            part = "first turns" if len(queries[entry["id"]]) == 1 else "later turns"
            if "UNDERSPECIFIED" in (entry.get("answerability") or ()):
                part = "underspecified turns"
            parts[part] += (entry["id"],)
    return Dataset(texts, queries, qrels, parts)


def write_base(texts: Mapping[str, tuple[str, str]], folder: Path) -> None:
    """Write each text as a page; the page's slug is the text's id, percent-encoded."""
    for key, (title, text) in texts.items():
        heading = " ".join(title.split())
        body = " ".join(text.split()) or heading
        page = f"---\ntitle: {json.dumps(heading or slug_of(key))}\n---\n\n{body}\n"
        (folder / f"{slug_of(key)}.md").write_text(page, encoding="utf-8")


def slug_of(key: str) -> str:
    """The slug of the page that a text becomes."""
    return quote(key, safe="").replace(".", "%2E")


def understood(index: Index, collection: Dataset, step: Step = lambda: None) -> dict[str, Question]:
    """What each query asks, read after the turns before it; one without any is taken as it stands."""
    found = {}
    for query, (*before, text) in collection.queries.items():
        found[query] = understand(index, text, converse(index, before)) if before else Question(text, text)
        step()
    return found


def run_queries(
    index: Index,
    collection: Dataset,
    questions: Mapping[str, Question],
    step: Step = lambda: None,
    weights: Weights = WEIGHTS,
    reranker: Reranker | None = None,
) -> dict[str, Ranking]:
    """Search what each query was understood as; a text scores as its best passage."""
    ids = {slug_of(key): key for key in collection.texts}
    run: dict[str, Ranking] = {}
    for query, question in questions.items():
        best: dict[str, float] = {}
        for hit in search_variants(index, question, _PASSAGES, weights=weights, reranker=reranker):
            best.setdefault(ids[hit.passage.concept], hit.score)
        run[query] = sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:_PASSAGES]
        step()
    return run


def trec_lines(run: Mapping[str, Ranking]) -> Iterator[str]:
    """A run in TREC's format: query, Q0, text, rank, score, name of the run."""
    for query, ranking in run.items():
        for rank, (text, score) in enumerate(ranking, 1):
            yield f"{query} Q0 {text} {rank} {score:.6f} groundedqa"


@dataclass(frozen=True, slots=True)
class ClaimsQuestion:
    """A question with the only claims that it may be answered from."""

    id: str
    question: str
    claims: tuple[str, ...]
    answerable: bool


def read_claims(file: Path) -> tuple[ClaimsQuestion, ...]:
    """Read questions that come with claims, and whether these answer them.

    Raises:
        GoldError: the file is missing or holds a line that cannot be read.
    """
    return tuple(
        ClaimsQuestion(str(e["id"]), e["question"], tuple(e["claims"]), bool(e["answerable"]))
        for e in read_lines(file, "id", "question", "claims", "answerable")
    )


def write_claims(questions: Iterable[ClaimsQuestion], folder: Path) -> None:
    """Write the claims of each question as a page of its own."""
    for asked in questions:
        items = "\n".join(f"- {' '.join(claim.split())}" for claim in asked.claims)
        page = f"---\ntitle: {slug_of(asked.id)}\n---\n\n## Key Claims\n{items}\n"
        (folder / f"{slug_of(asked.id)}.md").write_text(page, encoding="utf-8")


def ask_claims(index: Index, questions: Iterable[ClaimsQuestion], step: Step = lambda: None) -> list[float]:
    """How sure it is, for each question, that its own claims answer it."""
    sure = []
    for asked in questions:
        sure.append(retrieve(index, asked.question, filters=Filters(concept=slug_of(asked.id))).probability)
        step()
    return sure


def read_lines(file: Path, *keys: str) -> Iterator[dict[str, Any]]:
    """The objects of a jsonl file, each with all of these keys.

    Raises:
        GoldError: the file is missing or holds a line that cannot be read.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is not UTF-8"
        raise GoldError(f"{file}: the data set cannot be read: {reason}") from None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except json.JSONDecodeError as error:
            raise GoldError(f"{file}:{number}: this line is not JSON: {error.msg}") from None
        if missing := [key for key in keys if not isinstance(entry, dict) or key not in entry]:
            raise GoldError(f"{file}:{number}: this line lacks {', '.join(repr(key) for key in missing)}")
        yield entry
