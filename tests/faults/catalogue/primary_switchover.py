"""The primary is stopped in good order and the standby takes over, as for an update."""

from tests.faults.fault import Fault
from tests.faults.system import System


def switch(system: System) -> None:
    system.pair.primary.stop()
    system.pair.promote()


FAULT = Fault(
    name="primary_switchover",
    title="PostgreSQL switchover",
    expected="reads 0 failed, writes resume, no file lost",
    break_=switch,
    lasts_s=2,
)
