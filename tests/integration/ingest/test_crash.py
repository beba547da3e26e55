"""A process that is killed in the middle of a file loses nothing and doubles nothing."""

import json
import threading
import time

import pytest
import requests

from tests.support.notifications import deliver, notification, put

RECORDS = [
    {
        "title": f"Film {n}",
        "year": 1900 + n % 100,
        "cast": [f"Person {n % 997}", f"Person {n % 31}"],
        "genres": ["Drama"],
    }
    for n in range(20_000)
]


@pytest.mark.parametrize("after_seconds", [0.3, 1.0, 1.6])
def test_a_kill_in_the_middle_and_one_more_delivery_give_the_same_rows(
    database, aws, bucket, start_function, after_seconds
):
    environment = {**aws.environment, "DATABASE_URL": database.ingest, "AWS_BUCKET_NAME": bucket.name}
    body = notification(bucket.name, "large", put(bucket, "large", json.dumps(RECORDS).encode()))
    first = start_function("ingest", environment)

    def lost() -> None:
        try:
            deliver(first, body)
        except requests.RequestException:
            return

    delivery = threading.Thread(target=lost)
    delivery.start()
    time.sleep(after_seconds)
    first.kill()
    delivery.join()
    movies = database.rows("SELECT count(*) FROM movies")
    assert movies in ([(0,)], [(len(RECORDS),)]), "all or nothing"

    second = start_function("ingest", environment)
    for _ in range(50):  # what the killed process asked of the database may still end
        if deliver(second, body).status_code == 200:
            break
        time.sleep(0.2)
    assert database.rows("SELECT key, state::text, stored FROM files") == [("large", "stored", len(RECORDS))]
    assert database.rows("SELECT movie_count, file_count, version FROM data_version") == [
        (len(RECORDS), 1, 1)
    ]
    assert database.rows("SELECT count(*) FROM movies") == [(len(RECORDS),)]
    assert database.rows("SELECT count(*) FROM movie_people") == database.rows(
        "SELECT sum(cardinality(person_ids)) FROM movies"
    )
