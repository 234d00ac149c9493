"""The gate on quality: what it lets pass, what it says, and that its mutants still fit the source."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from groundedqa.base.folder import read_base
from groundedqa.evaluate.gold import read_gold

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

import gate  # noqa: E402 -- scripts are no package
import mutants  # noqa: E402

GOLD = """
- {id: a, question: "why do pools get saltier on a hot day", kind: why, answers: [pools-salinity]}
- {id: b, question: "crabs queue for shells", kind: fact, answers: [pools-shell-queue]}
- {id: c, question: "how do I bake sourdough bread", kind: far}
"""


@pytest.fixture
def baseline() -> gate.Figures:
    return gate.read(gate.BASELINE)


def changed(figures: gate.Figures, measure: str, by: float) -> gate.Figures:
    was = figures.measures[measure]
    now = was.model_copy(update={"value": was.value + by})
    return figures.model_copy(update={"measures": {**figures.measures, measure: now}})


def test_the_baseline_is_of_the_base_that_ships(baseline: gate.Figures) -> None:
    corpus = ROOT / "corpus"
    assert baseline.passages == len(read_base(corpus).passages)
    assert baseline.cases == len(read_gold(corpus / "gold.yaml"))
    assert baseline.measures.keys() == gate.MARGINS.keys()


@pytest.mark.parametrize("measure", gate.MARGINS)
def test_a_measure_may_rise_as_it_likes_and_fall_by_its_margin(baseline: gate.Figures, measure: str) -> None:
    towards_worse = 1 if measure.startswith(("silent", "answered")) else -1
    margin = gate.MARGINS[measure]
    assert gate.worse(baseline, changed(baseline, measure, towards_worse * margin * 0.99)) == {}
    assert gate.worse(baseline, changed(baseline, measure, -towards_worse * margin * 9)) == {}
    said = gate.worse(baseline, changed(baseline, measure, towards_worse * margin * 1.01))
    assert said.keys() == {measure}
    assert said[measure].startswith(f"{measure} got worse by 0.00")


def test_an_answer_may_take_a_little_longer(baseline: gate.Figures) -> None:
    baseline = baseline.model_copy(update={"time": 0.5})
    for times, passes in ((gate.SLOWER * 0.99, True), (gate.SLOWER * 1.01, False)):
        said = gate.worse(baseline, baseline.model_copy(update={"time": 0.5 * times}))
        assert (said == {}) is passes
    assert gate.worse(baseline, baseline.model_copy(update={"time": None})) == {}


def test_figures_of_another_base_are_not_compared(baseline: gate.Figures) -> None:
    said = gate.worse(baseline, baseline.model_copy(update={"cases": baseline.cases + 1}))
    assert "renew it with" in said["baseline"]
    assert len(said) == 1


def test_the_gate_stops_what_got_worse(
    small_base: Path,
    small_store: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(*options: str) -> object:
        monkeypatch.setattr(sys, "argv", ["gate.py", "--baseline", str(file), "--store", str(small_store), *options])
        try:
            gate.main()
        except SystemExit as stopped:
            return stopped.code
        return 0

    file, gold = tmp_path / "baseline.json", small_base / "gold.yaml"
    monkeypatch.setattr(gate, "CORPUS", small_base)
    gold.write_text(GOLD, encoding="utf-8")
    assert "cannot be read: No such file" in str(run("--no-time"))
    assert run("--write", "--no-time") == 0
    assert run("--no-time") == 0
    gold.write_text(GOLD.replace("answers: [pools-shell-queue]", "answers: [marshes-carbon]"), encoding="utf-8")
    said = str(run("--no-time")).splitlines()
    assert [line.partition(" got worse by ")[0] for line in said if "first quote" in line] == ["first quote answers"]
    assert "first quote answers" in capsys.readouterr().out
    file.write_text("{}", encoding="utf-8")
    assert "this is no baseline of this release" in str(run("--no-time"))


@pytest.mark.parametrize("mutant", mutants.MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_changes_one_place_of_the_source_as_it_is(mutant: mutants.Mutant, tmp_path: Path) -> None:
    place = Path("groundedqa") / mutant.file
    copy = tmp_path / place
    copy.parent.mkdir(parents=True)
    copy.write_bytes((ROOT / "src" / place).read_bytes())
    mutant.apply(tmp_path)
    assert copy.read_bytes() != (ROOT / "src" / place).read_bytes()
    if copy.suffix == ".py":
        compile(copy.read_text(encoding="utf-8"), copy, "exec")
    with pytest.raises(SystemExit, match=r"stands 0 times in .* not once"):
        mutant.apply(tmp_path)
