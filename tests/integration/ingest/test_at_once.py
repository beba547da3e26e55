"""Many events at once, one process or two: no deadlock, nothing lost, nothing twice."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from tests.conftest import StartFunction
from tests.integration.ingest.conftest import EMPTY, World, movie
from tests.support.aws import Aws, Bucket
from tests.support.databases import Database
from tests.support.functions import Function
from tests.support.notifications import deliver, notification, put


@pytest.fixture
def two(database: Database, aws: Aws, bucket: Bucket, start_function: StartFunction) -> list[Function]:
    """Two ingest processes on one database and one bucket."""
    environment = {**aws.environment, "DATABASE_URL": database.ingest, "AWS_BUCKET_NAME": bucket.name}
    return [start_function("ingest", environment) for _ in range(2)]


def test_a_second_delivery_of_an_object_that_is_being_stored_is_a_202_at_once(world: World) -> None:
    """The first one waits for the lock that this test holds; the second must not wait for the first."""
    record = world.record("a.json", eTag=world.put("a.json", [movie()]))
    statuses: list[int] = []
    first = threading.Thread(target=lambda: statuses.append(world.deliver(record).status_code))
    connection = psycopg2.connect(world.database.owner)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT FROM data_version FOR UPDATE")
        first.start()
        deadline = time.monotonic() + 10
        while world.ledger() != [("a.json", "received")] and time.monotonic() < deadline:
            time.sleep(0.01)
        second = world.deliver(record)
        assert (second.status_code, second.text) == (202, "")
        assert statuses == [], "the first is still under way"
    connection.close()
    first.join()
    assert statuses == [200]
    assert world.ledger("state", "attempts") == [("stored", 1)]


def test_one_event_a_hundred_times_twenty_at_once_is_one_row(
    two: list[Function], bucket: Bucket, database: Database
) -> None:
    films = [movie(str(n)) for n in range(3000)]
    body = notification(bucket.name, "a.json", put(bucket, "a.json", json.dumps(films).encode()))
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: deliver(two[n % 2], body).status_code, range(100)))
    assert set(answers) == {200, 202}
    assert database.rows("SELECT state, attempts, stored, data_version FROM files") == [
        ("stored", 1, 3000, 1)
    ]


def test_a_poison_file_among_a_hundred_fails_once_and_the_others_are_stored(
    two: list[Function], bucket: Bucket, database: Database
) -> None:
    bodies = []
    for n in range(101):
        content = b'[{"title":' if n == 50 else json.dumps([movie(f"Film {n}")]).encode()
        bodies.append(notification(bucket.name, f"{n}.json", put(bucket, f"{n}.json", content)))
    with ThreadPoolExecutor(10) as pool:
        statuses = Counter(
            answer.status_code for answer in pool.map(lambda n: deliver(two[n % 2], bodies[n]), range(101))
        )
    assert statuses == {200: 100, 422: 1}
    rows = database.rows("SELECT state, attempts, count(*) FROM files GROUP BY 1, 2 ORDER BY 3")
    assert rows == [("failed", 1, 1), ("stored", 1, 100)]
    assert database.rows("SELECT movie_count, file_count FROM data_version") == [(100, 100)]


def test_ten_files_with_the_same_movies_at_once_end_as_one_after_another(
    two: list[Function], bucket: Bucket, world: World
) -> None:
    """In every order of their movies, so that row locks taken in the order of a file would deadlock."""
    films = [movie(f"{n}", cast=[f"Person {n}", f"Person {n + 1}"]) for n in range(300)]
    bodies = []
    for n in range(10):
        some = films[n * 10 :] + films[: n * 5]
        content = json.dumps(
            [film | {"extract": f"as file {n} has it"} for film in some[:: -1 if n % 2 else 1]]
        )
        bodies.append(notification(bucket.name, f"{n}.json", put(bucket, f"{n}.json", content.encode())))
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda n: deliver(two[n % 2], bodies[n]).status_code, range(10)))
    assert answers == [200] * 10
    at_once = world.served()
    world.check_counts()
    world.database.rows(EMPTY)
    for body in reversed(bodies):
        assert deliver(two[0], body).status_code == 200
    assert world.served() == at_once
