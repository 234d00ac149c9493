"""`groundedqa eval` as an author runs it, on a real index."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from groundedqa.cli import main
from groundedqa.evaluate import measures
from groundedqa.evaluate.ablation import AS_QUOTED, STEPS

GOLD = """
- {id: a, question: "why do pools get saltier on a hot day", kind: why, answers: [pools-salinity]}
- {id: b, question: "crabs queue for shells", kind: fact, answers: [pools-shell-queue]}
- {id: c, question: "what is a lighthouse", kind: definition, answers: ["summary:lighthouses"]}
- {id: d, question: "how do I bake sourdough bread", kind: far}
- {id: e, question: "who won the world cup in 1998", kind: far}
"""


Run = Callable[..., "Done"]


class Done(NamedTuple):
    code: int
    stdout: str
    stderr: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process: what is measured needs no other, and each start costs seconds."""

    # The intervals are measured elsewhere; a thousand resamples of a handful of questions take seconds each time.
    monkeypatch.setattr(measures, "RESAMPLES", 100)

    def done(store: Path, *arguments: str | Path) -> Done:
        monkeypatch.setattr("sys.argv", ["groundedqa", "eval", *map(str, arguments), "--store", str(store)])
        with pytest.raises(SystemExit) as stopped:
            main()
        code = stopped.value.code
        return Done(int(code or 0), *capsys.readouterr())

    return done


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    file = tmp_path / "cases.yaml"
    file.write_text(GOLD, encoding="utf-8")
    return file


@pytest.mark.process  # Matplotlib asks a process of the system for its fonts the first time
def test_gold_cases_give_measures_a_report_and_a_comparison(
    run: Run, small_store: Path, gold: Path, tmp_path: Path
) -> None:
    files = {name: tmp_path / name for name in ("old.json", "report.html", "report.md", "trec.run")}
    done = run(
        small_store, gold, "--json", files["old.json"], "--report", files["report.html"], "--run", files["trec.run"]
    )
    assert done.code == 0, done.stderr
    shown = {line.split("  ")[0]: line for line in done.stdout.splitlines()}
    assert "n=3" in shown["nDCG@10"]
    assert "0.000" in shown["answered though the base does not say"]
    saved = json.loads(files["old.json"].read_text(encoding="utf-8"))
    assert [case["id"] for case in saved["cases"]] == ["a", "b", "c", "d", "e"]
    assert saved["cases"][2]["first_right"] is True
    assert saved["concepts"].keys() == {"lighthouses", "tide-pools"}
    page = files["report.html"].read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert not re.search(r"""(?:src|href|url)[=(]["']?https?:""", page), "it needs nothing from anywhere"
    first = files["trec.run"].read_text(encoding="utf-8").splitlines()[0].split()
    assert (first[0], first[1], first[3], first[5]) == ("a", "Q0", "1", "groundedqa")

    same = run(small_store, gold, "--compare", files["old.json"], "--report", files["report.md"])
    assert same.code == 0, same.stdout
    assert "0 questions got worse" in same.stdout
    assert (tmp_path / "report-reliability.svg").exists()
    assert "![reliability](report-reliability.svg)" in files["report.md"].read_text(encoding="utf-8")


