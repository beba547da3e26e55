"""Waiting for the cluster, with the reason shown."""

from __future__ import annotations

import time
from collections.abc import Callable

from infra.cluster.errors import ClusterError
from infra.cluster.kubectl import Object

_PAUSE_S = 1.0


def wait_until(what: str, reason_not_yet: Callable[[], str], timeout_s: float) -> None:
    """Ask until the answer is empty; print each new reason; raise ClusterError with the last one."""
    begun, shown = time.monotonic(), ""
    while reason := reason_not_yet():
        if time.monotonic() - begun > timeout_s:
            raise ClusterError(f"{what} is not ready after {timeout_s:.0f} s: {reason}")
        if reason != shown:
            print(f"  {what}: {reason}", flush=True)
            shown = reason
        time.sleep(_PAUSE_S)
    print(f"  {what}: ready ({time.monotonic() - begun:.0f} s)", flush=True)


def reason_not_ready(found: Object | None, condition: str = "Ready") -> str:
    """Why an object with conditions is not ready; empty where it is, for what was last asked of it."""
    if found is None:
        return "it is not there yet"
    status = found.get("status", {})
    if status.get("observedGeneration", found["metadata"].get("generation")) != found["metadata"].get(
        "generation"
    ):
        return "a change is not taken in yet"
    for each in status.get("conditions", ()):
        if each["type"] == condition:
            if each["status"] == "True":
                return ""
            return ": ".join(filter(None, (each.get("reason"), each.get("message")))) or "not yet"
    return "its state is not known yet"
