"""The table of ingest, on the terminal and between its markers in docs/performance.md."""

from __future__ import annotations

import statistics

from tests.bench.ingest.large import Large
from tests.bench.ingest.many import Many
from tests.bench.ingest.small import Small
from tests.bench.report import table
from tests.bench.settings import REPORT

BEGIN, END = "<!-- ingest:begin -->", "<!-- ingest:end -->"
MIB = 1 << 20
SHOWN = 0.02  # of the whole time: what takes less is not listed


def text(small: Small, many: Many, large: Large | None, machine: list[str]) -> str:
    """Both tables and what they were measured on."""
    rows = [_row(f"the data set, {small.files} files through S3 and events", *_small(small))]
    if large:
        rows.append(_row(f"one file of {large.size_bytes / MIB:,.0f} MiB", *_large(large)))
    head = ["what is stored", "records", "seconds", "records/s", "`\\copy` seconds", "ratio", "peak resident"]
    visible = sorted(small.visible_seconds)
    parts = [
        table(head, rows),
        f"From the upload of one movie to `/movies`: {statistics.median(visible) * 1000:,.0f} ms"
        f" (median of {len(visible)}; the longest took {visible[-1] * 1000:,.0f} ms).",
    ]
    rates = " and ".join(f"{rate:,.0f} with {number}" for number, rate in many.rates.items())
    parts.append(
        f"Files of one movie, a second, by the number of ingest processes: {rates}. Each holds the writers' lock for"
        f" {many.lock_ms:.1f} ms of the database's time, so that no number of processes stores more than"
        f" {1000 / many.lock_ms:,.0f} files a second; below that, the cores are the bound that all of this shares."
    )
    if large:
        parts += ["Where the time of the large file goes:", _parts(large)]
    return "\n\n".join([*parts, *machine])


def write(body: str) -> None:
    """Put it between the markers, or at the end of the document where there are none yet."""
    document = REPORT.read_text("utf-8")
    if BEGIN not in document:
        document += f"\n## Ingest\n\n{BEGIN}\n{END}\n"
    before, rest = document.split(BEGIN, 1)
    REPORT.write_text(f"{before}{BEGIN}\n{body}\n{END}{rest.split(END, 1)[1]}", "utf-8")


def _small(small: Small) -> tuple[int, float, float, str]:
    return (
        small.records,
        statistics.median(small.load_seconds),
        statistics.median(small.copy_seconds),
        "not measured",
    )


def _large(large: Large) -> tuple[int, float, float, str]:
    return large.records, large.seconds, large.copy_seconds, f"{large.peak_bytes / MIB:.0f} MiB"


def _row(what: str, records: int, seconds: float, copy: float, peak: str) -> list[str]:
    ratio = seconds / copy
    return [
        what,
        f"{records:,}",
        f"{seconds:,.1f}",
        f"{records / seconds:,.0f}",
        f"{copy:,.1f}",
        f"{ratio:.2f}",
        peak,
    ]


def _parts(large: Large) -> str:
    """Statements of the database by their names, and the rest, which is ingest's own work."""
    rest = large.seconds - sum(large.parts.values())
    parts = {"reading, normalising and sending (Python)": rest} | {
        f"`{name}`": seconds for name, seconds in large.parts.items()
    }
    shown = [
        [name, "", f"{seconds:,.1f}", f"{100 * seconds / large.seconds:.0f} %"]
        for name, seconds in sorted(parts.items(), key=lambda part: -part[1])
        if seconds >= SHOWN * large.seconds
    ]
    return table(["part", "", "seconds", "share"], shown)
