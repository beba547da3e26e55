"""One of the two processes is replaced by one that never becomes ready: its database is not there."""

from tests.faults.fault import Fault
from tests.faults.system import System


def replace(system: System) -> None:
    system.end_query(0)
    system.queries[0].log.unlink()  # what is read at the end is of the new one
    nowhere = "postgresql://movie_query@127.0.0.1:1/movie"
    system.start_query(0, ready=False, DATABASE_URL=nowhere, QUERY_LOG_REQUESTS="all")


def cure(system: System) -> None:
    system.end_query(0)
    text = system.queries[0].log.read_text("utf-8")
    if "listMovies" in text or "getMovie" in text:
        system.found.append("it was asked")


FAULT = Fault(
    name="query_never_ready",
    title="a new query process that is never ready",
    expected="0 failed, it gets no traffic",
    break_=replace,
    cure=cure,
    lasts_s=3,
)
