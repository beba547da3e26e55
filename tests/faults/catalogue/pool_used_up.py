"""Every statement is slow: a lock on a table holds up all reads of it, so that each pool is used up."""

from contextlib import closing

import psycopg2
import requests

from local import roles
from tests.faults.fault import Fault
from tests.faults.system import System

LOCKED_S = 3.0


def lock(system: System) -> None:
    """Hold the table from all readers; an exclusive lock is replayed on the standby, where they wait for it too."""
    url = system.pair.primary.url(roles.SUPERUSER)
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLE movies IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SELECT txid_current(), pg_sleep(%s)", (LOCKED_S,))
        for query in system.queries:
            health = requests.get(f"{query.url}/health/readiness", timeout=1)
            assert health.status_code == 200, health.text
        connection.rollback()


FAULT = Fault(
    name="pool_used_up",
    title="every statement waits, pools used up",
    expected="503 within 1 s, health answers, recovery at once",
    break_=lock,
    refuses="all",
    clean_after_s=1,
)
