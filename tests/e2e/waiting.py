"""Asking a cluster until something is so, with an end."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.waiting import wait_until


def eventually(question: Callable[[], object], timeout_s: float, pause_s: float = 0.2) -> float:
    """Seconds until the answer was true; what is not there or cannot be reached yet is asked for again."""
    return wait_until(question, timeout_s, pause_s, not_yet=(OSError, LookupError))
