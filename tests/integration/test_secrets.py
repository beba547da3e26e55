"""Real processes never tell a secret: not in a log, an answer, a metric or the ledger; at the most talkative level."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
import requests

from tests.conftest import StartFunction
from tests.support.aws import Aws, Bucket
from tests.support.databases import Database
from tests.support.functions import Function
from tests.support.notifications import attributes, notification, put
from tests.support.sockets import talk
from tests.support.waiting import wait_for_http

HUSH = "hush-hush-7c1"  # part of everything that must not be seen
TOKEN = f"{HUSH}-right-token"
GIVEN = {
    "right": f"Bearer {TOKEN}",
    "right, and more": f"Bearer {TOKEN}, Basic {TOKEN}",
    "wrong": f"Bearer {HUSH}-wrong",
    "without a scheme": TOKEN,
    "of another scheme": f"Basic {TOKEN}",
    "malformed": f"Bearer \t{TOKEN}\xe9\xff ={TOKEN}==",
    "long": "Bearer " + HUSH * 400,
    "over-long": "Bearer " + HUSH * 40_000,
}
ROUTES = (
    ("POST", "/"),
    ("GET", "/files"),
    ("GET", "/files/1"),
    ("GET", "/files/1/rejects"),
    ("POST", "/files/1/replay"),
    ("GET", "/dead-letters"),
    ("POST", "/dead-letters"),
    ("POST", "/movie"),
    ("GET", "/health/liveness"),
    ("GET", "/health/readiness"),
    ("GET", "/metrics"),
    ("GET", "/nowhere"),
    ("DELETE", "/files"),
)


def ask(url: str, method: str, path: str, authorization: str, event: str) -> str:
    """All that comes back, as text; "" from a server that cuts the connection. An event goes to every route."""
    try:
        answer = requests.request(
            method,
            url + path,
            data=event if method == "POST" else None,
            headers=attributes() | {"Authorization": authorization.encode("latin-1")},
            timeout=30,
        )
    except requests.ConnectionError:
        return ""
    return f"{answer.status_code} {answer.headers} {answer.text}"


def in_ledger(database: Database) -> str:
    """Every row of every table, as text."""
    names = database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    rows = [database.rows(f'SELECT t::text FROM "{name}" t') for (name,) in names]  # noqa: S608
    return json.dumps(rows)


@pytest.fixture
def ingest(database: Database, aws: Aws, bucket: Bucket, start_function: StartFunction) -> Function:
    environment = {**aws.environment, "DATABASE_URL": database.ingest, "AWS_BUCKET_NAME": bucket.name}
    return start_function("ingest", environment | {"INGEST_TOKEN": TOKEN, "LOG_LEVEL": "debug"})


def test_no_token_is_told_whatever_it_is_sent_with(
    ingest: Function, database: Database, bucket: Bucket
) -> None:
    event = notification(
        bucket.name, "films", put(bucket, "films", b'[{"title": "Solaris", "year": 1972}, {}]')
    )
    said = {
        (name, method, path): ask(ingest.url, method, path, authorization, event)
        for name, authorization in GIVEN.items()
        for method, path in ROUTES
    }
    assert said["right", "POST", "/files/1/replay"].startswith("2")
    assert said["wrong", "POST", "/files/1/replay"].startswith("401")
    assert said["right", "POST", "/"].startswith("200")
    assert {where for where, text in said.items() if HUSH in text} == set()
    assert HUSH not in requests.get(f"{ingest.url}/metrics", timeout=10).text
    assert "films" in in_ledger(database)
    assert HUSH not in in_ledger(database)
    ingest.stop()
    log = ingest.log.read_text("utf-8")
    assert "films" in log
    assert HUSH not in log


def test_no_token_is_told_of_what_is_no_request(ingest: Function) -> None:
    address = urlsplit(ingest.url)
    asked = "GET /files HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization"
    for head in (
        f"{asked}: Bearer {TOKEN}\r\n Bearer {TOKEN}\r\n\r\n",
        f"{asked} Bearer {TOKEN}\r\n\r\n",
        f"Authorization: Bearer {TOKEN}\r\n\r\n",
    ):
        said = talk((address.hostname or "", address.port or 0), head.encode())
        assert b"still open" not in said
        assert HUSH.encode() not in said
    ingest.stop()
    assert HUSH not in ingest.log.read_text("utf-8")


@pytest.mark.parametrize("name", ["query", "ingest"])
def test_no_password_is_told_while_the_database_is_away(
    name: str, aws: Aws, bucket: Bucket, start_function: StartFunction
) -> None:
    environment = {
        **aws.environment,
        "DATABASE_URL": f"postgresql://someone:{HUSH}@127.0.0.1:1,127.0.0.2:1/movie",
        "AWS_BUCKET_NAME": bucket.name,
        "INGEST_TOKEN": TOKEN,
        "LOG_LEVEL": "debug",
        "QUERY_LOG_REQUESTS": "all",
    }
    function = start_function(name, environment, ready=False)
    wait_for_http(f"{function.url}/health/liveness", function.process, function.log)
    event = notification(bucket.name, "films", put(bucket, "films", b'{"title": "Solaris", "year": 1972}'))
    of_query = [("GET", path) for path in ("/movies", "/status", "/suggest?q=a", "/facets", "/metrics")]
    asked = ROUTES if name == "ingest" else of_query
    said = [ask(function.url, method, path, GIVEN["right"], event) for method, path in asked]
    assert any(text.startswith("503") for text in said)
    function.stop()
    told = "".join(said) + function.log.read_text("utf-8")
    assert {word for word in (HUSH, "someone", "127.0.0.2") if word in told} == set()
