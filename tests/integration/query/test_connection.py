"""Connections as callers make them, well and badly: raw bytes to the real server."""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from query.connection import FIELDS_MAX, REQUEST_BYTES_MAX, TAKE_SECONDS_MAX

from local.ports import HOST
from tests.support.sockets import talk
from tests.support.waiting import wait_until

GET = b"GET %b HTTP/1.1\r\nHost: movies\r\n%b\r\n"
CLOSE = b"Connection: close\r\n"


@pytest.fixture(scope="module")
def place(query):
    parts = urlsplit(query("/status").url)
    return parts.hostname or HOST, parts.port


def statuses(received: bytes) -> list[int]:
    return [int(each) for each in re.findall(rb"HTTP/1\.1 (\d{3}) [A-Z]", received)]


def test_requests_sent_together_are_answered_in_their_order(place):
    paths = [b"/movies?genre=drama&limit=1", b"/status", b"/nothing", b"/movies?genre=drama&limit=1"]
    received = talk(place, b"".join(GET % (path, b"") for path in paths) + GET % (b"/movies?yer=1", CLOSE))
    assert statuses(received) == [200, 200, 404, 200, 400]


def test_a_request_may_come_in_pieces(place):
    with closing(socket.create_connection(place, 5)) as connection:
        for byte in GET % (b"/movies/name/Am%C3%A9lie", CLOSE):
            connection.sendall(bytes([byte]))
        received = b""
        while more := connection.recv(65536):
            received += more
    assert statuses(received) == [200]
    assert "Amélie".encode() in received


def test_a_caller_that_has_sent_all_still_gets_its_answer(place):
    with closing(socket.create_connection(place, 5)) as connection:
        connection.sendall(GET % (b"/movies?genre=noir&limit=3", b""))
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while more := connection.recv(65536):
            received += more
    assert statuses(received) == [200]


def test_who_offers_to_change_the_protocol_is_answered_in_this_one(place):
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
    received = talk(place, GET % (b"/status", upgrade) + GET % (b"/status", CLOSE))
    assert statuses(received) == [200, 200]


def test_an_older_protocol_is_answered_and_the_connection_closed(place):
    received = talk(place, b"GET /movies?genre=drama HTTP/1.0\r\nAccept: application/x-ndjson\r\n\r\n")
    assert statuses(received) == [200]
    assert b"chunked" not in received
    assert not received.endswith(b"<still open>")


def test_the_absolute_form_names_the_same_path(place):
    assert statuses(talk(place, GET % (b"http://elsewhere/status", CLOSE))) == [200]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /status HTTP/1.1\r\n\r\n", 400),  # no Host
        (GET % (b"/status", b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), 400),
        (GET % (b"/status", b"Content-Length: 3\r\nContent-Length: 4\r\n"), 400),
        (GET % (b"/status", b"X-A\r\n: 1\r\n"), 400),
        (GET % (b"/status", b"x: 1\r\n" * (FIELDS_MAX + 1)), 431),
        (GET % (b"/status", b"x: " + b"1" * REQUEST_BYTES_MAX + b"\r\n"), 431),
        (GET % (b"/" + b"a" * 1_000_000, b""), 431),
        (GET % (b"/movies?name=" + b"a" * 10_000, CLOSE), 414),
        (b"POST /movies HTTP/1.1\r\nHost: m\r\nContent-Length: 99999999\r\n\r\n" + b"a" * 100_000, 413),
        (b"DELETE /movies HTTP/1.1\r\nHost: m\r\nConnection: close\r\n\r\n", 405),
        (GET % (b"/movies/name/%FF", CLOSE), 404),
        (GET % (b"/movies?name=%FF", CLOSE), 400),
        (GET % (b"/movies?name=\xff", CLOSE), 400),
        (GET % (b"/movies/name/%00", CLOSE), 400),
        (GET % (b"/../../etc/passwd", CLOSE), 404),
        (GET % (b"/movies?name=%0d%0aSet-Cookie:%20a", CLOSE), 200),
    ],
)
def test_what_cannot_be_served_is_a_problem_and_never_a_5xx(place, sent, status):
    received = talk(place, sent)
    assert statuses(received) == [status]
    head = received.partition(b"\r\n\r\n")[0].lower()
    assert status == 200 or b"application/problem+json" in head
    assert b"set-cookie" not in head


def test_more_requests_than_fit_into_the_line_end_the_connection(place):
    assert len(statuses(talk(place, GET % (b"/movies?genre=war&limit=2", b"") * 500))) < 500


def _trickle(place, head: bytes, drop: bytes) -> float:
    """Seconds until the server ends a connection on which a byte comes now and then."""
    with closing(socket.create_connection(place, 30)) as connection:
        started = time.monotonic()
        connection.sendall(head)
        try:
            while time.monotonic() - started < 30:
                connection.sendall(drop)
                time.sleep(0.5)
        except OSError:
            pass
        return time.monotonic() - started


def _read_slowly(place, _head: bytes, _drop: bytes) -> float:
    """Seconds until the server ends a connection that asks for much and takes nothing."""
    with closing(socket.socket()) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(30)
        connection.connect(place)
        started = time.monotonic()
        try:
            while time.monotonic() - started < 30:
                connection.sendall(GET % (b"/openapi.json", b""))
                time.sleep(0.02)
        except OSError:
            pass
        return time.monotonic() - started


def test_slow_callers_are_cut_and_others_do_not_notice(place, query):
    slow = [
        (_trickle, b"GET /status HTTP/1.1\r\nHost: m\r\n", b"x: 1\r\n"),
        (_trickle, b"POST /status HTTP/1.1\r\nHost: m\r\nContent-Length: 9000\r\n\r\n", b"a"),
        (_read_slowly, b"", b""),
    ]
    with ThreadPoolExecutor(len(slow)) as threads:
        running = [threads.submit(kind, place, head, drop) for kind, head, drop in slow]
        while not all(each.done() for each in running):
            assert query("/movies?genre=drama&limit=2").status_code == 200
            time.sleep(0.2)
        for each in running:
            assert each.result() < TAKE_SECONDS_MAX * 2
    assert "query_connections" in query("/metrics").text


def test_who_takes_nothing_is_let_go_also_where_the_system_keeps_all_that_was_written(place, query):
    def connections():
        line = next(
            line for line in query("/metrics").text.splitlines() if line.startswith("query_connections ")
        )
        return float(line.split()[1])

    before = connections()
    with closing(socket.socket()) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(place)
        connection.sendall(GET % (b"/openapi.json", b"") * 30)
        wait_until(lambda: connections() > before, 5)
        wait_until(lambda: connections() <= before, TAKE_SECONDS_MAX * 2)


def test_a_process_that_is_told_to_end_still_answers_and_says_to_go_elsewhere(database, start_function):
    function = start_function("query", {"DATABASE_URL": database.query, "QUERY_DRAIN_MS": "1500"})
    place = HOST, int(urlsplit(function.url).port or 0)
    with closing(socket.create_connection(place, 5)) as connection:
        connection.sendall(GET % (b"/status", b""))
        assert b"connection: close" not in connection.recv(65536)
        function.process.terminate()
        time.sleep(0.3)
        connection.sendall(GET % (b"/status", b""))
        answer = connection.recv(65536)
    assert statuses(answer) == [200]
    assert b"connection: close" in answer
    assert statuses(talk(place, GET % (b"/status", b""))) == [200], "those who still come are answered"
    assert function.process.wait(10) == 0
