"""The main bench: this project's query function beside other servers, in one run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack

from tests.bench import agreement, coldstart, machine, report
from tests.bench.data import Stack, stack
from tests.bench.measure import Cells, measure, tasks
from tests.bench.running import Running, all_started, with_nginx
from tests.bench.servers import Missing, Server, servers
from tests.bench.settings import Settings
from tests.bench.workloads import Workload, workloads

_NOTES = (
    "requests/s: answers at saturation, median of {rounds} rounds, with {connections} keep-alive connections: each"
    " server's better number, of those with which less than one in a hundred was refused or failed. Latency: first"
    " byte at a constant {rate:g} requests a second, from the time a request was due, so that a stall counts for all"
    " who waited. One worker process each. “Never the same”, and all rows below it: no request is repeated before"
    " thousands of others, so no cache helps. † some were never answered in time; ‡ some were refused or failed;"
    " § more than one in two hundred was answered from memory all the same."
)


def run(settings: Settings) -> None:
    """Measure, print and write the tables."""
    load_before = os.getloadavg()[0]
    print("bench: loading the data", flush=True)
    with ExitStack() as opened:
        made = opened.enter_context(stack(settings.data))
        chosen, missing = servers(made, settings)
        every = {each.name: each for each in workloads(made)}
        asked = [every[name] for name in settings.workloads_of(list(every))]
        running = opened.enter_context(all_started(chosen, made))
        if not settings.servers or "nginx" in settings.servers:
            limit = with_nginx(opened, made, running[0], asked)
            if isinstance(limit, Running):
                running.insert(1, limit)
            else:
                missing.append(limit)
        agreement.examine(running, asked)
        _say_what_is_skipped(running, asked, missing)
        chosen_tasks = tasks(made.folder, running, asked)
        print(f"bench: {len(chosen_tasks)} measurements in about {settings.seconds:.0f} s", flush=True)
        cells = measure(chosen_tasks, settings)
        starts = _cold_start(chosen, made)
        text = _text(settings, running, asked, cells, missing)
        text += "\n\n" + "\n".join([*starts, *machine.description(made.version, load_before)])
    print(text)
    if settings.write:
        report.put("bench", text)


def _say_what_is_skipped(
    running: Sequence[Running], asked: Sequence[Workload], missing: Sequence[Missing]
) -> None:
    for each in running:
        reasons = [f"{name} ({reason})" for name, reason in each.skipped.items() if reason != "not its kind"]
        if reasons:
            print(f"bench: {each.server.name} skips {', '.join(reasons)}", flush=True)
        if not each.answers and asked:
            print(f"bench: {each.server.name} can answer nothing of this", flush=True)
    for gone in missing:
        print(f"bench: without {gone.title}: {gone.reason}", flush=True)


def _cold_start(chosen: Sequence[Server], made: Stack) -> list[str]:
    ours = [server for server in chosen if server.name == "query"]
    return [coldstart.line(coldstart.seconds_to_ready(server, made)) for server in ours]


def _text(
    settings: Settings,
    running: Sequence[Running],
    asked: Sequence[Workload],
    cells: Cells,
    missing: Sequence[Missing],
) -> str:
    titles = {each.server.name: each.server.title for each in running}
    parts = [
        report.results(asked, titles, cells),
        _NOTES.format(
            connections=" and ".join(map(str, settings.connections)),
            rounds=settings.rounds,
            rate=settings.rate,
        ),
        "What we hold ourselves to, in this run:",
        report.ratios(asked, titles, cells),
        "\n".join(f"- {each.server.title}: {each.server.what}." for each in running),
        *(f"Not in this run: {gone.title} ({gone.reason})." for gone in missing),
    ]
    return "\n\n".join(parts)
