"""The questions that passages answer: reading and adding to a file beside the pages, from references to questions.

circuit-tracing-rhyme:
  - Does Claude plan its rhymes ahead?
  - how does a model know which word to rhyme with
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

from groundedqa.base.frontmatter import yaml_problem
from groundedqa.base.models import Passage
from groundedqa.errors import BaseError, Problem

NAME = "questions.yaml"
"""The file in a base's own folder."""
LONGEST = 300
"""Characters of a question; one that is longer would be cut by the encoder."""

Listed = tuple[tuple[str, int, tuple[tuple[str, int], ...]], ...]
"""References with their lines and their questions, each with its line."""


def read_questions(root: Path, known: Mapping[str, Passage]) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """The questions of each passage by its id, and every problem in the file; nothing where there is no file.

    What names no passage is only warned of: a claim that is taken out must not keep the base from being indexed.

    Args:
        known: what `references` gives for the base.
    """
    try:
        text = (root / NAME).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return {}, []
    except UnicodeDecodeError as error:
        return {}, [Problem("error", NAME, 1, f"the questions are not UTF-8 (byte {error.start}); save them as UTF-8")]
    except OSError as error:
        return {}, [Problem("error", NAME, 1, f"the questions cannot be read: {error.strerror or error}")]
    listed, bad = _read(text)
    found: dict[str, dict[str, None]] = {}
    problems = list(bad)
    for reference, line, questions in listed:
        if reference not in known:
            message = f"{reference!r} names nothing in this base, so its questions find nothing; mend or remove it"
            problems.append(Problem("warning", NAME, line, message))
            continue
        own = found.setdefault(known[reference].id, {})
        for question, place in questions:
            if question in own:
                message = f"the question {question!r} is listed twice for {reference!r}; remove one"
                problems.append(Problem("warning", NAME, place, message))
            own[question] = None
    return {identifier: tuple(own) for identifier, own in found.items()}, problems


def listed_in(folder: Path) -> dict[str, tuple[str, ...]]:
    """The questions of a folder's file by reference, whatever these name; none where there is no such file.

    Raises:
        BaseError: the file cannot be read as questions.
    """
    try:
        text = (folder / NAME).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BaseError(f"{folder / NAME}: the questions cannot be read ({error}); mend the file first") from None
    listed, problems = _read(text)
    if problems:
        lines = [f"{folder / p.path}:{p.line}: {p.message}" for p in problems]
        raise BaseError("\n".join(lines), problems=problems)
    return {reference: tuple(asked for asked, _ in own) for reference, _, own in listed}


@lru_cache(maxsize=4)
def _read(text: str) -> tuple[Listed, tuple[Problem, ...]]:
    """Kept, since the file seldom changes while an author writes, and YAML takes seconds to read."""
    try:
        node = yaml.BaseLoader(text).get_single_node()
    except (yaml.YAMLError, RecursionError) as error:
        line, reason = yaml_problem(error)
        return (), (Problem("error", NAME, line, f"the questions are not valid YAML: {reason}"),)
    if node is None:
        return (), ()
    if not isinstance(node, yaml.MappingNode):
        return (), (Problem("error", NAME, 1, "write each passage's reference, a colon, and a list of its questions"),)
    problems: list[Problem] = []
    listed = []
    for key, value in node.value:
        line = key.start_mark.line + 1
        entries = value.value if isinstance(value, yaml.SequenceNode) else None
        if not isinstance(key, yaml.ScalarNode) or entries is None:
            problems.append(Problem("error", NAME, line, "write a reference, a colon, and a list of its questions"))
            continue
        questions = []
        for entry in entries:
            place = entry.start_mark.line + 1
            asked = " ".join(entry.value.split()) if isinstance(entry, yaml.ScalarNode) else ""
            if not asked:
                problems.append(Problem("error", NAME, place, "a question has to be one line of text; mend it"))
            elif len(asked) > LONGEST:
                message = f"this question has {len(asked):,} characters; write one of at most {LONGEST}"
                problems.append(Problem("error", NAME, place, message))
            else:
                questions.append((asked, place))
        listed.append((key.value, line, tuple(questions)))
    return tuple(listed), tuple(problems)


def add_question(root: Path, reference: str, question: str) -> bool:
    """Add a question to those of a passage; all else in the file stays as it is, and the file is swapped in whole.

    Returns: whether it was not there yet.

    Raises:
        BaseError: the file is no list of questions, or cannot be written.
    """
    file = root / NAME
    question = " ".join(question.split())
    if question in listed_in(root).get(reference, ()):
        return False
    text = file.read_bytes().decode("utf-8") if file.exists() else ""
    own = next((entry for entry in _read(text.removeprefix("\ufeff"))[0] if entry[0] == reference), None)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    if own is None:
        lines += [
            f"{json.dumps(reference, ensure_ascii=False)}:\n",
            f"  - {json.dumps(question, ensure_ascii=False)}\n",
        ]
    else:
        # Below the last of its questions, set in as far; a reference without any is no list in a line of its own.
        last = max((line for _, line in own[2]), default=own[1])
        before = lines[last - 1]
        indent = before[: len(before) - len(before.lstrip())] if own[2] else "  "
        lines.insert(last, f"{indent}- {json.dumps(question, ensure_ascii=False)}\n")
    written = "".join(lines)
    expected = question in {asked for name, _, found in _read(written)[0] if name == reference for asked, _ in found}
    if _read(written)[1] or not expected:
        raise BaseError(f"{file}: no question can be added to what this file holds; write each one on a line: '- ...'")
    beside = file.with_name(f"{file.name}.new")
    try:
        beside.write_bytes(written.encode("utf-8"))
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise BaseError(f"{file}: the questions cannot be written: {error.strerror or error}") from None
    return True
