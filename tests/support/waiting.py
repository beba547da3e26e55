"""Waiting, with an end."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from local.part import Part


def wait_for_http(url: str, process: subprocess.Popen[bytes], log: Path, timeout_s: float = 30) -> None:
    """Return once `url` answers 2xx; PartStopped, with the end of the log, when the process ended or time is up."""
    Part(log.stem, process, log, url).wait_until_ready(timeout_s)


def wait_until(condition: Callable[[], object], timeout_s: float) -> None:
    """Return once the condition holds; fail when it does not within the time."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"it did not come true within {timeout_s} s"
        time.sleep(0.05)
