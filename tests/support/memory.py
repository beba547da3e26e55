"""How much memory a process holds, as Linux counts it."""

from __future__ import annotations

from pathlib import Path


def peak_resident_bytes(pid: int) -> int:
    """The largest VmHWM of the process and all below it."""
    mine = _status_bytes(pid, "VmHWM")
    return max([mine, *(peak_resident_bytes(child) for child in children(pid))])


def resident_bytes(pid: int) -> int:
    """What the process alone holds now."""
    return _status_bytes(pid, "VmRSS")


def _status_bytes(pid: int, name: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(name))


def children(pid: int) -> list[int]:
    """The processes that this one started and that still run."""
    listed = (file.read_text("ascii") for file in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(child) for line in listed for child in line.split()]
