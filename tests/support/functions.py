"""The functions as the real processes that production runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import requests

from local import processes
from local.ports import HOST, free_port
from tests.support.waiting import wait_for_http

ROOT = Path(__file__).parents[2]


@dataclass
class Function:
    """A running function: its URL, its process and what it printed."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def post(self, path: str, headers: Mapping[str, str], body: bytes = b"") -> requests.Response:
        """One request, answered within a minute."""
        return requests.post(self.url + path, data=body, headers=dict(headers), timeout=60)

    def wait_until_ready(self, timeout_s: float = 30) -> None:
        """Return once /health/readiness answers 200."""
        wait_for_http(f"{self.url}/health/readiness", self.process, self.log, timeout_s)

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; returns its exit code."""
        return processes.stop(self.process, by=by, timeout_s=15)

    def kill(self) -> None:
        """`kill -9` to it and its workers."""
        processes.kill(self.process)


def start_function(
    name: str,
    environment: Mapping[str, str],
    folder: Path,
    *,
    port: int | None = None,
    ready: bool = True,
    arguments: Sequence[str] = (),
) -> Function:
    """Start `python -m NAME` with `environment` alone beside PATH, on a free port; wait unless `ready=False`.

    `arguments` are python's own, in the place of `-m NAME`.
    """
    port = port or free_port()
    log = folder / f"{name}-{port}.log"
    process = processes.start(
        [sys.executable, *(arguments or ("-m", name))],
        log=log,
        environment={
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": str(ROOT / "functions" / name),
            "PYTHONUNBUFFERED": "1",
            "HOST": HOST,
            "QUERY_DRAIN_MS": "0",  # nobody else has to be told
            "PORT": str(port),
            **environment,
        },
        folder=folder,
    )
    function = Function(f"http://{HOST}:{port}", process, log)
    if ready:
        try:
            function.wait_until_ready()
        except BaseException:
            function.kill()
            raise
    return function
