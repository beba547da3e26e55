"""One query process lives an hour behind the others."""

from tests.faults.catalogue.clock_ahead import cure, shift
from tests.faults.fault import Fault

FAULT = Fault(
    name="clock_behind",
    title="clock of one query process an hour behind",
    expected="nothing changes",
    break_=lambda system: shift(system, "-1h"),
    cure=cure,
    lasts_s=3,
)
