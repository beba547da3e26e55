"""One query process lives an hour ahead of the others (libfaketime)."""

from pathlib import Path

from tests.faults.fault import Absent, Fault
from tests.faults.system import System

LIBRARIES = (
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
)


def shift(system: System, offset: str) -> None:
    """Start query's first process anew, with a clock that is off."""
    library = next((each for each in LIBRARIES if Path(each).exists()), None)
    if library is None:
        raise Absent("libfaketime is absent (Debian: apt install libfaketime)")
    system.end_query(0)
    # The monotonic clock stays: a machine whose clock is set does not jump in that one.
    system.start_query(0, LD_PRELOAD=library, FAKETIME=offset, FAKETIME_DONT_FAKE_MONOTONIC="1")


def cure(system: System) -> None:
    system.end_query(0)


FAULT = Fault(
    name="clock_ahead",
    title="clock of one query process an hour ahead",
    expected="nothing changes",
    break_=lambda system: shift(system, "+1h"),
    cure=cure,
    lasts_s=3,
)
