"""The database is shut down in good order for a while."""

from tests.faults.fault import database_away
from tests.faults.system import System


def stop(system: System) -> None:
    system.pair.standby.stop()
    system.pair.wait_for_no_standby()
    system.pair.primary.stop()


FAULT = database_away(
    "database_stopped", "database stopped", stop, lambda system: system.pair.primary.run_again()
)
