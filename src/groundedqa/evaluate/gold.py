"""Gold cases: questions as learners type them, each with what in the base answers it, or with nothing.

How a case names passages is told in `base/references.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ValidationError

from groundedqa.base.frontmatter import yaml_problem
from groundedqa.base.models import Passage, Record
from groundedqa.errors import GoldError

NAME = "gold.yaml"
"""The file in a base's folder that holds its gold cases."""


class Asks(StrEnum):
    """What a gold question asks for; the last three have no answer in the base."""

    DEFINITION = "definition"
    FACT = "fact"
    WHY = "why"
    RELATION = "relation"
    UNKNOWN = "unknown"  # what is not known, or disputed
    STRENGTH = "strength"  # how good the evidence is
    LIMITS = "limits"  # what it cannot do, what it is criticised for
    SEVERAL = "several"  # two questions in one
    FAR = "far"  # nothing to do with the base's field
    FIELD = "field"  # of the field, but the base has nothing on it
    NEAR = "near"  # the base speaks of the very thing and yet does not answer

    @property
    def answerable(self) -> bool:
        """Whether the base answers."""
        return self not in (Asks.FAR, Asks.FIELD, Asks.NEAR)


class Case(Record):
    """One question with what answers it.

    `answers` hold what answers by itself, best first; `partial` what only helps. `after` holds the
    learner's earlier questions where this one was asked in a conversation.
    """

    id: str
    question: str
    kind: Asks
    after: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()

    @property
    def split(self) -> Literal["dev", "test"]:
        """Which half the case is in, by a hash of its id; the turns of one conversation (`c1.2`) stay together."""
        conversation = self.id.partition(".")[0]
        return "test" if sha256(conversation.encode()).digest()[0] % 2 else "dev"


def read_gold(path: Path) -> tuple[Case, ...]:
    """The cases of a YAML file, in its order.

    Raises:
        GoldError: the file cannot be read; names every problem with its line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        entries = yaml.load(text, Loader=yaml.BaseLoader)
        nodes = yaml.compose(text, Loader=yaml.BaseLoader)
    except OSError as error:
        raise GoldError(f"{path}: the gold cases cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: the gold cases are not UTF-8 (byte {error.start}); save the file as UTF-8") from None
    except (yaml.YAMLError, RecursionError) as error:
        line, reason = yaml_problem(error)
        raise GoldError(f"{path}:{line}: the gold cases are not valid YAML: {reason}") from None
    if not isinstance(entries, list) or not isinstance(nodes, yaml.SequenceNode):
        raise GoldError(f"{path}:1: the gold cases have to be a list; begin each with '- id:'")
    cases: dict[str, Case] = {}
    problems: list[str] = []
    for entry, node in zip(entries, nodes.value, strict=True):
        place = f"{path}:{node.start_mark.line + 1}"
        try:
            case = Case.model_validate(entry)
        except ValidationError as error:
            problems += [f"{place}: {_said(problem)}" for problem in error.errors()]
            continue
        if case.id in cases:
            problems.append(f"{place}: the id {case.id!r} is used twice; ids of gold cases are unique")
        if case.kind.answerable != bool(case.answers):
            need = "needs answers" if case.kind.answerable else "has no answer in the base, so 'answers' stays empty"
            problems.append(f"{place}: a question of the kind {case.kind.value!r} {need}")
        cases[case.id] = case
    if problems:
        raise GoldError("\n".join(problems))
    return tuple(cases.values())


def own_gold(root: Path) -> tuple[Case, ...]:
    """The cases that a base's folder holds in `gold.yaml`, none where there is no such file; raises as `read_gold`."""
    return () if _holds_nothing(root / NAME) else read_gold(root / NAME)


def _holds_nothing(path: Path) -> bool:
    """Whether there is no file, or nothing but notes in it."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return not path.exists()  # what is there and cannot be read is for `read_gold` to say
    return all(not line.strip() or line.lstrip().startswith(b"#") for line in lines)


def add_cases(path: Path, cases: Iterable[Case]) -> None:
    """Write cases below those that a file holds, whose bytes stay as they are; the file is swapped in whole.

    Raises:
        GoldError: the file is no list of gold cases, holds one of the ids, or cannot be written.
    """
    cases = list(cases)
    taken = set() if _holds_nothing(path) else {case.id for case in read_gold(path)}
    if twice := [case.id for case in cases if case.id in taken]:
        raise GoldError("\n".join(f"{path}: the id {name!r} is already used; remove that case first" for name in twice))
    beside = path.with_name(f"{path.name}.new")
    try:
        held = path.read_bytes() if path.exists() else b""
        apart = b"" if not held or held.endswith(b"\n") else b"\n"
        beside.write_bytes(held + apart + as_yaml(cases).encode())
        read_gold(beside)
        beside.replace(path)
    except OSError as error:
        raise GoldError(f"{path}: the gold cases cannot be written: {error.strerror or error}") from None
    except GoldError:
        raise GoldError(
            f"{path}: cases cannot be added below what this file holds; begin each one at the start of a line, '- id:'"
        ) from None
    finally:
        beside.unlink(missing_ok=True)


def as_yaml(cases: Iterable[Case]) -> str:
    """Cases as a gold file holds them; what is empty is left out."""
    data = [{name: value for name, value in case.model_dump(mode="json").items() if value} for case in cases]
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120) if data else ""


def resolve(cases: Iterable[Case], known: Mapping[str, Passage]) -> dict[str, dict[str, int]]:
    """The passages that answer each case, as relevance by passage id: 2 answers, 1 helps (TREC's qrels).

    Raises:
        GoldError: a case names what the base does not have; all such names at once.
    """
    lost: list[str] = []
    qrels: dict[str, dict[str, int]] = {}
    for case in cases:
        judged = qrels.setdefault(case.id, {})
        for relevance, names in ((1, case.partial), (2, case.answers)):
            for name in names:
                if name in known:
                    judged[known[name].id] = relevance
                else:
                    lost.append(f"gold case {case.id!r}: {name!r} names nothing in this base; mend or remove it")
    if lost:
        raise GoldError("\n".join(lost))
    return qrels


def _said(problem: Any) -> str:
    where = ".".join(str(part) for part in problem["loc"]) or "case"
    return f"{where} cannot be read: {problem['msg'].removeprefix('Value error, ').lower()}"
