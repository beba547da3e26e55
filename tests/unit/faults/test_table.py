"""The table of faults, written by runs that do not know of each other."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults import table

ORDER = [f"fault_{number:02}" for number in range(40)]


@pytest.fixture
def report(tmp_path, monkeypatch):
    made = tmp_path / "report.md"
    made.write_text("before\n<!-- faults:begin -->\n<!-- faults:end -->\nafter\n")
    monkeypatch.setattr(table, "REPORT", made)
    return made


def row(name: str) -> list[str]:
    return [name, *["x"] * (len(table.HEAD) - 1)]


def test_rows_that_are_written_side_by_side_are_all_there_and_in_order(tmp_path, report):
    kept = tmp_path / "rows.json"
    with ThreadPoolExecutor(len(ORDER)) as runs:
        list(runs.map(lambda name: table.keep(name, row(name), ORDER, file=kept), reversed(ORDER)))
    assert list(json.loads(kept.read_text())) == ORDER
    lines = report.read_text().splitlines()
    assert (lines[0], lines[-1]) == ("before", "after")
    assert [line.split()[1] for line in lines if line.startswith("| fault_")] == ORDER


def test_a_fault_that_lasts_as_long_as_asked_has_a_row_for_each_time(tmp_path, report):
    kept = tmp_path / "rows.json"
    for name in ("fault_01", "fault_00 60", "fault_00 10"):
        table.keep(name, row(name), ORDER, file=kept)
    assert list(json.loads(kept.read_text())) == ["fault_00 10", "fault_00 60", "fault_01"]
