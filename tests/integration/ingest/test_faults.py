"""What is away now is told as 503, and nothing is lost."""

from __future__ import annotations

import time

import psycopg2
import pytest
import requests
from ingest.settings import load

from tests.conftest import StartFunction
from tests.integration.ingest.conftest import MakeWorld, World, movie
from tests.support.aws import Aws, Bucket
from tests.support.databases import Database
from tests.support.notifications import deliver, notification, put
from tests.support.waiting import wait_for_http


def test_an_unreachable_bucket_is_a_503_and_nothing_is_on_record(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    away = make_world(S3_ATTEMPTS_MAX="1")
    response = away.deliver(away.record("a.json", eTag="0" * 32))
    assert response.status_code == 503
    assert response.headers["Retry-After"]


def test_a_missing_bucket_is_a_503(make_world: MakeWorld) -> None:
    assert make_world(AWS_BUCKET_NAME="no-such-bucket").ask_to_reconcile().status_code == 503


def test_an_unreachable_database_is_a_503_that_shows_no_secret(make_world: MakeWorld) -> None:
    world = make_world(DATABASE_URL="postgresql://someone:hunter2@127.0.0.1:1/movie")
    for response in (
        world.upload("a.json", [movie()]),
        world.client.get("/files"),
        world.client.get("/health/readiness"),
    ):
        assert response.status_code == 503
        assert response.headers["Retry-After"]
        assert "hunter2" not in response.text
        assert "127.0.0.1" not in response.text
    assert world.client.get("/health/liveness").status_code == 200


def test_a_database_without_the_schema_is_a_503(make_world: MakeWorld, database: Database) -> None:
    world = make_world(DATABASE_URL=database.ingest.rpartition("/")[0] + "/template1")
    assert world.client.get("/health/readiness").status_code == 503


def test_connections_that_broke_are_replaced(world: World) -> None:
    world.upload("a.json", [movie("A")])
    connection = psycopg2.connect(world.database.superuser)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'ingest'"
        )
    connection.close()
    assert world.upload("b.json", [movie("B")]).status_code == 200


def test_a_lock_that_is_not_given_is_a_503_and_the_next_delivery_stores(make_world: MakeWorld) -> None:
    world = make_world(DATABASE_LOCK_TIMEOUT_MS="100")
    record = world.record("a.json", eTag=world.put("a.json", [movie()]))
    connection = psycopg2.connect(world.database.owner)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT FROM data_version FOR UPDATE")
        assert world.deliver(record).status_code == 503
        error = "The database did not finish in time; try again."
        assert world.ledger("state", "attempts", "last_error") == [("received", 1, error)]
    connection.close()
    assert world.deliver(record).status_code == 200
    assert world.ledger("state", "attempts", "last_error") == [("stored", 2, None)]


def test_a_bucket_that_breaks_off_is_a_503_and_not_a_bad_file(world: World, aws: Aws) -> None:
    """The object's bytes end before its length: S3's trouble, whatever the bytes are."""
    record = world.record("a.json", eTag=world.put("a.json", [movie(str(n)) for n in range(2000)]))
    client = world.service.storage._client

    def cut(parsed: dict[str, object], **_: object) -> None:
        parsed["Body"]._raw_stream.close()  # type: ignore[attr-defined]

    client.meta.events.register("after-call.s3.GetObject", cut)
    assert world.deliver(record).status_code == 503
    client.meta.events.unregister("after-call.s3.GetObject", cut)
    [row] = world.client.get("/files").get_json()
    assert (row["state"], row["attempts"]) == ("received", 1)
    assert row["last_error"] == "The bucket cannot be reached, or broke off; try again."
    world.put("a.json", b"nope")
    assert world.deliver(world.record("a.json")).status_code == 422
    assert world.ledger("state", "last_error")[-1] == ("failed", None)
    world.put("a.json", [movie(str(n)) for n in range(2000)])
    assert world.deliver(record).status_code == 200


def test_no_place_for_another_file_is_a_503(make_world: MakeWorld) -> None:
    world = make_world(INGEST_FILES_AT_ONCE_MAX="1", INGEST_BUSY_WAIT_MS="50")
    with world.service.intake._place():
        assert world.upload("a.json", [movie()]).status_code == 503
    assert world.reconcile()["asked"] == 1
    assert world.titles() == ["Solaris"]


def test_the_real_process_answers_and_ends_when_asked(
    database: Database, aws: Aws, bucket: Bucket, start_function: StartFunction
) -> None:
    environment = {**aws.environment, "DATABASE_URL": database.ingest, "AWS_BUCKET_NAME": bucket.name}
    ingest = start_function("ingest", environment)
    answer = deliver(
        ingest, notification(bucket.name, "a +é.json", put(bucket, "a +é.json", b'{"title":"A","year":1999}'))
    )
    assert answer.status_code == 200
    assert answer.headers["ce-type"] == "dev.movies.file.ingested"
    assert requests.get(f"{ingest.url}/files", timeout=5).json()[0]["key"] == "a +é.json"
    assert requests.get(ingest.url, timeout=5).status_code == 200  # the page of the ledger
    large = requests.post(ingest.url, data=b"x" * (2 << 20), timeout=5)
    assert large.status_code == 413
    ingest.stop()
    assert "testing" not in ingest.log.read_text()


def test_the_log_of_the_real_process_shows_no_connection_string(
    aws: Aws, bucket: Bucket, start_function: StartFunction
) -> None:
    environment = {
        **aws.environment,
        "DATABASE_URL": "postgresql://someone:hunter2@127.0.0.1:1/movie",  # pragma: allowlist secret - made up
        "AWS_BUCKET_NAME": bucket.name,
        "LOG_LEVEL": "debug",
    }
    ingest = start_function("ingest", environment, ready=False)
    wait_for_http(f"{ingest.url}/health/liveness", ingest.process, ingest.log)
    assert deliver(ingest, notification(bucket.name, "movies", "0" * 32)).status_code == 503
    assert "hunter2" not in ingest.log.read_text()


def test_a_wrong_setting_stops_the_process_with_one_line(start_function: StartFunction) -> None:
    ingest = start_function("ingest", {"DATABASE_URL": "host=x", "INGEST_ON_REMOVE": "maybe"}, ready=False)
    deadline = time.monotonic() + 20
    while ingest.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert ingest.process.poll() == 1
    assert ingest.log.read_text().splitlines() == [
        "ingest: AWS_BUCKET_NAME must be the name of the bucket that holds the files, not ''"
    ]
    assert load({"DATABASE_URL": "host=x", "AWS_BUCKET_NAME": "y"}).on_remove == "keep"
