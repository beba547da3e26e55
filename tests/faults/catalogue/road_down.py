"""The event road (source and Broker) is killed with what it holds, and away for a while; files arrive."""

from local import processes
from tests.faults.fault import Fault
from tests.faults.system import System


def kill(system: System) -> None:
    processes.kill(system.road.process)


def cure(system: System) -> None:
    system.road = system.start_road()


FAULT = Fault(
    name="road_down",
    title="event road (source, Broker) away while files arrive",
    expected="reads 0 failed, all files within 60 s",
    break_=kill,
    cure=cure,
    lasts_s=None,
)
