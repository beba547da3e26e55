"""Requests leave nothing that only the garbage collector would find: it does not run, for it would stop the loop."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from local.ports import HOST, free_port
from tests.support import databases, functions, littering
from tests.support.filling import fill
from tests.support.many import fill_with_many
from tests.support.sample import SAMPLE
from tests.support.sockets import talk
from tests.support.waiting import wait_until

# One session and short waits, so that each kind of refusal comes soon; traces that nobody takes.
SHORT = {"QUERY_CONNECTIONS": "1", "QUERY_WAIT_MS_MAX": "100", "QUERY_STATEMENT_MS_MAX": "300", "OTEL_TRACES_SAMPLER_ARG": "1"}  # fmt: skip
# Two alike, which share one reading.
ASKED = (
    "/movies?limit=1", "/movies?limit=1", "/movies?limit=2", "/movies?limit=x", "/movies?q=ludlow&count=true",
    "/movies/year/1995", "/movies/name/Nobody", "/movies?cursor=x", "/suggest?q=a", "/facets", "/facets?genre=drama",
    "/nowhere", "/status", "/metrics", "/health/readiness", "/", "/docs", "/openapi.json", "/openapi.yaml",
)  # fmt: skip


class Littering:
    """A query function, and what it has left."""

    def __init__(self, query: functions.Function, file: Path) -> None:
        self._query, self._file = query, file
        self.url = query.url

    def left(self) -> dict[str, int]:
        """Types and how many objects of each only the collector finds, since the time before."""
        self._file.unlink(missing_ok=True)
        self._query.process.send_signal(signal.SIGUSR1)
        wait_until(self._file.exists, 10)
        found: dict[str, int] = json.loads(self._file.read_text())
        return found

    def ask(self, more: str = "", **headers: str) -> set[int]:
        """All kinds of questions at once, with `more` in their query strings; the statuses."""

        def one(path: str) -> int:
            path += ("&" if "?" in path else "?") + more if more else ""
            return requests.get(self.url + path, headers=headers, timeout=10).status_code

        with ThreadPoolExecutor(len(ASKED)) as callers:
            return set(callers.map(one, ASKED))

    @property
    def place(self) -> tuple[str, int]:
        return HOST, int(self.url.rpartition(":")[2])

    def send(self, data: bytes) -> None:
        """Send these bytes, take what comes until a moment of nothing, and go away."""
        talk(self.place, data, 0.3)


@pytest.fixture
def littering_query(postgres, aws, tmp_path) -> Iterator[tuple[databases.Database, Littering]]:
    with databases.fresh(postgres, "litter") as database:
        fill(aws, database, tmp_path, "litter", {"sample": SAMPLE.read_bytes()})
        file = tmp_path / "litter.json"
        environment = {
            "DATABASE_URL": database.query,
            "LITTER": str(file),
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{HOST}:{free_port()}",
            **SHORT,
        }
        query = functions.start_function("query", environment, tmp_path, arguments=[littering.__file__])
        try:
            yield database, Littering(query, file)
        finally:
            query.stop()


def test_no_request_leaves_garbage(littering_query):
    _, query = littering_query
    query.ask()  # what is made once may leave something, once
    query.left()

    assert query.ask() == {200, 400, 404}
    assert query.ask("fields=title") >= {200, 400}
    assert query.left() == {}

    for accept in ("application/x-ndjson", "text/csv", "application/json;q=0.1, text/html", "image/png"):
        query.ask(**{"Accept": accept, "Accept-Encoding": "gzip", "If-None-Match": "*"})
    assert query.left() == {}

    query.send(b"GET /movies HT")
    query.send(b"nonsense\r\n\r\n")
    query.send(b"GET /movies HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n")
    query.send(b"HEAD /movies HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" * 40)
    query.send(b"GET /movies HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 40_000)
    query.send(b"GET /movies HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\n\r\n")
    assert query.left() == {}


def test_nor_does_a_refusal(littering_query):
    database, query = littering_query
    query.ask("name=first")
    query.left()
    with database.movies_locked():
        assert 503 in query.ask("name=stuck")
    assert query.left() == {}
    database.end_sessions()
    query.ask("name=ended")
    database.end_sessions(for_good=True)
    assert 503 in query.ask("name=away")
    assert query.left() == {}


def test_nor_does_a_stream(littering_query):
    database, query = littering_query
    fill_with_many(database, 5000, 3000)
    lines = {"Accept": "application/x-ndjson", "Accept-Encoding": "gzip"}
    assert requests.get(f"{query.url}/movies", headers=lines, timeout=30).ok
    query.left()
    assert requests.get(f"{query.url}/movies", headers=lines, timeout=30).ok
    assert query.left() == {}
    asked = b"GET /movies HTTP/1.1\r\nHost: a\r\nAccept: application/x-ndjson\r\n\r\n"
    with socket.create_connection(query.place, timeout=5) as caller:
        caller.sendall(asked)  # and goes away in the middle of it
        assert caller.recv(12) == b"HTTP/1.1 200"
    with socket.create_connection(query.place, timeout=5) as caller:
        caller.sendall(asked)
        assert caller.recv(12) == b"HTTP/1.1 200"
        database.end_sessions()
        with suppress(ConnectionError):  # what is broken off is reset
            while caller.recv(1 << 16):
                pass
    wait_until(lambda: requests.get(f"{query.url}/movies?limit=9", timeout=5).ok, 5)
    assert query.left() == {}
