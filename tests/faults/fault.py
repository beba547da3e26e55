"""A fault: how it breaks the system, how it is cured, and what callers may notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.system import System

Act = Callable[[System], None]


def nothing(_: System) -> None:
    """No cure is needed, or none is given."""


@dataclass(frozen=True)
class Fault:
    """One row of the table; times in seconds, `None` for as long as the run says (AWAY_S)."""

    name: str
    title: str
    expected: str  # in words, for the table
    break_: Act
    cure: Act = nothing
    lasts_s: float | None = 0.0
    after_s: float = 2.0  # how long callers are watched after the cure, at least
    files_every_s: float = 0.5
    failed_max: int = 0  # in one try
    refuses: str = ""  # "": no 503 at all; "fresh": only where nothing is in memory; "all"
    first_byte_s_max: float = 1.0
    clean_after_s: float = 5.0  # since the cure: from then on every answer is right
    files_after_s: float = 60.0  # since the cure: every file is stored
    accepted_p99_s_max: float = 1.0
