"""A query process is told to end, as by a scale-down or a rollout."""

from tests.faults.fault import Fault
from tests.faults.system import System


def terminate(system: System) -> None:
    system.end_query(0)


FAULT = Fault(
    name="query_sigterm",
    title="one query process: SIGTERM",
    expected="0 failed",
    break_=terminate,
    after_s=1,
)
