"""One large file: rows a second, memory, and where the time goes."""

from __future__ import annotations

import time
from dataclasses import dataclass

import requests

from tests.bench.ingest import copying, objects, statements
from tests.bench.ingest.generate import write
from tests.bench.ingest.system import BUCKET, System
from tests.support.memory import peak_resident_bytes
from tests.support.notifications import notification

HEADERS = {
    "content-type": "application/json",
    "ce-specversion": "1.0",
    "ce-type": "dev.knative.eventing.aws-sqs",
    "ce-source": "bench",
    "ce-id": "1",
}
ANSWER_S_MAX = 2 * 3600


@dataclass(frozen=True)
class Large:
    """What storing one large file took; `parts` are seconds by what was done."""

    size_bytes: int
    records: int
    seconds: float
    peak_bytes: int
    copy_seconds: float
    parts: dict[str, float]


def measure(here: System, size_bytes: int) -> Large:
    """Generate a file of at least this size, deliver its event, compare with \\copy."""
    path = here.folder / "large.json"
    records = write(path, size_bytes)
    database = here.database("large")
    with objects.serving(path) as endpoint:
        environment = here.environment(database, endpoint) | {
            "DATABASE_STATEMENT_TIMEOUT_MS": "7200000",
            "INGEST_OBJECT_MS_MAX": "7200000",
        }
        with here.function("ingest", environment) as ingest:
            body = notification(BUCKET, path.name, objects.etag_of(path.name))
            log_start = here.postgres.log.stat().st_size
            began = time.monotonic()
            answer = requests.post(ingest.url, data=body, headers=HEADERS, timeout=ANSWER_S_MAX)
            seconds = time.monotonic() - began
            peak = peak_resident_bytes(ingest.process.pid)
    if answer.status_code != 200 or database.rows("SELECT stored FROM files") != [(records,)]:
        raise SystemExit(f"bench: the large file was not stored: {answer.status_code} {answer.text[:300]}")
    parts = statements.seconds(here.postgres.log, log_start)
    size = path.stat().st_size
    path.unlink()
    copy_seconds = copying.seconds(here.postgres, database.name, here.folder / "copy")
    return Large(size, records, seconds, peak, copy_seconds, parts)
