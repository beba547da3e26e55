"""Asking until something is so, with an end."""

from __future__ import annotations

import time
from collections.abc import Callable


def eventually(question: Callable[[], object], timeout_s: float, pause_s: float = 0.2) -> float:
    """Ask until the answer is true; the seconds that it took. Fails with what was asked last."""
    begun, last = time.monotonic(), None
    while time.monotonic() - begun < timeout_s:
        try:
            if last := question():
                return time.monotonic() - begun
        except (OSError, LookupError) as error:
            last = error
        time.sleep(pause_s)
    raise AssertionError(f"not so within {timeout_s:.0f} s; the last answer was {last!r}")
