"""`make bench-scale`: what a page costs among 30 thousand, 360 thousand and 3.6 million movies."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from time import perf_counter
from typing import NamedTuple

from tests.bench import combinations, machine, plans, report
from tests.bench.data import Stack, stack
from tests.bench.running import started
from tests.bench.servers import query
from tests.bench.settings import Settings

# What p99 at the largest size may be of that at the smallest.
RATIO_MAX = 1.5
WARM_UP = 30


def factors() -> list[int]:
    """How many times over the data is measured, the smallest first (BENCH_FACTORS)."""
    return sorted(int(each) for each in os.environ.get("BENCH_FACTORS", "1,12,120").split(","))


@contextmanager
def _asking(made: Stack) -> Iterator[combinations.Ask]:
    """Asks a query function that keeps nothing in memory; gives the seconds an answer took."""
    server = query(made)
    server = replace(server, environment={**server.environment, "QUERY_CACHE_BYTES_MAX": "0"})
    with (
        started(server, made.folder) as running,
        closing(http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)) as connection,
    ):

        def ask(path: str) -> float:
            begun = perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status == 400:
                raise SystemExit(f"bench: a 400 for {path}")
            # A 503 is the time limit of a statement met: no answer at all.
            return perf_counter() - begun if answer.status == 200 else float("inf")

        yield ask


class Measured(NamedTuple):
    """What one caller saw who asked for one path after the other: times in milliseconds."""

    p50: float
    p99: float
    p99_path: str


def measure(ask: combinations.Ask, paths: list[str]) -> Measured:
    """Ask for each path once, with the server warm."""
    for path in paths[:WARM_UP]:
        ask(path)
    times = sorted((ask(path), path) for path in paths)
    slow, path = times[int(len(times) * 0.99) - 1]
    return Measured(times[len(times) // 2][0] * 1000, slow * 1000, path)


def run(settings: Settings) -> None:
    found: dict[str, list[Measured]] = {}
    reads: dict[str, str] = {}
    sizes: list[int] = []
    paths: dict[str, list[str]] = {}
    load, about = os.getloadavg()[0], [""]
    for factor in factors():
        with stack(settings.data, factor=factor, peers=False) as made:
            paths = paths or combinations.paths(combinations.values(made))
            sizes.append(int(str(made.rows("SELECT movie_count FROM data_version")[0][0])))
            with _asking(made) as ask:
                for name, asked in paths.items():
                    now = measure(ask, asked)
                    found.setdefault(name, []).append(now)
                    print(f"{sizes[-1]:>9,}  {name}  p50 {now.p50:.2f}  p99 {now.p99:.2f}", flush=True)
            if factor == factors()[-1]:
                reads = _reads(made, {name: cells[-1] for name, cells in found.items() if _is_over(cells)})
            about = machine.description(made.version, load)
    text = "\n\n".join([_table(found, sizes), *_reads_table(reads), *about])
    print(text)
    if settings.write and len(sizes) > 1:
        report.put("scale", text)


def _is_over(cells: list[Measured]) -> bool:
    return cells[-1].p99 > cells[0].p99 * RATIO_MAX


def _reads(made: Stack, over: dict[str, Measured]) -> dict[str, str]:
    """What the request at the p99 of each kind reads; nothing where the database cannot tell."""
    if not plans.note(made):
        return {}
    with _asking(made) as ask:
        return {name: plans.reads(made, ask, measured.p99_path) for name, measured in over.items()}


def _table(found: dict[str, list[Measured]], sizes: list[int]) -> str:
    rows = []
    for name, cells in found.items():
        figures = [f"{each.p50:.2f} / {each.p99:.2f}" for each in cells]
        ratio = cells[-1].p99 / cells[0].p99
        rows.append([name, "**over**" if _is_over(cells) else "", *figures, f"{ratio:.2f}"])
    return report.table(
        ["asked", "held", *(f"{size:,} movies, p50 / p99 ms" for size in sizes), "ratio of p99"], rows
    )


def _reads_table(reads: dict[str, str]) -> list[str]:
    if not reads:
        return []
    head = (
        "What is **over**: the rows that the request at its p99 read among the most movies, by index, out of its plan"
        f" (auto_explain); the {plans.READS_SHOWN} most read."
    )
    return [head, report.table(["asked", "rows read"], list(reads.items()))]
