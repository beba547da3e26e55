"""Markdown tables, on the terminal and between their markers in docs/performance.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measure import Cell, Cells
from tests.bench.settings import REPORT
from tests.bench.workloads import Workload


@dataclass(frozen=True)
class Bar:
    """A ratio that we hold ourselves to: ours to theirs, in requests a second or in p50."""

    workload: str
    peer: str
    of: str  # "rate": ours must be at least `least` times theirs; "p50": theirs at least `least` times ours
    least: float


BARS = [
    Bar("cached", "nginx", "rate", 0.5),
    *(
        bar
        for peer in ("fastapi", "fastapi-db")
        for name in ("uncached", "years", "id", "cast", "search", "facets")
        for bar in (Bar(name, peer, "rate", 1.5), Bar(name, peer, "p50", 1.0))
    ),
]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first two to the right."""
    rule = ["---"] * 2 + ["---:"] * (len(head) - 2)
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *rows))


def results(workloads: Sequence[Workload], titles: dict[str, str], cells: Cells) -> str:
    """One row for each workload and server."""
    rows = []
    for workload in workloads:
        for name, title in titles.items():
            cell = cells.get((workload.name, name))
            if cell is not None:
                rows.append([workload.title, title, *_figures(cell)])
    head = ["workload", "server", "requests/s", "connections", "p50 ms", "p99 ms", "p99.9 ms", "samples"]
    return table(head, rows)


def _figures(cell: Cell) -> list[str]:
    milliseconds = [cell.histogram.quantile(share) * 1000 for share in (0.5, 0.99, 0.999)]
    marks = "†" * bool(cell.unanswered) + "‡" * bool(cell.failed or cell.load.failed) + "§" * cell.was_helped
    return [
        f"{cell.load.rate:,.0f}{marks}",
        str(cell.connections),
        *(f"{each:.2f}" if each < 100 else f"{each:,.0f}" for each in milliseconds),
        str(cell.histogram.total),
    ]


def ratios(workloads: Sequence[Workload], titles: dict[str, str], cells: Cells) -> str:
    """The bars that this run can tell about."""
    names = {workload.name: workload.title for workload in workloads}
    rows = []
    for bar in BARS:
        ours, theirs = cells.get((bar.workload, "query")), cells.get((bar.workload, bar.peer))
        if ours is None or theirs is None:
            continue
        ratio = _ratio(bar, ours, theirs)
        what = "requests/s" if bar.of == "rate" else "p50, theirs to ours"
        verdict = "yes" if ratio >= bar.least else "**no**"
        rows.append([names[bar.workload], titles[bar.peer], what, f"{ratio:.2f}", f"{bar.least:g}", verdict])
    return table(["workload", "beside", "of", "ratio", "at least", "held"], rows)


def _ratio(bar: Bar, ours: Cell, theirs: Cell) -> float:
    if bar.of == "rate":
        return ours.load.rate / theirs.load.rate if theirs.load.rate else float("inf")
    return theirs.histogram.quantile(0.5) / ours.histogram.quantile(0.5)


def put(section: str, text: str) -> None:
    """Put a text between the markers of a section of docs/performance.md; ValueError where they are not."""
    put_into(REPORT, section, text)


def put_into(report: Path, section: str, text: str) -> None:
    """The same for any document."""
    begin, end = f"<!-- {section}:begin -->", f"<!-- {section}:end -->"
    head, rest = report.read_text("utf-8").split(begin)
    _, tail = rest.split(end)
    report.write_text(f"{head}{begin}\n{text.strip()}\n{end}{tail}", "utf-8")
