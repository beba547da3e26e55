"""Requests a second with every connection always busy, by wrk."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("wrk.lua")


@dataclass(frozen=True)
class Count:
    """What wrk counted in one go."""

    requests: int
    seconds: float
    failed: int

    @property
    def rate(self) -> float:
        return (self.requests - self.failed) / self.seconds if self.seconds else 0.0


def program() -> str:
    found = shutil.which("wrk")
    if found is None:
        raise SystemExit("bench: wrk is not installed (Debian: apt install wrk; macOS: brew install wrk)")
    return found


def saturate(
    port: int, paths: Path, *, start: int, seconds: float, connections: int, headers: dict[str, str]
) -> Count:
    """Send the paths of a file in turn, from number `start` on, as fast as the server takes them."""
    # wrk knows whole seconds only: it is stopped in between.
    whole = max(1, round(seconds))
    command = [program(), "-t1", f"-c{connections}", f"-d{whole}s", "--timeout", "10s", "-s", str(SCRIPT)]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    command += [f"http://127.0.0.1:{port}/", "--", str(paths), str(start)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=whole + 30)
    counted = json.loads(done.stdout.strip().splitlines()[-1])
    return Count(counted["requests"], counted["microseconds"] / 1e6, counted["failed"] + counted["broken"])
