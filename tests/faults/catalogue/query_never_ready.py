"""One of the two processes is replaced by one that never becomes ready: its database is not there."""

import requests

from tests.faults.fault import Fault
from tests.faults.system import System


def replace(system: System) -> None:
    system.queries[0].stop()
    nowhere = "postgresql://movie_query@127.0.0.1:1/movie"
    system.queries[0] = system.start_query(0, ready=False, DATABASE_URL=nowhere)


def complaints(system: System) -> list[str]:
    metrics = requests.get(f"{system.queries[0].url}/metrics", timeout=5).text
    asked = [line for line in metrics.splitlines() if line.startswith("query_requests_total") and "Movie" in line]
    return [f"it was asked: {asked[0]}"] if asked else []


def cure(system: System) -> None:
    system.queries[0].stop()


FAULT = Fault(
    name="query_never_ready",
    title="a new query process that is never ready",
    expected="0 failed, it gets no traffic",
    break_=replace,
    lasts_s=3,
    complaints=complaints,
)
