"""Requests leave nothing that only the garbage collector finds: it stops the loop while it looks through all that is young."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import FrameType

import psycopg2
import pytest
import requests
import uvloop
from query.server import Server
from query.settings import Settings

from local.ports import HOST, free_port
from tests.support.waiting import wait_until

# One session and short waits, so that each kind of refusal comes soon.
SHORT = {"QUERY_CONNECTIONS": "1", "QUERY_WAIT_MS_MAX": "100", "QUERY_STATEMENT_MS_MAX": "300", "QUERY_DRAIN_MS": "0"}  # fmt: skip
# Two alike, which share one reading.
ASKED = ("/movies?limit=1", "/movies?limit=1", "/movies?limit=2", "/movies?limit=x", "/nowhere", "/status")


@pytest.fixture
def left() -> Iterator[list[object]]:
    """All that the collector finds within the test once the query function has ended, filled at the end."""
    thresholds = gc.get_threshold()
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield gc.garbage
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def test_answers_and_refusals_leave_no_garbage(database, left):
    environment = {"DATABASE_URL": database.query, "HOST": HOST, "PORT": str(free_port()), **SHORT}
    loop = uvloop.new_event_loop()
    with closing(loop):
        statuses = loop.run_until_complete(serve(Settings.from_environment(environment), database))
    assert set(statuses) == {200, 400, 404, 503}
    gc.collect()
    assert [describe(each) for each in left if is_of_query(each)] == []


async def serve(settings: Settings, database) -> list[int]:
    server = asyncio.create_task(Server(settings).run())
    statuses = await asyncio.to_thread(ask, f"http://{HOST}:{settings.port}", database)
    os.kill(os.getpid(), signal.SIGTERM)
    await server
    return statuses


def ask(url: str, database) -> list[int]:
    """All kinds of requests, in good times, while the session is stuck, and after it was ended."""
    wait_until(lambda: answers(url), 10)
    statuses = burst(url)
    with movies_locked(database):
        statuses += burst(url, "&name=stuck")
    with closing(psycopg2.connect(database.superuser)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'movie_query'")
    statuses += burst(url, "&name=ended")
    with socket.create_connection((HOST, int(url.rpartition(":")[2]))) as connection:
        connection.sendall(b"GET /movies HT")  # and goes away
    return statuses


def burst(url: str, more: str = "") -> list[int]:
    """The statuses of what is asked at once."""

    async def one(path: str) -> int:
        whole = url + path + (more if "?" in path else "")
        return (await asyncio.to_thread(requests.get, whole, timeout=5)).status_code

    async def all_() -> list[int]:
        return await asyncio.gather(*map(one, ASKED))

    return asyncio.run(all_())


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/movies", timeout=5).ok
    except requests.ConnectionError:
        return False


@contextmanager
def movies_locked(database) -> Iterator[None]:
    with closing(psycopg2.connect(database.owner)) as connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLE movies IN ACCESS EXCLUSIVE MODE")
        yield


def is_of_query(found: object) -> bool:
    name = found.f_globals["__name__"] if isinstance(found, FrameType) else type(found).__module__
    return str(name).partition(".")[0] == "query"


def describe(found: object) -> str:
    return found.f_code.co_name if isinstance(found, FrameType) else type(found).__qualname__
