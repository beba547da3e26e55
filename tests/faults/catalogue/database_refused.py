"""The network to both servers is closed: connections are reset, new ones refused."""

from tests.faults.catalogue.database_dropped import mend
from tests.faults.fault import Fault
from tests.faults.system import System


def refuse(system: System) -> None:
    system.pair.ro.refuse()
    system.pair.rw.refuse()


FAULT = Fault(
    name="database_refused",
    title="database partitioned, connections refused",
    expected="kept answers 200 and marked, others 503 within 1 s, whole 5 s after",
    break_=refuse,
    cure=mend,
    lasts_s=None,
    refuses="fresh",
    after_s=3,
)
