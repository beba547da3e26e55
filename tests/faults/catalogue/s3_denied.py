"""S3 refuses the function's credentials, which have expired."""

from tests.faults.fault import Fault
from tests.faults.system import System


def deny(system: System) -> None:
    system.proxy.faults, system.proxy.share = ("denied",), 1.0


def cure(system: System) -> None:
    system.proxy.share = 0.0


FAULT = Fault(
    name="s3_denied",
    title="S3: expired credentials",
    expected="reads 0 failed, nothing lost, all files within 60 s",
    break_=deny,
    cure=cure,
    lasts_s=4,
)
