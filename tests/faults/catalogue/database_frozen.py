"""Every process of both servers stops in the middle of what it does: connections stay, nothing answers."""

from tests.faults.fault import database_away
from tests.faults.system import System


def freeze(system: System) -> None:
    system.pair.standby.freeze()
    system.pair.primary.freeze()


def thaw(system: System) -> None:
    system.pair.primary.thaw()
    system.pair.standby.thaw()


FAULT = database_away("database_frozen", "database frozen (SIGSTOP)", freeze, thaw)
