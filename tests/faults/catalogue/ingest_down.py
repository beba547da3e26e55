"""Ingest is killed and away for a while; files arrive."""

from tests.faults.fault import Fault
from tests.faults.system import System


def kill(system: System) -> None:
    system.ingest.kill()


def cure(system: System) -> None:
    system.ingest = system.start_ingest()


FAULT = Fault(
    name="ingest_down",
    title="ingest away while files arrive",
    expected="reads 0 failed, all files within 60 s",
    break_=kill,
    cure=cure,
    lasts_s=None,
)
