"""A query function on a database that ingest filled with the sample."""

import pytest
import requests

from tests.support.notifications import deliver, notification, put
from tests.support.sample import SAMPLE, Query


@pytest.fixture
def query(database, aws, bucket, start_function) -> Query:
    """Asks for a path: query("/movies", Accept="text/csv"), query("/movies", method="HEAD")."""
    environment = {**aws.environment, "DATABASE_URL": database.ingest, "AWS_BUCKET_NAME": bucket.name}
    ingest = start_function("ingest", environment)
    body = notification(bucket.name, "sample", put(bucket, "sample", SAMPLE.read_bytes()))
    assert deliver(ingest, body).status_code == 200
    ingest.stop()
    started = start_function("query", {"DATABASE_URL": database.query, "QUERY_POLL_MS": "100"})

    def ask(path: str, method: str = "GET", **headers: str) -> requests.Response:
        return requests.request(method, started.url + path, headers=headers, timeout=10)

    return ask
