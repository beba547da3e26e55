"""The generator is honest: a stall counts for every request that was due in it."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.bench.histogram import Histogram
from tests.bench.openloop import Plan, run
from tests.bench.response import Response

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class _Stub(socketserver.ThreadingTCPServer):
    """Answers at once, but for `stall_seconds` from the request with the number `stall_at` on."""

    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def __init__(self, stall_at: int, stall_seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.stall_at, self.stall_seconds = stall_at, stall_seconds
        self.served = 0
        self.guard = threading.Lock()


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, _Stub)
        while self.request.recv(4096):
            with server.guard:  # held through the stall: the whole server stands still
                server.served += 1
                if server.served == server.stall_at:
                    time.sleep(server.stall_seconds)
            self.request.sendall(ANSWER)


@contextmanager
def stub(*, stall_at: int = 0, stall_seconds: float = 0.0) -> Iterator[int]:
    with _Stub(stall_at, stall_seconds) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join(5)


def plan(port: int, seconds: float = 1.0) -> Plan:
    return Plan(port, ["/"], rate=100, seconds=seconds, connections=2, warm_seconds=0)


def test_every_request_due_during_a_stall_counts_with_its_wait() -> None:
    """40 requests are due in a stall of 0.4 s although two connections can only hold two of them."""
    with stub(stall_at=30, stall_seconds=0.4) as port:
        result = run(plan(port))
    histogram = result.histogram
    assert histogram.total == 100
    # Each waited for what was left of the stall when it was due: half of the 40 at least 0.2 s.
    assert histogram.quantile(0.80) >= 0.18
    assert histogram.quantile(0.99) >= 0.35
    assert result.statuses == {"200": 100}


def test_a_server_that_never_answers_again_counts_as_waiting() -> None:
    with stub(stall_at=10, stall_seconds=30) as port:
        result = run(plan(port, seconds=0.3))
    assert result.unanswered >= 20
    assert result.histogram.total == 30
    assert result.histogram.quantile(0.5) > 1


def test_without_a_stall_all_is_quick() -> None:
    with stub() as port:
        result = run(plan(port, seconds=0.5))
    assert (result.histogram.total, result.unanswered) == (50, 0)
    assert result.histogram.quantile(0.5) < 0.1


def test_a_quantile_is_right_within_one_percent() -> None:
    histogram = Histogram()
    for microseconds in range(1, 10_001):
        histogram.record(microseconds / 1e6)
    assert histogram.quantile(0.99) == pytest.approx(0.0099, rel=0.011)
    assert histogram.quantile(0.5) == pytest.approx(0.005, rel=0.011)


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (ANSWER, b"ok"),
        (b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", b""),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n3;x=y\r\n123\r\n0\r\n\r\n",
            b"ok123",
        ),
    ],
)
def test_the_end_of_an_answer_is_found_however_it_is_cut(answer: bytes, body: bytes, size: int) -> None:
    response = Response(keep=True)
    pieces = [answer[at : at + size] for at in range(0, len(answer), size)]
    done = [response.feed(piece) for piece in pieces]
    assert done == [False] * (len(pieces) - 1) + [True]
    assert response.body == body
