"""Files a second, and what bounds it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

from tests.bench.ingest import objects, statements
from tests.bench.ingest.system import BUCKET, System
from tests.support.notifications import deliver, notification

FILES, AT_ONCE = 600, 12


@dataclass(frozen=True)
class Many:
    """Files of one movie each. lock_ms: what each of them does while all others wait."""

    rates: dict[int, float]  # files a second, by the number of ingest processes
    lock_ms: float


def measure(here: System) -> Many:
    """Deliver the events of many small files to one process, then to two."""
    rates, held = {}, 0.0
    with objects.serving() as endpoint:
        for number in (1, 2):
            database = here.database(f"many_{number}")
            environment = here.environment(database, endpoint) | {"INGEST_FILES_AT_ONCE_MAX": "8"}
            with ExitStack() as started:
                running = [started.enter_context(here.function("ingest", environment)) for _ in range(number)]
                bodies = [notification(BUCKET, f"{n}", objects.etag_of(f"{n}")) for n in range(FILES)]
                for warm in range(AT_ONCE * number):
                    deliver(
                        running[warm % number], notification(BUCKET, f"w{warm}", objects.etag_of(f"w{warm}"))
                    )
                log_start, began = here.postgres.log.stat().st_size, time.monotonic()
                with ThreadPoolExecutor(AT_ONCE) as pool:
                    answers = list(pool.map(lambda n: deliver(running[n % number], bodies[n]), range(FILES)))  # noqa: B023 - done before the next round
                rates[number] = FILES / (time.monotonic() - began)
            if any(answer.status_code != 200 for answer in answers):
                raise SystemExit("bench: a small file was not stored")
            found = statements.seconds(here.postgres.log, log_start, files=("publish", "settle"))
            held = sum(seconds for name, seconds in found.items() if name != "lock") / FILES * 1000
    return Many(rates, held)
