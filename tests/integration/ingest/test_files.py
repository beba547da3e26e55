"""Each file ends in the database once, whole, or is named with the reason why not."""

import gzip
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.support.notifications import deliver, notification, put

ALIEN = {
    "title": "Alien",
    "year": 1979,
    "cast": ["Sigourney Weaver", "("],
    "genres": ["Horror"],
    "href": "Alien",
}
LEDGER = "SELECT key, state::text, reason FROM files ORDER BY id"
DOCS = "SELECT doc FROM movies ORDER BY id"


def send(ingest, bucket, key: str, body: bytes) -> requests.Response:
    return deliver(ingest, notification(bucket.name, key, put(bucket, key, body)))


@pytest.mark.parametrize(
    "body",
    [
        json.dumps([ALIEN]).encode(),
        json.dumps(ALIEN).encode(),
        json.dumps(ALIEN).encode() + b"\n",
        b"\xef\xbb\xbf" + json.dumps([ALIEN]).encode(),
        gzip.compress(json.dumps([ALIEN]).encode()),
    ],
    ids=["array", "object", "ndjson", "byte-order mark", "gzip"],
)
def test_every_format_gives_the_same_movie(ingest, bucket, database, body):
    assert send(ingest, bucket, "movies", body).status_code == 200
    ((doc,),) = database.rows(DOCS)
    movie = json.loads(doc)
    assert movie.pop("id")
    assert movie == {**ALIEN, "cast": ["Sigourney Weaver"]}
    assert database.rows("SELECT version, movie_count, file_count FROM data_version") == [(1, 1, 1)]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"not JSON", "must begin with"),
        (b'[{"title": "Alien", "year"', "record 1"),
        (b'[{"title": "Alien", "year": 1979}', "cut off"),
        (b"", "empty"),
        ('[{"title": "Am\u00e9lie", "year": 2001}]'.encode("latin-1"), "not UTF-8 (byte 14)"),
        (b"[" * 100_000, "nested"),
        (b'[{"title": "' + b"x" * 3_000_000 + b'"}]', "longer than"),
    ],
    ids=["no JSON", "cut record", "cut array", "empty", "Latin-1", "deep", "long"],
)
def test_a_file_that_cannot_be_read_changes_nothing_and_is_failed_with_a_reason(
    ingest, bucket, database, body, reason
):
    answer = send(ingest, bucket, "poison", body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    ((key, state, why),) = database.rows(LEDGER)
    assert (key, state) == ("poison", "failed")
    assert reason in why
    assert database.rows(DOCS) == []
    assert database.rows("SELECT version FROM data_version") == [(0,)]


def test_an_empty_array_is_a_file_without_movies(ingest, bucket, database):
    assert send(ingest, bucket, "none", b"[]").status_code == 200
    assert database.rows(LEDGER) == [("none", "stored", None)]


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ('{"year": 1979}', "title"),
        ('{"title": "Alien", "year": "1979"}', "year"),
        ('{"title": "Alien", "year": 19999}', "year"),
        ('{"title": "Alien", "year": true}', "year"),
        ('{"title": "Alien", "year": 1979, "cast": "Weaver"}', "cast"),
        ('{"title": "Al\\u0000ien", "year": 1979}', "title"),
        ('{"title": "Alien", "year": 1979, "cast": ["Tom \\ud800"]}', "cast"),
        ("[]", None),
    ],
)
def test_a_bad_record_is_a_reject_and_the_good_ones_are_stored(ingest, bucket, database, record, field):
    assert send(ingest, bucket, "mixed", f"[{record}, {json.dumps(ALIEN)}]".encode()).status_code == 200
    assert database.rows("SELECT position, field FROM rejects") == [(1, field)]
    assert database.rows("SELECT entries, stored, merged, rejected FROM files") == [(2, 1, 0, 1)]


def test_keys_with_spaces_plus_and_accents_are_decoded(ingest, bucket, database):
    assert send(ingest, bucket, "a b+c/é.json", json.dumps([ALIEN]).encode()).status_code == 200
    assert database.rows(LEDGER) == [("a b+c/é.json", "stored", None)]


def test_repeats_in_a_file_merge(ingest, bucket, database):
    again = {**ALIEN, "cast": ["Tom Skerritt", "Sigourney Weaver"], "extract": "Longer."}
    assert send(ingest, bucket, "movies", json.dumps([ALIEN, again]).encode()).status_code == 200
    assert database.rows("SELECT entries, stored, merged, rejected FROM files") == [(2, 1, 1, 0)]
    ((doc,),) = database.rows(DOCS)
    assert json.loads(doc)["cast"] == ["Sigourney Weaver", "Tom Skerritt"]
    assert json.loads(doc)["extract"] == "Longer."


