"""The sessions that requests share: who waits for one gets it when it is free."""

import threading
import time

from query.database import Database, Statement

SLEEP = Statement("sleep", "SELECT 1 FROM pg_sleep($1)", ("float8",))
WAIT_MS_MAX = 5000


def test_a_request_that_waits_is_woken_by_the_session_that_becomes_free(database):
    """The keeper waits beside the requests; it must not take a wake-up that is meant for one of them.

    A wake-up that is lost is made good only when the wait ends, seconds later.
    """
    pool = Database(
        database.query, connections=1, waiters_max=1, wait_ms_max=WAIT_MS_MAX, statement_ms_max=9000
    )
    try:
        pool.run(SLEEP, (0,))  # waits for the first session to be there
        for _ in range(5):
            holder = threading.Thread(target=pool.run, args=(SLEEP, (0.2,)))
            waiter = threading.Thread(target=pool.run, args=(SLEEP, (0,)))
            holder.start()
            while not pool._busy:
                time.sleep(0.001)
            waiter.start()
            holder.join()
            waiter.join(timeout=WAIT_MS_MAX / 1000 / 2)
            assert not waiter.is_alive(), "the session is free and the request still sleeps"
    finally:
        pool.close()
