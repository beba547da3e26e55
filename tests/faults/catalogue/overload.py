"""Three times as many questions as can be answered, none of them in memory."""

from __future__ import annotations

from tests.bench.openloop import Plan, run_apart
from tests.faults.fault import Fault
from tests.faults.processors import halved
from tests.faults.system import System

TIMES, TIMES_MIN = 3, 2.5
# Capacity is measured by as many callers as are answered side by side, who ask again at once.
CALLERS, MANY_CALLERS = 16, 200
RATE_MAX, SAMPLE_S, LASTS_S = 4000, 3, 60


def ask(system: System) -> None:
    sample = plan(system, 0, RATE_MAX, SAMPLE_S, CALLERS)
    capacity = run_apart(sample).statuses.get("200", 0) / (sample.seconds + sample.warm_seconds)
    flood = plan(system, len(sample.paths), TIMES * capacity, LASTS_S, MANY_CALLERS)
    seconds = flood.seconds + flood.warm_seconds
    answered = {status: count / seconds for status, count in run_apart(flood).statuses.items()}
    shown = ", ".join(f"{status} {rate:,.0f}" for status, rate in sorted(answered.items()))
    print(f"    capacity {capacity:,.0f} a second; in the flood {shown}", flush=True)
    if sum(answered.values()) < TIMES_MIN * capacity:
        system.found.append(f"only {sum(answered.values()) / capacity:.1f} times as many were asked")


def plan(system: System, first: int, rate: float, seconds: float, connections: int) -> Plan:
    """Searches among the dramas of some years, none of them asked before.

    They are dear enough that the generator can ask more than are answered: where its own processor
    is used up, it is that which callers wait for.
    """
    paths = [
        f"/movies?q=person%20{n % 17}&genre=drama&year_from={1870 + n // 17 % 97}"
        f"&year_to={2100 - n // 1649 % 97}&limit={1 + n // 159_953}"
        for n in range(first, first + int(rate * (seconds + 1)))
    ]
    return Plan(system.gateway.port, paths, rate, seconds, connections=connections)


FAULT = Fault(
    name="overload",
    title="three times as many questions as can be answered",
    expected="kept answers 200, others at once or 503, accepted p99 ≤ 50 ms, recovery within 5 s",
    break_=ask,
    prepared=halved,
    refuses="fresh",
    accepted_p99_s_max=0.05,
)
