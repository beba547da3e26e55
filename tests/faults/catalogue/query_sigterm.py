"""A query process is told to end, as by a scale-down or a rollout."""

from tests.faults.fault import Fault
from tests.faults.system import System


def terminate(system: System) -> None:
    system.queries[0].process.terminate()


def wait(system: System) -> None:
    system.queries[0].process.wait(20)


FAULT = Fault(
    name="query_sigterm",
    title="one query process: SIGTERM",
    expected="0 failed",
    break_=terminate,
    cure=wait,
    after_s=1,
)
