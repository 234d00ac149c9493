"""`groundedqa calibrate`: fit the probability that the base answers to one base."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundedqa.cli.options import STORE, ModelName, ShownProgress, StoreDir, opened, workspace
from groundedqa.errors import CalibrationError

if TYPE_CHECKING:
    from groundedqa.answer.calibration import Calibration
    from groundedqa.evaluate.calibrate import LabeledQuestion
    from groundedqa.index.reading import Index


def calibrate(
    gold: Annotated[
        Path | None,
        typer.Argument(help="Gold cases to fit on (their dev half); gold.yaml of the indexed base by default."),
    ] = None,
    store: StoreDir = STORE,
    model: ModelName = None,
    ship: Annotated[
        Path | None, typer.Option(help="Write the calibration into this file instead of the store.")
    ] = None,
) -> None:
    """Fit to this base how sure it is that the base answers. Without gold cases, questions are made from the base."""
    from groundedqa.answer.calibration import SHIPPED, calibration_of, file_in, read
    from groundedqa.evaluate.calibrate import fit, rescale

    index = opened(workspace(store, model))
    try:
        old = calibration_of(index)
    except CalibrationError as damage:
        print(f"{damage}; it is made again.", file=sys.stderr)
        file_in(index.store).unlink(missing_ok=True)
        old = read(SHIPPED, 0, 0)
    today = datetime.datetime.now(datetime.UTC).date()
    file = gold or index.root / "gold.yaml"
    if gold or file.is_file():
        judged = _of_cases(index, file)
        made = fit(index, judged, f"dev half of {file.parent.name}/{file.name}", today)
    else:
        judged = _of_base(index)
        made = rescale(index, judged, f"questions made from {index.root.name}", today, read(SHIPPED, 0, 0))
    target = ship or file_in(index.store)
    print("\n".join(_compared(judged, old, made)))
    made.write(target)
    print(f"Written to {target}.")


def _of_cases(index: Index, file: Path) -> list[LabeledQuestion]:
    from groundedqa.evaluate.calibrate import label_cases
    from groundedqa.evaluate.gold import read_gold

    cases = read_gold(file)
    with ShownProgress() as shown:
        shown.stage("Asking gold cases", len(cases))
        return label_cases(index, cases, shown.advance)


def _of_base(index: Index) -> list[LabeledQuestion]:
    from groundedqa.evaluate.calibrate import label_synthetic
    from groundedqa.evaluate.synthetic import synthetic_questions

    made = synthetic_questions(index)
    with ShownProgress() as shown:
        shown.stage("Asking questions made from the base", len(made))
        return label_synthetic(index, made, shown.advance)


def _compared(judged: Iterable[LabeledQuestion], old: Calibration, made: Calibration) -> list[str]:
    """Before and after on the questions that were held out."""
    import numpy as np

    from groundedqa.evaluate.calibrate import errors
    from groundedqa.evaluate.measures import auroc

    kept = [one for one in judged if one.held_out]
    answerable = np.array([one.answerable for one in kept], dtype=bool)
    lines = [
        f"Fitted on {made.questions} questions ({made.data}), {made.answerable} answerable. Cross-validated: AUROC "
        f"{made.auroc:.3f}; at {made.threshold:.2f} silent {made.silent:.3f}, wrong {made.wrong:.3f}."
    ]
    if not answerable.any() or answerable.all():
        return lines
    lines.append(f"On {len(kept)} questions held out, {int(answerable.sum())} answerable:")
    for name, one in (("before", old), ("after", made)):
        sure = np.array([one.probability(question.features) for question in kept])
        silent, wrong = errors(sure, answerable, one.threshold)
        lines.append(
            f"  {name:6} AUROC {auroc(sure.tolist(), answerable.tolist()).value:.3f}; at {one.threshold:.2f} "
            f"silent though the base says {silent:.3f}, answers though it does not {wrong:.3f}"
        )
        for sort in dict.fromkeys(question.sort for question in kept if not question.answerable):
            part = np.array([question.sort == sort for question in kept])
            value = auroc(sure[answerable | part].tolist(), answerable[answerable | part].tolist()).value
            lines.append(f"         AUROC against {sort}: {value:.3f}")
    return lines
