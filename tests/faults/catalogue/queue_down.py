"""SQS refuses the event road for a while; files arrive, and their notifications wait in the queue."""

from tests.faults.fault import Fault
from tests.faults.system import System


def refuse(system: System) -> None:
    system.queue_proxy.away = True


def cure(system: System) -> None:
    system.queue_proxy.away = False


FAULT = Fault(
    name="queue_down",
    title="SQS away while files arrive",
    expected="reads 0 failed, all files within 60 s",
    break_=refuse,
    cure=cure,
    lasts_s=None,
)
