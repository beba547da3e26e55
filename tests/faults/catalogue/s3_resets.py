"""S3 resets most connections."""

from tests.faults.fault import Fault
from tests.faults.system import System

SHARE = 0.8


def disturb(system: System) -> None:
    system.proxy.faults, system.proxy.share = ("reset before",), SHARE


def cure(system: System) -> None:
    system.proxy.share = 0.0


FAULT = Fault(
    name="s3_resets",
    title="S3: resets",
    expected="reads 0 failed, nothing lost, all files within 60 s",
    break_=disturb,
    cure=cure,
    lasts_s=4,
)
