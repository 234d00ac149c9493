"""A report as Markdown, or as one HTML page that needs nothing from anywhere."""

from __future__ import annotations

import io
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from groundedqa.errors import needs_extra
from groundedqa.evaluate.measures import Estimate
from groundedqa.evaluate.report import CaseResult, Comparison, Report

_WORST = 20


def table(measures: Mapping[str, Estimate]) -> list[str]:
    """Measures as lines of text: value, 95 % interval, how many questions."""
    width = max((len(name) for name in measures), default=0)
    return [f"{name:{width}}  {e.value:.3f}  [{e.low:.3f}, {e.high:.3f}]  n={e.count}" for name, e in measures.items()]


def write(report: Report, file: Path) -> None:
    """Write the report, as HTML if the file's name ends so, else as Markdown with the plots beside it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix.lower() in (".html", ".htm"):
        file.write_text(_html(report), encoding="utf-8")
        return
    plots = {name: file.with_name(f"{file.stem}-{name}.svg") for name in ("risk-coverage", "reliability")}
    for name, place in plots.items():
        place.write_text(_plots(report)[name], encoding="utf-8")
    file.write_text(_markdown(report, {name: place.name for name, place in plots.items()}), encoding="utf-8")


def comparison(compared: Comparison) -> list[str]:
    """What got better and worse, as lines of text."""
    lines = []
    for title, pairs in (("worse", compared.worse), ("better", compared.better)):
        lines.append(f"{len(pairs)} {'question' if len(pairs) == 1 else 'questions'} got {title}")
        lines += [f"  {new.id} {new.question!r}: {_fate(old)} -> {_fate(new)}" for old, new in pairs]
    for title, ids in (("only in the old report", compared.only_old), ("only in the new one", compared.only_new)):
        lines += [f"{title}: {', '.join(ids)}"] if ids else []
    for name, (was, now) in compared.fell.items():
        lines.append(f"{name} got worse by more than {compared.margin:g}: {was:.3f} -> {now:.3f}")
    return lines


def _fate(case: CaseResult) -> str:
    said = "silent" if not case.quoted else "right" if case.right else "wrong"
    return said if case.ndcg is None else f"{said}, nDCG {case.ndcg:.2f}"


def _markdown(report: Report, plots: Mapping[str, str]) -> str:
    lines = [f"# Evaluation of {report.base[:10]}", "", f"Model {report.model}; split: {report.split}.", ""]
    lines += _rows("measure", {name: {"": estimate} for name, estimate in report.measures.items()}, with_interval=True)
    for title, parts in (
        ("By kind of question", {kind.value: part for kind, part in report.kinds.items()}),
        ("By page that answers", report.concepts),
    ):
        lines += ["", f"## {title}", "", *_rows("", parts)]
    lines += ["", "## Abstention", "", *(f"![{name}]({place})" for name, place in plots.items())]
    lines += ["", "## Worst cases", ""]
    lines += [f"- `{case.id}` {case.question} ({case.kind.value}): {_fate(case)}" for case in report.worst(_WORST)]
    return "\n".join(lines) + "\n"


def _rows(label: str, parts: Mapping[str, Mapping[str, Estimate]], with_interval: bool = False) -> list[str]:
    if with_interval:
        head = ["measure", "value", "95 %", "questions"]
        rows = [
            [name, f"{e.value:.3f}", f"{e.low:.3f} to {e.high:.3f}", str(e.count)]
            for name, part in parts.items()
            for e in part.values()
        ]
    else:
        names = list(dict.fromkeys(name for part in parts.values() for name in part))
        head = [label, *names]
        rows = [[key, *(f"{part[n].value:.3f}" if n in part else "" for n in names)] for key, part in parts.items()]
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


_STYLE = """
body { font: 16px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
:root { color-scheme: light dark; }
table { border-collapse: collapse; display: block; overflow-x: auto; font-size: 0.9rem; }
td, th { border: 1px solid #8886; padding: 0.2rem 0.6rem; text-align: left; }
svg { max-width: 100%; height: auto; background: #fff; border-radius: 0.4rem; }
"""


def _html(report: Report) -> str:
    from markdown_it import MarkdownIt

    plots = _plots(report)
    text = _markdown(report, {name: f"{name}.svg" for name in plots})
    page = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    for name, drawing in plots.items():
        page = page.replace(f'<img src="{name}.svg" alt="{name}" />', drawing[drawing.index("<svg") :])
    title = escape(f"Evaluation of {report.base[:10]}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>{page}</body></html>'
    )


def _plots(report: Report) -> dict[str, str]:
    """Both plots as SVG."""
    with needs_extra("evaluation"):
        import matplotlib
        from matplotlib.figure import Figure
    matplotlib.use("svg")

    risk = Figure(figsize=(6, 3.6), layout="constrained")
    axes = risk.subplots()
    axes.plot([x for x, _ in report.risk_coverage], [y for _, y in report.risk_coverage], color="#2f5d8a")
    axes.set(xlabel="share of questions answered", ylabel="of these, wrongly", xlim=(0, 1), ylim=(0, 1))
    sure = Figure(figsize=(6, 3.6), layout="constrained")
    axes = sure.subplots()
    axes.plot([0, 1], [0, 1], color="#999999", linestyle="--", linewidth=1)
    axes.plot([p for p, _, _ in report.reliability], [s for _, s, _ in report.reliability], "o-", color="#2f5d8a")
    for mean, share, count in report.reliability:
        axes.annotate(str(count), (mean, share), textcoords="offset points", xytext=(5, -10), fontsize=8)
    axes.set(xlabel="probability that the base answers", ylabel="share that it does answer", xlim=(0, 1), ylim=(0, 1))
    return {"risk-coverage": _svg(risk), "reliability": _svg(sure)}


def _svg(figure: Any) -> str:
    out = io.StringIO()
    # No date, so that the same figures give the same file.
    figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()
