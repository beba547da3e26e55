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


def wait_until(
    condition: Callable[[], object],
    timeout_s: float,
    pause_s: float = 0.05,
    not_yet: tuple[type[Exception], ...] = (),
) -> float:
    """Seconds until the condition held; fail, with its last answer, when it does not within the time.

    not_yet: what it may raise meanwhile.
    """
    begun = time.monotonic()
    last: object = None
    while True:
        try:
            if last := condition():
                return time.monotonic() - begun
        except not_yet as error:
            last = error
        seconds = time.monotonic() - begun
        assert seconds < timeout_s, f"not so within {timeout_s} s; the last answer was {last!r}"
        time.sleep(pause_s)
