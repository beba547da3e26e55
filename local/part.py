"""One part of the stack: a process that must go on running, and answer when asked."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import urllib3

from local import processes
from local.errors import PartStopped

_POOL = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(5))


@dataclass
class Part:
    """A running part. `health` is the URL that answers 2xx once it is ready; empty: ready at once."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    health: str = ""

    def check(self) -> None:
        """Raise PartStopped, with the end of its log, when the part has ended."""
        code = self.process.poll()
        if code is not None:
            how = f"signal {-code}" if code < 0 else f"code {code}"
            raise PartStopped(
                f"{self.name} stopped by itself ({how}); the end of {self.log}:\n"
                + processes.last_lines(self.log)
            )

    def wait_until_ready(self, timeout_s: float = 60) -> None:
        """Return once the part answers."""
        end = time.monotonic() + timeout_s
        while self.health and not _answers(self.health):
            self.check()
            if time.monotonic() > end:
                raise PartStopped(
                    f"{self.name} does not answer at {self.health}:\n" + processes.last_lines(self.log)
                )
            time.sleep(0.05)
        self.check()

    def stop(self) -> None:
        """End it and all it started."""
        processes.stop(self.process, timeout_s=15)


def start(
    name: str, arguments: Sequence[str | Path], log: Path, environment: Mapping[str, str], health: str = ""
) -> Part:
    """Start a part with `environment` over ours. The log of the last run is kept beside as .old."""
    if log.exists():
        log.replace(log.with_suffix(".old"))
    merged = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}
    return Part(name, processes.start(arguments, log=log, environment=merged), log, health)


def _answers(url: str) -> bool:
    try:
        return 200 <= _POOL.request("GET", url).status < 300
    except urllib3.exceptions.HTTPError:
        return False
