"""From the start of the process to the first 200 of /health/readiness."""

from __future__ import annotations

import os
import statistics
import time

from local import processes
from local.ports import free_port
from tests.bench import http
from tests.bench.data import Stack
from tests.bench.running import READY_SECONDS_MAX
from tests.bench.servers import Server

STARTS = 5


def seconds_to_ready(server: Server, stack: Stack) -> list[float]:
    """One figure for each of several starts, in ascending order."""
    return sorted(_start(server, stack) for _ in range(STARTS))


def _start(server: Server, stack: Stack) -> float:
    port = free_port()
    command = server.command(port)
    environment = {**_environment(), **server.environment, "PORT": str(port)}
    begin = time.perf_counter()
    process = processes.start(command, log=stack.folder / "coldstart.log", environment=environment)
    try:
        if not http.wait_for(port, server.ready, READY_SECONDS_MAX, pause_s=0.002):
            raise SystemExit(f"bench: {server.title} does not start")
        return time.perf_counter() - begin
    finally:
        processes.stop(process, timeout_s=5)


def _environment() -> dict[str, str]:
    """What a container would have: no more than a path."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def line(seconds: list[float]) -> str:
    """For the report."""
    return (
        f"Cold start, process start to ready: median {statistics.median(seconds):.2f} s"
        f" (of {len(seconds)}; slowest {seconds[-1]:.2f} s)."
    )
