"""Every process of both servers stops in the middle of what it does: connections stay, nothing answers."""

from tests.faults.fault import Fault
from tests.faults.system import System


def freeze(system: System) -> None:
    system.pair.standby.freeze()
    system.pair.primary.freeze()


def thaw(system: System) -> None:
    system.pair.primary.thaw()
    system.pair.standby.thaw()


FAULT = Fault(
    name="database_frozen",
    title="database frozen (SIGSTOP)",
    expected="kept answers 200 and marked, others 503 within 1 s, whole 5 s after",
    break_=freeze,
    cure=thaw,
    lasts_s=None,
    refuses="fresh",
    after_s=3,
)
