"""More is asked than the database answers: what is in memory goes on, the rest is told at once, before any work."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from uuid import uuid4

import psycopg2
import pytest
import requests
from query.line import STANDING_SECONDS

from tests.support import databases, functions
from tests.support.waiting import wait_until

KEPT, STUCK, WAITING, LATE = (f"/movies?limit={number}" for number in (1, 2, 3, 4))
# With one session and limits that nobody meets here, only the line itself can turn anyone away.
ONE_SESSION = {"QUERY_CONNECTIONS": "1", "QUERY_STATEMENT_MS_MAX": "30000", "QUERY_WAIT_MS_MAX": "10000", "QUERY_POLL_MS": "100"}  # fmt: skip


@pytest.fixture
def crowded(postgres, tmp_path) -> Iterator[tuple[databases.Database, functions.Function]]:
    """A query process that has KEPT in memory; its session is stuck, and somebody waits for it."""
    with databases.fresh(postgres, f"query_{uuid4().hex[:12]}") as database:
        query = functions.start_function("query", {"DATABASE_URL": database.query, **ONE_SESSION}, tmp_path)
        try:
            for _ in range(2):
                assert ask(query, KEPT).status_code == 200
            with movies_locked(database), ThreadPoolExecutor() as callers:
                for path in (STUCK, WAITING):
                    callers.submit(ask, query, path)
                wait_until(lambda: "\nquery_database_requests_waiting 1.0" in ask(query, "/metrics").text, 5)
                time.sleep(2 * STANDING_SECONDS)
                yield database, query
        finally:
            query.stop()


@contextmanager
def movies_locked(database: databases.Database) -> Iterator[None]:
    with closing(psycopg2.connect(database.owner)) as connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLE movies IN ACCESS EXCLUSIVE MODE")
        yield


def ask(query: functions.Function, path: str, method: str = "GET") -> requests.Response:
    return requests.request(method, query.url + path, timeout=8)


def test_who_comes_late_is_told_at_once(crowded):
    _, query = crowded
    refused = ask(query, LATE)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert refused.json()["title"] == "Service unavailable"
    assert ask(query, LATE, "HEAD").status_code == 503
    assert (
        'query_requests_total{cache="none",route="listMovies",status="503"} 2.0'
        in ask(query, "/metrics").text
    )


def test_what_needs_no_session_goes_on(crowded):
    _, query = crowded
    assert ask(query, KEPT).status_code == 200
    assert ask(query, "/health/readiness").status_code == 200
    assert ask(query, "/status").status_code == 200
    assert ask(query, "/nowhere").status_code == 404


def test_what_is_in_memory_goes_out_marked_where_a_newer_answer_cannot_be_had(crowded):
    database, query = crowded
    label = ask(query, "/status").json()["data_version"]
    database.rows("UPDATE data_version SET version = version + 1, changed_at = now()")
    wait_until(lambda: ask(query, "/status").json()["data_version"] != label, 5)
    older = ask(query, KEPT)
    assert (older.status_code, older.headers["ETag"]) == (200, f'"{label}"')
    assert older.headers["Warning"].startswith("110")
