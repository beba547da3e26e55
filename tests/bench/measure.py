"""The timed part: rounds over all workloads and servers, so that what drifts on the machine is shared."""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import http
from tests.bench.histogram import Histogram
from tests.bench.openloop import Plan, run_apart
from tests.bench.running import Running
from tests.bench.saturation import saturate
from tests.bench.settings import Settings
from tests.bench.workloads import Workload

# These are compared with one another; their tails get this many times the samples of the others.
CLOSE, CLOSE_WEIGHT = ("query", "nginx", "fastapi", "fastapi-db"), 2
# A server that refuses more than that, or fails, does not bear so many connections.
FAILED_SHARE_MAX = 0.01
# The first requests were asked before, to compare the answers.
FROM_MEMORY_SHARE_MAX = 0.005
_HITS = re.compile(r'^query_requests_total\{[^}]*cache="hit"[^}]*\} (\S+)$', re.MULTILINE)
WARM_SECONDS = 0.3
_SECONDS_BETWEEN = 0.1  # for what was queued to drain
_OVERHEAD_SECONDS = 0.45  # of starting wrk, the generator and the pauses, for each cell and round


@dataclass
class Load:
    """What so many connections that are always busy were given, requests a second in each round."""

    rates: list[float] = field(default_factory=list)
    requests: int = 0
    failed: int = 0

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    @property
    def is_borne(self) -> bool:
        """Whether next to all were answered."""
        return self.failed <= self.requests * FAILED_SHARE_MAX


@dataclass
class Cell:
    """All that was measured of one server at one workload; loads by their numbers of connections."""

    loads: dict[int, Load] = field(default_factory=dict)
    histogram: Histogram = field(default_factory=Histogram)
    failed: int = 0
    unanswered: int = 0
    from_memory: int = 0  # of requests that none should repeat: a cache has helped
    late_seconds_max: float = 0.0

    @property
    def was_helped(self) -> bool:
        """Whether a cache took part."""
        asked = sum(load.requests for load in self.loads.values()) + self.histogram.total
        return self.from_memory > asked * FROM_MEMORY_SHARE_MAX

    @property
    def connections(self) -> int:
        """As many as the server does best with, of those numbers that it bears."""
        borne = [number for number, load in self.loads.items() if load.is_borne] or list(self.loads)
        return max(borne, key=lambda number: self.loads[number].rate)

    @property
    def load(self) -> Load:
        """The server's best."""
        return self.loads[self.connections]


@dataclass(frozen=True)
class Task:
    """One server at one workload."""

    workload: Workload
    running: Running
    file: Path

    @property
    def key(self) -> tuple[str, str]:
        return self.workload.name, self.running.server.name

    @property
    def weight(self) -> int:
        return CLOSE_WEIGHT if self.running.server.name in CLOSE else 1


Cells = dict[tuple[str, str], Cell]


def tasks(folder: Path, running: Sequence[Running], workloads: Sequence[Workload]) -> list[Task]:
    """Every server at every workload that it can do; the paths are written as wrk's script reads them."""
    found = []
    for workload in workloads:
        for each in running:
            if paths := each.answers.get(workload.name):
                file = folder / f"{each.server.name}-{workload.name}.txt"
                file.write_text("\n".join(paths) + "\n")
                found.append(Task(workload, each, file))
    return found


def measure(chosen: Sequence[Task], settings: Settings) -> Cells:
    """Every task in every round, within about settings.seconds."""
    cells: Cells = {task.key: Cell() for task in chosen}
    used: Counter[tuple[str, str]] = Counter()
    each_round = settings.seconds / settings.rounds - len(chosen) * _OVERHEAD_SECONDS
    saturations = len(chosen) * len(settings.connections)
    loaded = max(1.0, round(each_round * 0.4 / saturations))
    calm = max(0.5, (each_round - loaded * saturations) / sum(task.weight for task in chosen))
    for number, task in _rounds(chosen, settings.rounds):
        _progress(number, settings.rounds, task)
        cell = cells[task.key]
        kept_before = _from_memory(task)
        for connections in settings.connections:
            _saturate(task, cell, used, loaded, connections)
            time.sleep(_SECONDS_BETWEEN)
        _openly(task, cell, used, calm * task.weight, settings)
        cell.from_memory += _from_memory(task) - kept_before
    _progress(settings.rounds, settings.rounds, None)
    return cells


def _rounds(chosen: Sequence[Task], rounds: int) -> Iterator[tuple[int, Task]]:
    """The servers of one workload beside one another; who begins changes from round to round."""
    workloads = list(dict.fromkeys(task.workload.name for task in chosen))
    for number in range(rounds):
        for name in workloads:
            group = [task for task in chosen if task.workload.name == name]
            turn = number % len(group)
            for task in (*group[turn:], *group[:turn]):
                yield number, task


def _saturate(
    task: Task, cell: Cell, used: Counter[tuple[str, str]], seconds: float, connections: int
) -> None:
    count = saturate(
        task.running.port,
        task.file,
        start=used[task.key],
        seconds=seconds,
        connections=connections,
        headers=task.running.headers(task.workload),
    )
    load = cell.loads.setdefault(connections, Load())
    load.rates.append(count.rate)
    load.requests += count.requests
    load.failed += count.failed
    used[task.key] += count.requests


def _openly(
    task: Task, cell: Cell, used: Counter[tuple[str, str]], seconds: float, settings: Settings
) -> None:
    result = run_apart(
        Plan(
            task.running.port,
            _slice(task, used[task.key], int(settings.rate * (seconds + WARM_SECONDS)) + 1),
            settings.rate,
            seconds,
            headers=task.running.headers(task.workload),
            warm_seconds=WARM_SECONDS,
        )
    )
    cell.histogram.add(result.histogram)
    cell.unanswered += result.unanswered
    cell.failed += sum(n for status, n in result.statuses.items() if status not in ("200", "304"))
    cell.late_seconds_max = max(cell.late_seconds_max, result.late_seconds_max)
    used[task.key] += sum(result.statuses.values())


def _slice(task: Task, start: int, count: int) -> list[str]:
    paths = task.running.answers[task.workload.name]
    return [paths[(start + number) % len(paths)] for number in range(min(count, len(paths)))]


def _from_memory(task: Task) -> int:
    """How many answers query has given from memory so far, by its own count; 0 where nothing else is asked for."""
    if task.workload.fixed or not task.running.server.name.startswith("query"):
        return 0
    metrics = http.get(task.running.port, "/metrics").body.decode()
    return sum(int(float(number)) for number in _HITS.findall(metrics))


def _progress(number: int, rounds: int, task: Task | None) -> None:
    if sys.stderr.isatty():
        what = (
            f"round {number + 1} of {rounds}: {task.workload.name}, {task.running.server.name}"
            if task
            else ""
        )
        print(f"\r\033[K{what}", end="", file=sys.stderr, flush=True)
