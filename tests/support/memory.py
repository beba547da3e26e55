"""How much memory a process and its children have held at most, as Linux counts it."""

from __future__ import annotations

from pathlib import Path


def peak_resident_bytes(pid: int) -> int:
    """The largest VmHWM of the process and all below it."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    mine = next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    return max([mine, *(peak_resident_bytes(child) for child in children(pid))])


def children(pid: int) -> list[int]:
    """The processes that this one started and that still run."""
    listed = (file.read_text("ascii") for file in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(child) for line in listed for child in line.split()]
