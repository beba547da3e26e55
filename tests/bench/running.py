"""Servers while they run: each on a port of its own, asked what it can answer, stopped at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from local import processes
from local.ports import free_port
from tests.bench import http, servers
from tests.bench.data import Stack
from tests.bench.peers import nginx
from tests.bench.servers import Missing, Server
from tests.bench.workloads import Request, Workload

READY_SECONDS_MAX = 20


@dataclass
class Running:
    """A server and its port. answers: the names of the workloads that it can do."""

    server: Server
    port: int
    pid: int
    answers: dict[str, list[str]] = field(default_factory=dict)  # the paths, by workload
    etag: str | None = None
    skipped: dict[str, str] = field(default_factory=dict)  # why not, by workload

    def headers(self, workload: Workload) -> dict[str, str]:
        return {"If-None-Match": self.etag or ""} if workload.conditional else {}


@contextmanager
def started(server: Server, folder: Path) -> Iterator[Running]:
    """The server, once it answers."""
    port = free_port()
    log = folder / f"{server.name}.log"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {**kept, **server.environment, "PORT": str(port)}
    process = processes.start(server.command(port), log=log, environment=environment)
    try:
        if not http.wait_for(port, server.ready, READY_SECONDS_MAX):
            raise SystemExit(f"bench: {server.title} does not start:\n{processes.last_lines(log)}")
        yield Running(server, port, process.pid)
    finally:
        processes.stop(process, timeout_s=5)


@contextmanager
def all_started(chosen: Sequence[Server], stack: Stack) -> Iterator[list[Running]]:
    with ExitStack() as opened:
        yield [opened.enter_context(started(server, stack.folder)) for server in chosen]


def with_nginx(
    opened: ExitStack, stack: Stack, reference: Running, workloads: Sequence[Workload]
) -> Running | Missing:
    """nginx with the bodies that the reference gave to the workloads that repeat one request."""
    program = servers.nginx()
    if isinstance(program, Missing):
        return program
    fixed = {workload.requests[0]: workload.name for workload in workloads if workload.fixed}
    bodies = {name: http.get(reference.port, reference.server.path(of)).body for of, name in fixed.items()}

    def command(port: int) -> list[str | Path]:
        configuration = nginx.prepare(stack.folder, port, bodies, root=os.geteuid() == 0)
        return [program, "-c", configuration]

    def path(request: Request) -> str:
        return f"/{fixed[request]}"

    what = "the same bytes as files: the limit; 1 worker"
    ready = f"/{next(iter(bodies))}"
    return opened.enter_context(
        started(Server("nginx", "nginx", what, command, path=path, ready=ready), stack.folder)
    )
