"""S3 that is slow, overloaded or breaks off: nothing is lost, nothing half stored, no good file called bad."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import StartFunction
from tests.integration.ingest.conftest import World, movie
from tests.support.aws import Aws, Bucket
from tests.support.databases import Database
from tests.support.faulty import FAULTS, FaultyProxy
from tests.support.functions import Function
from tests.support.notifications import deliver, notification, put

FILES = 40


@pytest.fixture
def proxy(aws: Aws) -> Iterator[FaultyProxy]:
    made = FaultyProxy(aws.endpoint)
    yield made
    made.close()


@pytest.fixture
def behind(
    proxy: FaultyProxy, database: Database, aws: Aws, bucket: Bucket, start_function: StartFunction
) -> Function:
    """An ingest that sees S3 through the proxy and has little patience with it."""
    environment = {
        **aws.environment,
        "AWS_ENDPOINT_URL": proxy.url,
        "DATABASE_URL": database.ingest,
        "AWS_BUCKET_NAME": bucket.name,
        "S3_READ_TIMEOUT_MS": "1000",
        "S3_ATTEMPTS_MAX": "2",
    }
    return start_function("ingest", environment)


def until_taken(ingest: Function, body: str, statuses: Counter[int]) -> None:
    """Deliver as the road does: again until it is a 2xx, or for good a 422."""
    for _ in range(200):
        status = deliver(ingest, body).status_code
        statuses[status] += 1
        if status in (200, 422):
            return
        time.sleep(0.02)
    raise AssertionError("never taken")


def test_every_fault_is_survived_and_each_file_is_stored_once(
    behind: Function, proxy: FaultyProxy, bucket: Bucket, world: World
) -> None:
    bodies = []
    for n in range(FILES):
        content = json.dumps([movie(f"{n} {m}") for m in range(50)]).encode()
        bodies.append(notification(bucket.name, f"{n}.json", put(bucket, f"{n}.json", content)))
    bodies.append(notification(bucket.name, "bad.json", put(bucket, "bad.json", b'[{"title":')))
    proxy.share = 0.4
    statuses: Counter[int] = Counter()
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda body: until_taken(behind, body, statuses), bodies))
    proxy.share = 0.0
    assert set(proxy.seen) == {"none", *FAULTS}, "every fault was met"
    assert set(statuses) <= {200, 202, 422, 503}
    assert statuses[503] > 0
    assert world.database.rows("SELECT state, count(*) FROM files GROUP BY 1 ORDER BY 1") == [
        ("stored", FILES),
        ("failed", 1),
    ]
    assert world.database.rows("SELECT count(*) FROM movies") == [(FILES * 50,)]
    world.check_counts()


@pytest.mark.parametrize("fault", ["cut body", "reset within"])
def test_a_body_that_breaks_off_is_never_taken_for_a_bad_file(
    behind: Function, proxy: FaultyProxy, bucket: Bucket, database: Database, fault: str
) -> None:
    """Half of these bytes would be a file that is cut off."""
    content = json.dumps([movie(str(n)) for n in range(2000)]).encode()
    body = notification(bucket.name, "a.json", put(bucket, "a.json", content))
    proxy.share, proxy.faults = 1.0, (fault,)
    assert deliver(behind, body).status_code == 503
    assert database.rows("SELECT state FROM files") in ([("received",)], [])
    proxy.share = 0.0
    assert deliver(behind, body).status_code == 200
    assert database.rows("SELECT state, reason FROM files") == [("stored", None)]


def test_while_the_bucket_is_away_reconcile_is_a_503_and_removes_nothing(
    behind: Function, proxy: FaultyProxy, bucket: Bucket, world: World
) -> None:
    assert deliver(behind, notification(bucket.name, "a", put(bucket, "a", b'{"title":"A","year":1999}'))).ok
    proxy.away = True
    headers = {"ce-specversion": "1.0", "ce-id": "1", "ce-type": "dev.movies.reconcile", "ce-source": "test"}
    assert behind.post("/", headers=headers).status_code == 503
    assert world.titles() == ["A"]
    proxy.away = False
    assert behind.post("/", headers=headers).status_code == 200
    assert world.ledger() == [("a", "stored")]
