"""What a run ran on: figures mean nothing without it."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path


def description(postgres_version: str, load_before: float) -> list[str]:
    """Lines for a report: the machine, its load, the versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    tools = [
        f"Python {platform.python_version()}",
        f"PostgreSQL {postgres_version}",
        f"granian {version('granian')}",
    ]
    tools += [
        f"psycopg2 {version('psycopg2-binary')}",
        _first_line(["nginx", "-v"]),
        _first_line(["wrk", "-v"]),
    ]
    return [
        f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores ({_processor()}),"
        f" {memory:.0f} GiB, {platform.system()} {platform.release()};"
        f" load {load_before:.2f} before, {os.getloadavg()[0]:.2f} at the end (the run itself makes about 2).",
        "Server, PostgreSQL and load generator share these cores. " + ", ".join(filter(None, tools)) + ".",
    ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )


def _first_line(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
            env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"},
        )
    except OSError:
        return ""
    line = (done.stdout or done.stderr).splitlines()[0]
    return line.removeprefix("nginx version: ").partition(" Copyright")[0].strip().partition(" [")[0]
