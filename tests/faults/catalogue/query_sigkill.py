"""A query process is killed, as by a lack of memory or the loss of its node."""

from tests.faults.fault import Fault
from tests.faults.system import System


def kill(system: System) -> None:
    system.queries[0].kill()


FAULT = Fault(
    name="query_sigkill",
    title="one query process: SIGKILL",
    expected="at most those in flight (5), clean within 2 s",
    break_=kill,
    failed_max=5,
    clean_after_s=2,
)