def test_one_event_delivered_many_times_at_once_is_one_ledger_row(ingest, bucket, database):
    body = notification(bucket.name, "movies", put(bucket, "movies", json.dumps([ALIEN]).encode()))
    with ThreadPoolExecutor(20) as pool:
        statuses = [answer.status_code for answer in pool.map(lambda _: deliver(ingest, body), range(40))]
    assert set(statuses) <= {200, 202}
    assert database.rows(LEDGER) == [("movies", "stored", None)]
    assert database.rows("SELECT version, movie_count, file_count FROM data_version") == [(1, 1, 1)]


def test_the_same_bytes_under_another_key_change_no_movie(ingest, bucket, database):
    body = json.dumps([ALIEN]).encode()
    send(ingest, bucket, "first", body)
    before = database.rows(DOCS)
    assert send(ingest, bucket, "second", body).status_code == 200
    assert database.rows(LEDGER) == [("first", "stored", None), ("second", "duplicate", None)]
    assert database.rows(DOCS) == before
    assert database.rows("SELECT version FROM data_version") == [(1,)]


def test_a_newer_version_of_a_key_takes_the_place_of_what_it_gave(ingest, bucket, database):
    send(ingest, bucket, "movies", json.dumps([ALIEN]).encode())
    send(ingest, bucket, "movies", json.dumps([{**ALIEN, "title": "Aliens", "year": 1986}]).encode())
    assert database.rows("SELECT title_key FROM movies") == [("aliens",)]
    assert [state for _, state, _ in database.rows(LEDGER)] == ["superseded", "stored"]
    assert database.rows("SELECT count(*) FROM contents") == [(1,)]


def test_an_event_of_an_overwritten_object_is_left_to_the_newer_one(ingest, bucket, database):
    old = notification(bucket.name, "movies", put(bucket, "movies", json.dumps([ALIEN]).encode()))
    new = notification(bucket.name, "movies", put(bucket, "movies", b'[{"title": "Aliens", "year": 1986}]'))
    assert [deliver(ingest, body).status_code for body in (new, old, new)] == [200, 200, 200]
    assert database.rows("SELECT title_key FROM movies") == [("aliens",)]


def test_a_missing_object_is_nothing_to_store(ingest, bucket, database):
    assert deliver(ingest, notification(bucket.name, "gone", "0" * 32)).status_code == 200
    assert database.rows(DOCS) == []


def test_an_event_of_another_bucket_is_refused(ingest):
    assert deliver(ingest, notification("other", "movies", "0" * 32)).status_code == 422


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"Records": 1}', '{"Records": [{}]}', "\x00"])
def test_a_body_that_is_no_notification_is_refused(ingest, body):
    assert deliver(ingest, body).status_code == 422


def test_a_test_event_is_nothing_to_do(ingest):
    assert deliver(ingest, '{"Event": "s3:TestEvent"}').status_code == 200


def test_an_unreachable_bucket_is_a_503(database, aws, bucket, start_function):
    environment = {
        **aws.environment,
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "DATABASE_URL": database.ingest,
        "AWS_BUCKET_NAME": bucket.name,
    }
    ingest = start_function("ingest", environment)
    answer = deliver(ingest, notification(bucket.name, "movies", "0" * 32))
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_an_unreachable_database_is_a_503_without_a_word_of_the_connection(aws, bucket, start_function):
    environment = {
        **aws.environment,
        "DATABASE_URL": "postgresql://someone:hunter2@127.0.0.1:1/movie",
        "AWS_BUCKET_NAME": bucket.name,
    }
    ingest = start_function("ingest", environment, ready=False)
    for _ in range(100):
        try:
            answer = deliver(ingest, notification(bucket.name, "movies", "0" * 32))
            break
        except requests.ConnectionError:
            time.sleep(0.1)
    assert answer.status_code == 503
    assert "hunter2" not in answer.text
    assert "hunter2" not in ingest.log.read_text()


def test_the_ledger_is_asked_for_one_key(ingest, bucket):
    """The same bytes stand under two keys; who asks for one must not be told of the other."""
    body = json.dumps([ALIEN]).encode()
    for key in ("a b+é.json", "second.json", "second.json.bak"):
        send(ingest, bucket, key, body)
    for key in ("a b+é.json", "second.json"):
        rows = requests.get(f"{ingest.url}/files", params={"key": key, "limit": 100}, timeout=10).json()
        assert [row["key"] for row in rows] == [key]
    assert len(requests.get(f"{ingest.url}/files", params={"limit": 2}, timeout=10).json()) == 2


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=1001", "key=%00", "kye=a", "limit=1&limit=2"])
def test_the_ledger_names_a_parameter_that_cannot_be_used(ingest, query):
    answer = requests.get(f"{ingest.url}/files?{query}", timeout=10)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == query.partition("=")[0]


def test_rejects_come_up_to_the_limit(ingest, bucket, database):
    send(ingest, bucket, "bad", b'[{"year": 1}, {"year": 2}, {"year": 3}]')
    ((file_id,),) = database.rows("SELECT id FROM files")
    url = f"{ingest.url}/files/{file_id}/rejects"
    assert [row["position"] for row in requests.get(url, params={"limit": 2}, timeout=10).json()] == [1, 2]
