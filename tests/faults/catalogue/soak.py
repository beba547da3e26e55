"""Half an hour of questions and files, and nothing broken: what the processes hold must not grow."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.faults.fault import Fault
from tests.faults.settings import load
from tests.faults.system import System
from tests.support.memory import children, resident_bytes

SAMPLES = 40
MEBIBYTE = 1 << 20
CACHE_BYTES_MAX = 8 * MEBIBYTE


class Held(NamedTuple):
    """By a process and all below it."""

    bytes: int
    descriptors: int
    threads: int


# What may be between the second quarter and the last: caches fill, a pool keeps a connection more.
GROWTH_MAX = Held(16 * MEBIBYTE, 16, 4)


def held(pid: int) -> Held:
    mine = Held(
        resident_bytes(pid), *(len(list(Path(f"/proc/{pid}/{kind}").iterdir())) for kind in ("fd", "task"))
    )
    return Held(*map(sum, zip(mine, *map(held, children(pid)), strict=True)))


@contextmanager
def with_small_memory(system: System) -> Iterator[None]:
    """Query's memory for answers is full early on: what grows later is something else."""
    for number in range(len(system.queries)):
        system.end_query(number)
        system.start_query(number, QUERY_CACHE_BYTES_MAX=str(CACHE_BYTES_MAX))
    yield


def soak(system: System) -> None:
    parts = {"query 1": system.queries[0], "query 2": system.queries[1], "ingest": system.ingest}
    seen: dict[str, list[Held]] = {name: [] for name in parts}
    for _ in range(SAMPLES):
        time.sleep(load().soak_s / SAMPLES)
        for name, part in parts.items():
            seen[name].append(held(part.process.pid))
    for name, samples in seen.items():
        before, after = (
            _middle(samples[SAMPLES * first // 4 : SAMPLES * (first + 1) // 4]) for first in (1, 3)
        )
        print(f"    {name}: {before} -> {after}", flush=True)
        for what, was, is_now, growth_max in zip(Held._fields, before, after, GROWTH_MAX, strict=True):
            if is_now > was + growth_max:
                system.found.append(f"{name} holds more {what}: {was:,} became {is_now:,}")


def _middle(samples: list[Held]) -> Held:
    return Held(*(int(median(each)) for each in zip(*samples, strict=True)))


FAULT = Fault(
    name="soak",
    title="half an hour of questions and files",
    expected="0 failed, 0 wrong; memory, descriptors and threads do not grow",
    break_=soak,
    prepared=with_small_memory,
    files_every_s=5,
    is_long=True,
)
