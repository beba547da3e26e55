"""`make bench-scale`: what a page costs among 30 thousand, 360 thousand and 3.6 million movies."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from time import perf_counter

from tests.bench import combinations, machine, report
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


def measure(ask: combinations.Ask, paths: list[str]) -> tuple[float, float]:
    """p50 and p99 in milliseconds, of one caller who asks for one path after the other."""
    for path in paths[:WARM_UP]:
        ask(path)
    times = sorted(ask(path) for path in paths)
    return times[len(times) // 2] * 1000, times[int(len(times) * 0.99) - 1] * 1000


def run(settings: Settings) -> None:
    found: dict[str, list[tuple[float, float]]] = {}
    sizes: list[int] = []
    paths: dict[str, list[str]] = {}
    load, about = os.getloadavg()[0], [""]
    for factor in factors():
        with stack(settings.data, factor=factor, peers=False) as made:
            paths = paths or combinations.paths(combinations.values(made))
            sizes.append(int(str(made.rows("SELECT movie_count FROM data_version")[0][0])))
            with _asking(made) as ask:
                for name, asked in paths.items():
                    found.setdefault(name, []).append(measure(ask, asked))
                    print(
                        f"{sizes[-1]:>9,}  {name}  p50 {found[name][-1][0]:.2f}  p99 {found[name][-1][1]:.2f}",
                        flush=True,
                    )
            about = machine.description(made.version, load)
    text = "\n\n".join([_table(found, sizes), *about])
    print(text)
    if settings.write and len(sizes) > 1:
        report.put("scale", text)


def _table(found: dict[str, list[tuple[float, float]]], sizes: list[int]) -> str:
    rows = []
    for name, cells in found.items():
        ratio = cells[-1][1] / cells[0][1]
        figures = [f"{p50:.2f} / {p99:.2f}" for p50, p99 in cells]
        rows.append([name, "" if ratio <= RATIO_MAX else "**over**", *figures, f"{ratio:.2f}"])
    return report.table(
        ["asked", "held", *(f"{size:,} movies, p50 / p99 ms" for size in sizes), "ratio of p99"], rows
    )
