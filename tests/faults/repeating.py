"""A fault, tried as often as asked, a line for each try."""

from __future__ import annotations

from tests.faults import trying
from tests.faults.fault import Fault, T
from tests.faults.settings import Settings
from tests.faults.trying import Try


def tries(fault: Fault[T], target: T, settings: Settings) -> list[Try]:
    """Break the system again and again, and tell of each time."""
    made = []
    count = 1 if fault.is_long else settings.tries
    for number in range(count):
        one = trying.run(fault, target, settings)
        made.append(one)
        verdict = one.verdict
        print(
            f"{fault.name} {number + 1}/{count}: {verdict.requests} asked, {len(verdict.failed)} failed,"
            f" {len(verdict.refused)} refused, {len(verdict.wrong)} wrong, {verdict.marked} marked;"
            f" worst {verdict.worst_s * 1000:.0f} ms; clean after {one.clean_s:.1f} s, files after {one.files_s:.1f} s",
            flush=True,
        )
        for complaint in (*one.complaints, *one.late):
            print(f"    {complaint}", flush=True)
    return made
