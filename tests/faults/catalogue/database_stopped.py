"""The database is shut down in good order for a while."""

from tests.faults.fault import Fault
from tests.faults.system import System


def stop(system: System) -> None:
    system.pair.standby.stop()
    system.pair.wait_for_no_standby()
    system.pair.primary.stop()


FAULT = Fault(
    name="database_stopped",
    title="database stopped",
    expected="kept answers 200 and marked, others 503 within 1 s, whole 5 s after",
    break_=stop,
    cure=lambda system: system.pair.primary.run_again(),
    lasts_s=None,
    refuses="fresh",
    after_s=3,
)
