"""S3 takes most requests and says nothing for longer than ingest waits."""

from tests.faults.fault import Fault
from tests.faults.system import System

SHARE = 0.8


def disturb(system: System) -> None:
    system.proxy.faults, system.proxy.share = ("silence",), SHARE


def cure(system: System) -> None:
    system.proxy.share = 0.0


FAULT = Fault(
    name="s3_slow",
    title="S3: says nothing",
    expected="reads 0 failed, nothing lost, all files within 60 s",
    break_=disturb,
    cure=cure,
    lasts_s=4,
)
