"""The faults, one a file, in the order of the table."""

from __future__ import annotations

from importlib import import_module

from tests.faults.fault import Fault
from tests.faults.system import System

MODULES = (
    "query_sigterm",
    "query_sigkill",
    "query_sigkill_rounds",
    "query_bad_start",
    "query_never_ready",
    "primary_killed",
    "primary_switchover",
    "standby_killed",
    "both_killed",
    "database_stopped",
    "database_frozen",
    "database_dropped",
    "database_refused",
    "disk_full",
    "pool_used_up",
    "s3_slow_down",
    "s3_resets",
    "s3_slow",
    "s3_denied",
    "s3_missing",
    "queue_down",
    "road_down",
    "ingest_down",
    "clock_ahead",
    "clock_behind",
    "overload",
    "slow_clients",
    "hostile_requests",
    "soak",
)


def load() -> list[Fault[System]]:
    """Every fault; the name is the module's."""
    return [import_module(f"{__name__}.{name}").FAULT for name in MODULES]
