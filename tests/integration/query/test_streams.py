"""NDJSON of everything: of one snapshot, no faster than it is taken, and never cut short unseen."""

import json
import socket
import subprocess
import time
from contextlib import closing
from urllib.parse import urlsplit

import psycopg2
import pytest
import requests

from tests.support import databases, functions
from tests.support.many import fill_with_many
from tests.support.waiting import wait_until

MANY = 8_000
EXTRACT_CHARACTERS = 3000
SESSIONS = 5  # four for requests, one that follows the data version
COUNT_SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'movie-query'"
END_STREAMS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'movie-query' AND state <> 'idle'"""


@pytest.fixture
def many(served):
    """The movies and the function, once no stream is left of the test before."""
    wait_for_sessions(served[0], SESSIONS)
    return served


@pytest.fixture(scope="module")
def served(postgres, run_folder):
    """Some 24 MB of movies; the tests leave them as they are."""
    folder = run_folder / "query-streams"
    folder.mkdir()
    with databases.fresh(postgres, "query_streams") as database:
        fill_with_many(database, MANY, EXTRACT_CHARACTERS)
        environment = {"DATABASE_URL": database.query, "QUERY_POLL_MS": "100", "QUERY_STREAMS_MAX": "1"}
        started = functions.start_function("query", environment, folder)
        yield database, started
        started.stop()


def begin(url: str) -> socket.socket:
    """A caller that asks for everything and takes next to nothing."""
    address = urlsplit(url)
    caller = socket.socket()
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
    caller.settimeout(20)
    caller.connect((address.hostname, address.port))
    caller.sendall(b"GET /movies HTTP/1.1\r\nHost: x\r\nAccept: application/x-ndjson\r\n\r\n")
    assert caller.recv(12) == b"HTTP/1.1 200"
    return caller


def read_to_the_end(caller: socket.socket) -> bytes:
    received = bytearray()
    while not received.endswith(b"\r\n0\r\n\r\n") and (chunk := caller.recv(1 << 20)):
        received += chunk
    return bytes(received)


def memory_bytes(function) -> int:
    """What the function's processes hold."""
    listed = subprocess.run(["ps", "-axo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True)
    rows = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    return sum(rss for pid, parent, rss in rows if function.process.pid in (pid, parent)) * 1024


def wait_for_sessions(database, number: int) -> None:
    wait_until(lambda: database.rows(COUNT_SESSIONS) == [(number,)], 20)


def test_everything_arrives_once_and_in_order(many):
    _, query = many
    answer = requests.get(f"{query.url}/movies", headers={"Accept": "application/x-ndjson"}, timeout=60)
    titles = [json.loads(line)["title"] for line in answer.content.split(b"\n")[:-1]]
    assert titles == [f"film {number:06}" for number in range(1, MANY + 1)]


def test_a_slow_caller_holds_a_session_and_no_memory_and_one_that_goes_frees_it(many):
    database, query = many
    before = memory_bytes(query)
    caller = begin(query.url)
    wait_for_sessions(database, SESSIONS + 1)
    busy = requests.get(f"{query.url}/movies", headers={"Accept": "application/x-ndjson"}, timeout=10)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "1")
    assert requests.get(f"{query.url}/movies?limit=1", timeout=10).status_code == 200
    time.sleep(1)
    assert memory_bytes(query) - before < MANY * EXTRACT_CHARACTERS * 0.7
    caller.close()
    wait_for_sessions(database, SESSIONS)


def test_a_stream_is_of_one_snapshot(many):
    database, query = many
    last = f"film {MANY:06}"
    with closing(begin(query.url)) as caller:
        database.rows("UPDATE movies SET doc = replace(doc, ' 1950', ' 1951') WHERE title_key = %s", last)
        received = read_to_the_end(caller)
    database.rows("UPDATE movies SET doc = replace(doc, ' 1951', ' 1950') WHERE title_key = %s", last)
    assert last.encode() in received
    assert b" 1951" not in received


def test_a_stream_that_breaks_off_does_not_look_whole(many):
    database, query = many
    with (
        closing(begin(query.url)) as caller,
        closing(psycopg2.connect(database.superuser)) as admin,
        admin.cursor() as cursor,
    ):
        cursor.execute(END_STREAMS)
        assert cursor.fetchall()
        try:
            received = read_to_the_end(caller)
        except ConnectionError:
            return
        assert not received.endswith(b"0\r\n\r\n")
