"""Processors of their own for those who ask, as they have them on a cluster."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.fault import Absent
from tests.faults.system import System
from tests.support.memory import children


@contextmanager
def halved(system: System) -> Iterator[None]:
    """One half for those who answer; the other for the gateway, for us and for what we start meanwhile.

    Raises Absent where there is one processor, or where the system is not Linux.
    """
    if not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) < 2:
        raise Absent("those who ask and those who answer need a processor each, and Linux to keep them apart")
    usable = sorted(os.sched_getaffinity(0))
    middle = len(usable) // 2
    ours = os.getpid()
    answering = set(_descendants(ours)) - {system.gateway.pid}
    try:
        _bind(answering, usable[:middle])
        _bind((ours, system.gateway.pid), usable[middle:])
        yield
    finally:
        _bind((ours, *_descendants(ours)), usable)


def _descendants(pid: int) -> Iterator[int]:
    for child in children(pid):
        yield child
        with contextlib.suppress(FileNotFoundError):  # it has ended
            yield from _descendants(child)


def _bind(pids: Iterable[int], processors: Iterable[int]) -> None:
    for pid in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                os.sched_setaffinity(int(task.name), processors)
