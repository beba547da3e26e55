"""More is asked than the database answers: what is in memory goes on, the rest is told at once, before any work."""

from __future__ import annotations

import select
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from query.line import STANDING_SECONDS

from local.postgres import Postgres
from tests.support import databases, functions
from tests.support.waiting import wait_until

KEPT, STUCK, WAITING, LATE = (f"/movies?limit={number}" for number in (1, 2, 3, 4))
# With one session and limits that nobody meets here, only the line itself can turn anyone away.
ONE_SESSION = {"QUERY_CONNECTIONS": "1", "QUERY_STATEMENT_MS_MAX": "30000", "QUERY_WAIT_MS_MAX": "10000", "QUERY_POLL_MS": "100"}  # fmt: skip


@pytest.fixture
def crowded(postgres, tmp_path) -> Iterator[tuple[databases.Database, functions.Function]]:
    """A query process that has KEPT in memory; its session is stuck, and somebody waits for it."""
    with stuck(postgres, tmp_path, STUCK, WAITING) as made:
        yield made


@contextmanager
def stuck(
    postgres: Postgres, folder: Path, *paths: str
) -> Iterator[tuple[databases.Database, functions.Function]]:
    """The same with these questions under way: the first has the session, the others wait, for long already."""
    with databases.fresh(postgres, f"query_{uuid4().hex[:12]}") as database:
        query = functions.start_function("query", {"DATABASE_URL": database.query, **ONE_SESSION}, folder)
        try:
            for _ in range(2):
                assert ask(query, KEPT).status_code == 200
            with database.movies_locked(), ThreadPoolExecutor() as callers:
                for path in paths:
                    callers.submit(ask, query, path)
                state = f"_busy 1.0|_waiting {len(paths) - 1}.0".split("|")
                wait_until(lambda: all(each in ask(query, "/metrics").text for each in state), 5)
                time.sleep(2 * STANDING_SECONDS)
                yield database, query
        finally:
            query.stop()


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


def test_of_many_who_come_in_one_moment_one_is_let_in(postgres, tmp_path):
    with stuck(postgres, tmp_path, STUCK) as (_, query), ExitStack() as opened:
        place = "127.0.0.1", int(query.url.rpartition(":")[2])
        waiting = [opened.enter_context(socket.create_connection(place)) for _ in range(20)]
        query.process.send_signal(signal.SIGSTOP)
        for number, connection in enumerate(waiting):
            connection.sendall(b"GET /movies?limit=%d HTTP/1.1\r\nHost: query\r\n\r\n" % (number + 10))
        query.process.send_signal(signal.SIGCONT)  # it reads all of them at once
        answered = []
        while len(answered) < 19:
            ready, _, _ = select.select(waiting, (), (), 5)
            assert ready, f"{len(answered)} were refused"
            for connection in ready:
                answered.append(connection.recv(65536).split(maxsplit=2)[1])
                waiting.remove(connection)
        assert set(answered) == {b"503"}
        assert "listMovies" not in query.log.read_text(), "what is refused after some work is logged"
        assert select.select(waiting, (), (), 0.1)[0] == []


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
