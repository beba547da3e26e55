"""A fault: how it breaks the system, how it is cured, and what callers may notice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Generic, TypeVar

from local.errors import StackError
from tests.faults.system import System
from tests.faults.target import Target

T = TypeVar("T", bound=Target)
Act = Callable[[System], None]


class Absent(StackError):
    """This machine lacks what a fault needs; the message names it, and the fault is left out."""


def as_it_is(_: Target) -> AbstractContextManager[None]:
    """The system that all faults share needs no change."""
    return nullcontext()


def nothing(_: Target) -> None:
    """No cure is needed, or none is given."""


@dataclass(frozen=True)
class Fault(Generic[T]):
    """One row of the table; times in seconds, `None` for as long as the run says (AWAY_S)."""

    name: str
    title: str
    expected: str  # in words, for the table
    break_: Callable[[T], None]
    cure: Callable[[T], None] = nothing
    prepared: Callable[[T], AbstractContextManager[None]] = as_it_is  # around a try; raises Absent
    is_long: bool = False  # one try is enough, however many the run makes of the others
    lasts_s: float | None = 0.0
    after_s: float = 2.0  # how long callers are watched after the cure, at least
    files_every_s: float = 0.5
    failed_max: int = 0  # in one try
    marks: bool = False  # what is answered all the same is marked, from trying.MARKED_AFTER_S on
    refuses: str = ""  # "": no 503 at all; "fresh": only where nothing is in memory; "all"
    first_byte_s_max: float = 1.0
    clean_after_s: float = 5.0  # since the cure: from then on every answer is right
    files_after_s: float = 60.0  # since the cure: every file is stored
    accepted_p99_s_max: float = 1.0


def database_away(name: str, title: str, break_: Act, cure: Act) -> Fault[System]:
    """Both servers are away for as long as the run says."""
    return Fault(
        name=name,
        title=title,
        expected="kept answers 200 and marked, others 503 within 1 s, whole 5 s after",
        break_=break_,
        cure=cure,
        lasts_s=None,
        marks=True,
        refuses="fresh",
        after_s=3,
    )


def bucket_disturbed(name: str, title: str, kind: str, share: float = 0.8) -> Fault[System]:
    """The proxy before S3 does this to so many of the requests (tests/support/faulty.py)."""

    def disturb(system: System) -> None:
        system.proxy.faults, system.proxy.share = (kind,), share

    def cure(system: System) -> None:
        system.proxy.share = 0.0

    return Fault(
        name=name,
        title=title,
        expected="reads 0 failed, nothing lost, all files within 60 s",
        break_=disturb,
        cure=cure,
        lasts_s=4,
    )
