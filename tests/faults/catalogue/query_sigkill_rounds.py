"""Query processes are killed in turn, as by a machine that runs out of memory again and again; each is started anew."""

import time

from tests.faults.fault import Fault
from tests.faults.system import System

ROUNDS = 4
PAUSE_S = 1.0  # until the gateway has seen that it is ready again


def kill(system: System) -> None:
    for number in range(ROUNDS):
        place = number % len(system.queries)
        system.queries[place].kill()
        system.start_query(place)
        time.sleep(PAUSE_S)


FAULT = Fault(
    name="query_sigkill_rounds",
    title="query processes in turn: SIGKILL, four rounds",
    expected="at most those in flight (5 each), clean within 2 s",
    break_=kill,
    failed_max=5 * ROUNDS,
    clean_after_s=2,
)
