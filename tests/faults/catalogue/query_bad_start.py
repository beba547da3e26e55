"""One of the two processes is replaced by one that ends at its start, for a setting that is wrong."""

from tests.faults.fault import Fault
from tests.faults.system import System


def replace(system: System) -> None:
    system.end_query(0)
    system.start_query(0, ready=False, QUERY_CONNECTIONS="many")


FAULT = Fault(
    name="query_bad_start",
    title="a new query process that ends at its start",
    expected="0 failed, it gets no traffic",
    break_=replace,
)
