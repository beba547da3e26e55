"""The primary's machine is lost; the standby takes over a second later."""

import time

from tests.faults.fault import Fault
from tests.faults.system import System

NOTICED_S = 1.0


def kill(system: System) -> None:
    system.pair.primary.kill()
    time.sleep(NOTICED_S)
    system.pair.promote()


FAULT = Fault(
    name="primary_killed",
    title="PostgreSQL primary: SIGKILL, the standby promoted",
    expected="reads 0 failed, writes resume, no file lost",
    break_=kill,
    lasts_s=2,
)
