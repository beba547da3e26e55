"""Both servers are lost at once; the primary comes back with what it had on disk."""

from tests.faults.fault import Fault
from tests.faults.system import System


def kill(system: System) -> None:
    system.pair.primary.kill()
    system.pair.standby.kill()


def cure(system: System) -> None:
    system.pair.primary.run_again()
    system.pair.wait_for_no_standby()


FAULT = Fault(
    name="both_killed",
    title="PostgreSQL primary and standby: SIGKILL",
    expected="kept answers 200 and marked, others 503 within 1 s, whole 5 s after, no file lost",
    break_=kill,
    cure=cure,
    lasts_s=6,
    marks=True,
    refuses="fresh",
    after_s=3,
)
