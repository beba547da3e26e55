"""Waiting for a process to answer, with an end."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import requests

from local import processes


def wait_for_http(url: str, process: subprocess.Popen[bytes], log: Path, timeout_s: float = 30) -> None:
    """Return once `url` answers 2xx; fail with the end of the log when the process ended or time is up."""
    end = time.monotonic() + timeout_s
    while process.poll() is None and time.monotonic() < end:
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.05)
    state = "does not answer" if process.poll() is None else f"ended with {process.returncode}"
    raise AssertionError(f"{url} {state}:\n{processes.last_lines(log, 30)}")
