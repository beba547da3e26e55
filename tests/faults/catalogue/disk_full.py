"""The primary's disk is full to the last byte; the standby's is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults import small_disk
from tests.faults.fault import Fault
from tests.faults.system import System

SPARE_BYTES = 48 << 20
FULL = "No space left on device"


@contextmanager
def on_small_disk(system: System) -> Iterator[None]:
    with small_disk.small_disk(system.pair.primary, SPARE_BYTES):
        system.pair.wait_for_standby()
        yield


def fill(system: System) -> None:
    small_disk.fill(system.pair.primary)


def empty(system: System) -> None:
    if FULL not in system.pair.primary.log.read_text("utf-8"):
        system.found.append("nobody noticed that the disk was full")
    small_disk.empty(system.pair.primary)


FAULT = Fault(
    name="disk_full",
    title="disk of the primary full",
    expected="reads 0 failed, writes resume, no file lost",
    break_=fill,
    cure=empty,
    prepared=on_small_disk,
    lasts_s=None,
)
