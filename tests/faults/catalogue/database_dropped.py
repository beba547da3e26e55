"""The network to both servers loses every packet: connections stay, nothing answers."""

from tests.faults.fault import Fault
from tests.faults.system import System


def drop(system: System) -> None:
    system.pair.ro.drop()
    system.pair.rw.drop()


def mend(system: System) -> None:
    system.pair.rw.mend()
    system.pair.ro.mend()


FAULT = Fault(
    name="database_dropped",
    title="database partitioned, packets lost",
    expected="kept answers 200 and marked, others 503 within 1 s, whole 5 s after",
    break_=drop,
    cure=mend,
    lasts_s=None,
    refuses="fresh",
    after_s=3,
)
