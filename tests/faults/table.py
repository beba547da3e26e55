"""docs/reliability.md: one row for each fault, with the day and the load of its own run.

The figures are kept beside it (docs/reliability.json), so that a run of some faults leaves
the rows of the others as they are. Runs may be beside each other.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from tests.bench.histogram import Histogram
from tests.bench.report import put_into, table
from tests.faults.fault import Fault, T
from tests.faults.settings import KEPT, REPORT, Settings
from tests.faults.trying import Try

HEAD = [
    "fault", "expected", "held", "tries", "requests", "failed", "503", "wrong",
    "worst ms", "p99 ms", "clean after s", "files after s", "when, load, requests/s",
]  # fmt: skip


def row(fault: Fault[T], tries: Sequence[Try], settings: Settings) -> list[str]:
    """The row of a fault: sums over the tries, the worst of times."""
    first_byte = Histogram()
    for each in tries:
        first_byte.add(each.verdict.first_byte)
    held = sum(each.held for each in tries)
    return [
        fault.title + (f", for {settings.away_s} s" if fault.lasts_s is None else ""),
        fault.expected,
        "yes" if held == len(tries) else f"**{held} of {len(tries)}**",
        str(len(tries)),
        f"{sum(each.verdict.requests for each in tries):,}",
        *(
            f"{sum(len(getattr(each.verdict, kind)) for each in tries):,}"
            for kind in ("failed", "refused", "wrong")
        ),
        f"{max(each.verdict.worst_s for each in tries) * 1000:,.0f}",
        f"{first_byte.quantile(0.99) * 1000:,.1f}",
        f"{max(each.clean_s for each in tries):.1f}",
        f"{max(each.files_s for each in tries):.1f}",
        f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M}, {os.getloadavg()[0]:.1f}, {settings.rate}",
    ]


def name_of(fault: Fault[T], settings: Settings) -> str:
    """Of its row: what lasts as long as the run says has one for each such time."""
    return fault.name if fault.lasts_s is not None else f"{fault.name} {settings.away_s}"


def keep(
    name: str, made: list[str], order: Sequence[str], section: str = "faults", file: Path = KEPT
) -> None:
    """Put one row among those kept, and all of them into their section, in the order of the faults."""
    with REPORT.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # until it is closed
        rows: dict[str, list[str]] = json.loads(file.read_text("utf-8")) if file.exists() else {}
        rows[name] = made
        ordered = dict(sorted(rows.items(), key=lambda item: _place(item[0], order)))
        file.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", "utf-8")
        put_into(REPORT, section, table(HEAD, list(ordered.values())))


def _place(name_of_row: str, order: Sequence[str]) -> tuple[int, int]:
    name, _, seconds = name_of_row.partition(" ")
    return order.index(name), int(seconds or 0)
