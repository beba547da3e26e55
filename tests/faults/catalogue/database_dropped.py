"""The network to both servers loses every packet: connections stay, nothing answers."""

from tests.faults.fault import database_away
from tests.faults.system import System


def drop(system: System) -> None:
    system.pair.ro.drop()
    system.pair.rw.drop()


def mend(system: System) -> None:
    system.pair.rw.mend()
    system.pair.ro.mend()


FAULT = database_away("database_dropped", "database partitioned, packets lost", drop, mend)
