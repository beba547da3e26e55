"""The standby, which the reads go to, is lost; a second later commits do without it."""

import time

from tests.faults.fault import Fault
from tests.faults.system import System

NOTICED_S = 1.0


def kill(system: System) -> None:
    system.pair.standby.kill()
    time.sleep(NOTICED_S)
    system.pair.wait_for_no_standby()


FAULT = Fault(
    name="standby_killed",
    title="PostgreSQL standby: SIGKILL",
    expected="reads 0 failed, writes resume, no file lost",
    break_=kill,
    lasts_s=2,
)
