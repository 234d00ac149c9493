"""What people ask: kept without names, gathered by topic, and made into gold cases."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest

from groundedqa.answer.answers import Abstention, Answer, Grounded
from groundedqa.answer.compose import answer
from groundedqa.answer.conversation import understand
from groundedqa.authoring.demand import asked_of, topics
from groundedqa.authoring.log import LONGEST, Event, Happened, Log
from groundedqa.authoring.proposals import Proposals, case_of
from groundedqa.base.evidence import Evidence
from groundedqa.base.references import references
from groundedqa.errors import GoldError, LogError
from groundedqa.evaluate.gold import Asks, own_gold, read_gold, resolve
from groundedqa.index.reading import Index
from groundedqa.workspace import Workspace

DAY = date(2026, 11, 25)


def event(what: Happened, question: str, *passages: str, strength: Evidence | None = None) -> Event:
    return Event(what=what, day=DAY, question=question, passages=passages, strength=strength)


def test_an_event_comes_back_as_it_was(tmp_path: Path) -> None:
    log = Log(tmp_path / "new" / "questions.jsonl")
    assert list(log.events()) == []
    kept = event(Happened.ANSWERED, "Wächst „Étretat“ 日本?", "a", "b", strength=Evidence.WEAK)
    log.add(kept)
    log.add(event(Happened.ABSTAINED, " two \n lines "))
    log.add(event(Happened.ABSTAINED, "x" * 2_000))
    first, second, third = log.events()
    assert first == kept
    assert second.question == "two lines"
    assert len(third.question) == LONGEST
    log.clear()
    assert list(log.events()) == []


def test_a_line_that_was_cut_costs_only_itself(tmp_path: Path) -> None:
    log = Log(tmp_path / "questions.jsonl")
    log.add(event(Happened.ANSWERED, "one"))
    log.add(event(Happened.ANSWERED, "two"))
    whole = log.file.read_bytes()
    log.file.write_bytes(whole[:-9])
    log.add(event(Happened.ANSWERED, "three"))
    assert [kept.question for kept in log.events()] == ["one", "three"]


@pytest.mark.process
def test_many_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    script = (
        "import sys; from datetime import date; from pathlib import Path; "
        "from groundedqa.authoring.log import *\n"
        "for n in range(60): Log(Path(sys.argv[1])).add(Event(what=Happened.ANSWERED, day=date(2026, 1, 1), "
        "question=sys.argv[2] + str(n)))"
    )
    others = [subprocess.Popen([sys.executable, "-c", script, str(file), name]) for name in "ab"]
    threads = [
        threading.Thread(target=lambda: [Log(file).add(event(Happened.ABSTAINED, f"t{n}")) for n in range(60)])
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.wait(60) for other in others] == [0, 0]
    assert len(list(Log(file).events())) == 240


def test_a_log_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LogError, match="cannot be kept"):
        Log(tmp_path / "file" / "questions.jsonl").add(event(Happened.ANSWERED, "one"))
    (tmp_path / "folder").mkdir()
    with pytest.raises(LogError, match="cannot be read"):
        list(Log(tmp_path / "folder").events())


def test_questions_are_the_newest_first_and_alone(tmp_path: Path) -> None:
    log = Workspace.at(tmp_path).log
    for question in ("one", "two", "one"):
        log.add(event(Happened.ANSWERED, question))
    log.add(event(Happened.DISLIKED, "three"))
    log.add(event(Happened.MISSED, "a quiz's prompt"))
    log.add(Event(what=Happened.ABSTAINED, day=DAY, question="and why?", after=("one",)))
    assert log.conversations() == [("one", "and why?"), ("one",), ("two",)]
    assert log.questions() == ["one", "two"]


def test_topics_are_pages_and_those_that_let_people_down_come_first(small_index: Index) -> None:
    events = [
        event(Happened.ANSWERED, "Which pools grow saltier?", "pools-salinity", strength=Evidence.STRONG),
        event(Happened.ABSTAINED, "How deep are tide pools?"),
        event(Happened.ABSTAINED, "how deep are tide pools"),
        event(Happened.ANSWERED, "Why did keepers leave?", "lighthouses-keepers", strength=Evidence.WEAK),
        event(Happened.DISLIKED, "What are beacons?"),
        event(Happened.ABSTAINED, "How do I file my income tax return?"),
        event(Happened.MISSED, "____ burial rates", "marshes-carbon"),
        event(Happened.MISSED, "gone", "no-such-claim"),
    ]
    found = {topic.slug: topic for topic in topics(small_index, events)}
    order = [topic.slug for topic in topics(small_index, events)]
    assert set(order[:2]) == {"tide-pools", "lighthouses"}
    pools, lamps, marshes, nowhere = (found[s] for s in ("tide-pools", "lighthouses", "coast/salt-marshes", None))
    assert (pools.asked, pools.abstained, pools.weak, pools.unmet) == (3, 2, 0, 2)
    assert pools.unanswered == ("How deep are tide pools?",), "one question however it is spelled"
    assert (lamps.asked, lamps.weak, lamps.disliked) == (1, 1, 1)
    assert set(lamps.doubtful) == {"Why did keepers leave?", "What are beacons?"}
    assert (marshes.missed, marshes.asked) == (1, 0)
    assert nowhere.unanswered == ("How do I file my income tax return?",)
    assert asked_of(small_index, events)["tide-pools"] == 3


def ask(index: Index, *texts: str) -> list[Answer]:
    turns: list[Answer] = []
    for text in texts:
        turns.append(answer(index, text, [turn.turn for turn in turns]))
    return turns


def test_an_answer_becomes_a_case_that_it_passes(small_index: Index, tmp_path: Path) -> None:
    (turn,) = ask(small_index, "Do tide pools grow saltier on hot days?")
    assert isinstance(turn, Grounded)
    kept = Workspace.at(tmp_path).proposals
    kept.propose(case_of(small_index, turn.question, [], [turn.quotes[0].passage.id]))
    (case,) = read_gold(kept.file)
    assert (case.question, case.kind, case.answers) == (turn.question.text, Asks.FACT, ("pools-salinity",))
    resolve([case], references(small_index.concepts, small_index.passages))


def test_a_text_s_reference_survives_its_rewording(small_index: Index) -> None:
    (turn,) = ask(small_index, "What are tide pools?")
    assert isinstance(turn, Grounded)
    case = case_of(small_index, turn.question, [], [quote.passage.id for quote in turn.quotes[:1]])
    assert case.kind is Asks.DEFINITION
    assert case.answers == ("summary:tide-pools",)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How deep are tide pools?", Asks.NEAR),
        ("How do I file my income tax return?", Asks.FAR),
        ("How are fishing boats built?", Asks.FIELD),
    ],
)
def test_what_nothing_answers_is_sorted_by_how_near_it_comes(small_index: Index, question: str, kind: Asks) -> None:
    case = case_of(small_index, understand(small_index, question), [], [])
    assert case.kind is kind
    assert case.answers == ()


def test_a_follow_up_keeps_what_it_leans_on_and_nothing_else_does(small_index: Index) -> None:
    turns = ask(
        small_index,
        "Do tide pools grow saltier on hot days?",
        "How strong is the evidence for that?",
        "What are beacons?",
    )
    before = [turn.question.text for turn in turns]
    leaning = case_of(small_index, turns[1].question, before[:1], ["pools-salinity"])
    alone = case_of(small_index, turns[2].question, before[:2], ["lighthouses-fresnel"])
    assert leaning.after == ("Do tide pools grow saltier on hot days?",)
    assert alone.after == ()


def test_a_question_has_one_case_and_the_last_word_counts(small_index: Index, tmp_path: Path) -> None:
    (turn,) = ask(small_index, "How deep are tide pools?")
    assert isinstance(turn, Abstention)
    kept = Workspace.at(tmp_path).proposals
    kept.propose(case_of(small_index, turn.question, [], ["pools-salinity"]))
    kept.propose(case_of(small_index, understand(small_index, "What are beacons?"), [], ["lighthouses-fresnel"]))
    kept.propose(case_of(small_index, turn.question, [], []))
    assert [(case.question, case.answers) for case in kept.cases()] == [
        ("What are beacons?", ("lighthouses-fresnel",)),
        ("How deep are tide pools?", ()),
    ]
    kept.drop([case.id for case in kept.cases()])
    assert kept.cases() == ()


def test_written_to_the_base_they_stand_below_what_an_author_wrote(small_index: Index, tmp_path: Path) -> None:
    gold = tmp_path / "gold.yaml"
    own = "# Cases of ours, with a note.\r\n- id: g1\r\n  question: Who keeps lamps?   # two spaces\r\n  kind: far"
    gold.write_bytes(own.encode())
    kept = Proposals(tmp_path / "proposed.yaml")
    case = case_of(small_index, understand(small_index, "What are beacons?"), [], ["lighthouses-fresnel"])
    kept.propose(case)
    assert kept.write_to(gold) == (case,)
    assert gold.read_bytes().startswith(own.encode())
    assert [one.id for one in read_gold(gold)] == ["g1", case.id]
    assert kept.cases() == ()
    kept.propose(case)
    before = gold.read_bytes()
    with pytest.raises(GoldError, match="already used"):
        kept.write_to(gold)
    assert gold.read_bytes() == before
    assert kept.cases() == (case,), "what could not be written is not lost"


@pytest.mark.parametrize("held", [b"\xff\xfe", b"  - id: g1\n    question: a\n    kind: far\n", b"[]\n", b"a: b\n"])
def test_a_gold_file_that_cannot_be_added_to_stays_as_it_is(small_index: Index, tmp_path: Path, held: bytes) -> None:
    gold = tmp_path / "gold.yaml"
    gold.write_bytes(held)
    kept = Proposals(tmp_path / "proposed.yaml")
    case = case_of(small_index, understand(small_index, "What are beacons?"), [], ["lighthouses-fresnel"])
    kept.propose(case)
    with pytest.raises(GoldError, match=r"gold\.yaml[:,]"):
        kept.write_to(gold)
    assert gold.read_bytes() == held
    assert kept.cases() == (case,)
    assert not list(tmp_path.glob("gold.yaml.new"))


def test_a_gold_file_with_nothing_but_a_note_is_empty(tmp_path: Path) -> None:
    (tmp_path / "gold.yaml").write_text("# Cases come here.\n", encoding="utf-8")
    assert own_gold(tmp_path) == ()
    assert own_gold(tmp_path / "elsewhere") == ()


def test_a_case_that_cannot_be_kept_is_a_sentence(small_index: Index, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    case = case_of(small_index, understand(small_index, "What are beacons?"), [], [])
    with pytest.raises(GoldError, match="cannot be kept"):
        Workspace.at(tmp_path / "file").proposals.propose(case)


def test_what_could_steer_a_terminal_is_not_kept(tmp_path: Path) -> None:
    log = Workspace.at(tmp_path).log
    log.add(event(Happened.ABSTAINED, "red \x1b[31m\x07 \udcff and on"))
    assert [kept.question for kept in log.events()] == ["red [31m ? and on"]


def test_what_was_quoted_and_is_gone_does_not_hide_the_topic(small_index: Index) -> None:
    gone = event(Happened.ANSWERED, "Why did they leave?", "gone", "lighthouses-keepers")
    assert asked_of(small_index, [gone]) == {"lighthouses": 1}