def test_what_got_worse_is_listed_and_fails(run: Run, small_store: Path, gold: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    assert run(small_store, gold, "--json", old).code == 0
    gold.write_text(GOLD.replace("answers: [pools-shell-queue]", "answers: [marshes-carbon]"), encoding="utf-8")
    done = run(small_store, gold, "--compare", old)
    assert done.code == 1
    assert "1 question got worse" in done.stdout
    assert "b 'crabs queue for shells'" in done.stdout
    assert "first hit answers got worse by more than 0.01: 1.000 -> 0.667" in done.stdout
    assert run(small_store, gold, "--compare", old, "--margin", "0.9").code == 0


def test_each_step_of_search_is_a_row_of_a_table(run: Run, small_store: Path, gold: Path) -> None:
    gold.write_text(
        GOLD + '- {id: f, question: "crustaceans exchanging homes", kind: fact, answers: [pools-shell-queue]}\n'
    )
    done = run(small_store, gold, "--ablation")
    assert done.code == 0, done.stderr
    rows = {cells[1].strip(): cells[2:5] for line in done.stdout.splitlines() if (cells := line.split("|"))}
    assert [*rows][2:] == [*STEPS, AS_QUOTED]
    assert [float(cell) for cell in rows[AS_QUOTED]] == [1.0, 1.0, 1.0]
    assert float(rows["dense alone"][0]) > float(rows["lexical alone"][0]), (
        "no word of the last question is in the base"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.yaml"], "none.yaml: the gold cases cannot be read"),
        (["--compare", "none.json"], "none.json: the older report cannot be read"),
        (["--beir", "nowhere"], "the data set cannot be read"),
        (["--claims", "none.jsonl", "--beir", "nowhere"], "one thing at a time"),
        (["--ablation", "--claims", "none.jsonl"], "--ablation prints one table"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(run: Run, small_store: Path, arguments: list[str], said: str) -> None:
    done = run(small_store, *arguments)
    assert done.code == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_layouts_of_other_people_are_read(run: Run, new_store: Path, tmp_path: Path) -> None:
    beir = tmp_path / "beir"
    (beir / "qrels").mkdir(parents=True)
    texts = {
        "1": "Salt water is denser than fresh water.",
        "2/b.": "Crabs trade their shells in a queue.",
        "3": "A lamp.",
    }
    (beir / "corpus.jsonl").write_text(
        "".join(json.dumps({"_id": key, "title": "", "text": text}) + "\n" for key, text in texts.items())
    )
    (beir / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "which water is denser"}\n{"_id": "q2", "text": "how do crabs swap shells"}\n'
        '{"_id": "q3", "text": "nothing is relevant to this"}\n'
    )
    (beir / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\t1\t1\nq2\t2/b.\t1\nq3\t1\t0\n")
    done = run(new_store, "--beir", beir, "--run", tmp_path / "run.txt")
    assert done.code == 0, done.stderr
    assert "nDCG@10   1.000  [1.000, 1.000]  n=2" in done.stdout
    assert "q2 Q0 2/b. 1 " in (tmp_path / "run.txt").read_text()

    (tmp_path / "passages.jsonl").write_text((beir / "corpus.jsonl").read_text())
    turns = [{"speaker": "user", "text": "do crabs trade shells"}, {"speaker": "agent", "text": "Yes."}]
    (tmp_path / "turns.jsonl").write_text(
        json.dumps({"id": "t1", "turns": turns[:1], "relevant": ["2/b."]})
        + "\n"
        + json.dumps({"id": "t2", "turns": [*turns, {"speaker": "user", "text": "in a queue?"}], "relevant": ["2/b."]})
        + "\n"
        + json.dumps({"id": "t3", "turns": turns[:1], "relevant": []})
        + "\n"
        + json.dumps({"id": "t4", "turns": turns[:1], "relevant": ["3"], "answerability": ["UNDERSPECIFIED"]})
        + "\n"
    )
    done = run(new_store, "--conversations", tmp_path / "turns.jsonl")
    assert done.code == 0, done.stderr
    assert "first turns, Recall@5           1.000  [1.000, 1.000]  n=1" in done.stdout
    assert "later turns, Recall@5           1.000  [1.000, 1.000]  n=1" in done.stdout
    assert "underspecified turns, Recall@5" in done.stdout

    asked = [
        {"id": "k1", "question": "do crabs trade shells?", "claims": ["Crabs trade their shells."], "answerable": True},
        {
            "id": "k2",
            "question": "who built the pyramids?",
            "claims": ["Crabs trade their shells."],
            "answerable": False,
        },
    ]
    (tmp_path / "claims.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in asked))
    done = run(new_store, "--claims", tmp_path / "claims.jsonl")
    assert done.code == 0, done.stderr
    assert "AUROC  1.000" in done.stdout
