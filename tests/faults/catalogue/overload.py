"""Three times as many questions as can be answered, none of them in memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict

from local.settings import ROOT
from tests.bench.openloop import Plan, run_apart
from tests.faults.fault import Fault
from tests.faults.system import System

TIMES, CONNECTIONS = 3, 200
FIRST = 10_000_000  # far from the prober's own fresh questions
LASTS_S = 10.0


def paths(first: int, count: int) -> list[str]:
    """Questions that nobody asked before, dear enough that the generator can ask more than are answered."""
    return [
        f"/facets?year_from={1870 + n % 97}&year_to={2100 - n // 97 % 97}&genre=drama&cast=person%20{n // 9409 + first}"
        for n in range(count)
    ]


def capacity(system: System) -> float:
    """Answers a second when asked for far more."""
    plan = Plan(system.gateway.port, paths(FIRST, 9409), 3000, 2, connections=16)
    result = run_apart(plan)
    return result.statuses.get("200", 0) / (plan.seconds + plan.warm_seconds)


def start(system: System) -> None:
    rate = TIMES * capacity(system)
    plan = Plan(system.gateway.port, paths(FIRST + 1, 9409 * 4), rate, LASTS_S, connections=CONNECTIONS)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.openloop"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(plan)).encode())
    process.stdin.close()
    system.helpers.append(process)
    time.sleep(LASTS_S)


def end(system: System) -> None:
    for process in system.helpers:
        process.kill()
        process.wait(10)
    system.helpers.clear()


FAULT = Fault(
    name="overload",
    title="three times as many questions as can be answered",
    expected="kept answers 200, others at once or 503, accepted p99 ≤ 50 ms, recovery within 5 s",
    break_=start,
    cure=end,
    refuses="fresh",
    accepted_p99_s_max=0.05,
)
