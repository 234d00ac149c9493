"""Gold cases: read with every problem named, references that follow the base, splits that stay put."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundedqa.base.folder import read_base
from groundedqa.base.references import references
from groundedqa.errors import GoldError
from groundedqa.evaluate.gold import Asks, Case, read_gold, resolve

GOOD = """
- id: g1
  question: "why are pools salty"
  kind: fact
  answers: [pools-salinity]
  partial: ["section:tide-pools/a-tide-pool-warms-cools"]
- {id: c1.1, question: "what is a lighthouse", kind: definition, answers: ["summary:lighthouses"]}
- id: c1.2
  question: "and crabs?"
  kind: relation
  after: ["what is a lighthouse"]
  answers: ["relation:tide-pools/lighthouses"]
- {id: g2, question: "price of a lens", kind: near}
"""


def test_cases_are_read_in_their_order(tmp_path: Path, small_base: Path) -> None:
    (tmp_path / "gold.yaml").write_text(GOOD, encoding="utf-8")
    cases = read_gold(tmp_path / "gold.yaml")
    assert [case.id for case in cases] == ["g1", "c1.1", "c1.2", "g2"]
    assert cases[2].after == ("what is a lighthouse",)
    assert [case.kind.answerable for case in cases] == [True, True, True, False]
    base = read_base(small_base)
    qrels = resolve(cases, references(base.concepts, base.passages))
    by_id = {passage.id: passage for passage in base.passages}
    assert qrels["g2"] == {}
    assert {by_id[key].text[:20]: grade for key, grade in qrels["g1"].items()} == {
        "**Tide pools grow sa": 2,
        "A tide pool warms, c": 1,
    }
    assert [by_id[key].text[:14] for key in qrels["c1.1"]] == ["A lighthouse i"]
    assert [by_id[key].target for key in qrels["c1.2"]] == ["lighthouses"]


def test_the_turns_of_a_conversation_stay_in_one_split_and_the_splits_are_fixed() -> None:
    def split(name: str) -> str:
        return Case(id=name, question="?", kind=Asks.FAR).split

    assert [split(f"g{n:03}") for n in range(1, 9)] == ["dev", "dev", "test", "dev", "test", "test", "dev", "dev"]
    for n in range(20):
        assert len({split(f"c{n}.{turn}") for turn in range(1, 5)}) == 1


def test_every_problem_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "gold.yaml"
    file.write_text(
        "- {id: a, question: q, kind: fact, answers: [x]}\n"
        "- {id: a, question: q, kind: far}\n"
        "- {id: b, question: q, kind: odd}\n"
        "- id: c\n"
        "  question: q\n"
        "  kind: fact\n"
        "- {id: d, question: q, kind: near, answers: [x]}\n"
        "- {id: e, kind: far, colour: red}\n",
        encoding="utf-8",
    )
    with pytest.raises(GoldError) as caught:
        read_gold(file)
    said = str(caught.value).splitlines()
    assert [line.removeprefix(f"{file}:").split(":")[0] for line in said] == ["2", "3", "4", "7", "8", "8"]
    assert "used twice" in said[0]
    assert "kind cannot be read" in said[1]
    assert "needs answers" in said[2]
    assert "has no answer in the base" in said[3]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"a: [", "not valid YAML"),
        (b"a: b", "have to be a list"),
        (b"", "have to be a list"),
    ],
)
def test_a_file_that_is_no_list_of_cases_is_one_sentence(tmp_path: Path, text: bytes, said: str) -> None:
    (tmp_path / "gold.yaml").write_bytes(text)
    with pytest.raises(GoldError, match=said):
        read_gold(tmp_path / "gold.yaml")
    with pytest.raises(GoldError, match="cannot be read"):
        read_gold(tmp_path / "none.yaml")


def test_what_the_base_does_not_have_is_named_all_at_once(small_base: Path) -> None:
    base = read_base(small_base)
    cases = [
        Case(id="g1", question="q", kind=Asks.FACT, answers=("pools-salinity", "pools-gone"), partial=("summary:x",)),
        Case(id="g2", question="q", kind=Asks.FACT, answers=("relation:tide-pools/nowhere",)),
    ]
    with pytest.raises(GoldError) as caught:
        resolve(cases, references(base.concepts, base.passages))
    assert [name in str(caught.value) for name in ("pools-gone", "summary:x", "tide-pools/nowhere")] == [True] * 3
