"""The network to both servers is closed: connections are reset, new ones refused."""

from tests.faults.catalogue.database_dropped import mend
from tests.faults.fault import database_away
from tests.faults.system import System


def refuse(system: System) -> None:
    system.pair.ro.refuse()
    system.pair.rw.refuse()


FAULT = database_away("database_refused", "database partitioned, connections refused", refuse, mend)
