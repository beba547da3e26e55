"""Requests at a constant rate, whatever the server does; the time to the first byte of each.

A generator that waits for an answer before it sends the next request asks a
stalled server nothing, and so measures nothing of the stall. This one has a
timetable. A latency begins at the time a request was due, not when a connection
was free to send it, so whoever had to wait behind a stall counts with the wait.

`python -m tests.bench.openloop` reads a Plan as JSON from its standard input and
prints a Result as JSON. One process, one thread, plain sockets.
"""

from __future__ import annotations

import ctypes
import gc
import json
import select
import socket
import subprocess
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field

from tests.bench.histogram import Histogram
from tests.bench.response import Response

DRAIN_SECONDS_MAX = 2.0
REQUESTS_MAX = 2_000_000
_PR_SET_TIMERSLACK = 29


@dataclass(frozen=True)
class Plan:
    """What to send: `paths` in turn from `start` on, with `headers`, `rate` a second for `seconds`."""

    port: int
    paths: list[str]
    rate: float
    seconds: float
    start: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    connections: int = 16
    warm_seconds: float = 0.3
    host: str = "127.0.0.1"  # what the request calls the server; a gateway chooses by it


@dataclass
class Result:
    """Seconds to the first byte by bucket; requests by status; those never answered count as long as we waited."""

    counts: dict[int, int]
    statuses: dict[str, int]
    unanswered: int
    late_seconds_max: float  # how late we ourselves sent what could be sent: our own error

    @property
    def histogram(self) -> Histogram:
        return Histogram({int(bucket): count for bucket, count in self.counts.items()})


class _Connection:
    def __init__(self, port: int) -> None:
        self._port = port
        self.socket = self._connect()
        self.due: float | None = None
        self.response = Response()

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self._port), timeout=5)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        return connection

    def send(self, request: bytes, due: float) -> None:
        self.due, self.response = due, Response()
        try:
            self.socket.send(request)
        except OSError:  # closed by the server between two requests
            self.reconnect()
            self.socket.send(request)

    def reconnect(self) -> None:
        self.socket.close()
        self.socket = self._connect()


class _Run:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        lines = "".join(f"{name}: {value}\r\n" for name, value in plan.headers.items())
        tail = f" HTTP/1.1\r\nHost: {plan.host}\r\n{lines}\r\n"
        self._requests = [f"GET {path}{tail}".encode("ascii") for path in plan.paths]
        self._idle = deque(_Connection(plan.port) for _ in range(plan.connections))
        self._busy: dict[int, _Connection] = {}
        self._histogram = Histogram()
        self._statuses: dict[str, int] = {}
        self._late = 0.0
        self._sent = 0

    def go(self) -> Result:
        plan = self._plan
        count = min(int(plan.rate * (plan.warm_seconds + plan.seconds)), REQUESTS_MAX)
        self._begin = time.perf_counter() + 0.01
        self._first_counted = self._begin + plan.warm_seconds
        stop = self._begin + count / plan.rate + DRAIN_SECONDS_MAX
        while (now := time.perf_counter()) < stop:
            while self._idle and self._sent < count and (due := self._due(self._sent)) <= now:
                self._send(due, now)
            if self._sent == count and not self._busy:
                break
            self._wait(count, stop)
        return self._result(count)

    def _due(self, number: int) -> float:
        return self._begin + number / self._plan.rate

    def _send(self, due: float, now: float) -> None:
        connection = self._idle.popleft()
        if not self._busy:
            self._late = max(self._late, now - due)
        connection.send(self._requests[(self._plan.start + self._sent) % len(self._requests)], due)
        self._busy[connection.socket.fileno()] = connection
        self._sent += 1

    def _wait(self, count: int, stop: float) -> None:
        until = self._due(self._sent) if self._idle and self._sent < count else stop
        # select() takes microseconds; epoll would round up to a millisecond.
        ready, _, _ = select.select(list(self._busy), (), (), max(0.0, until - time.perf_counter()))
        now = time.perf_counter()
        for number in ready:
            self._receive(self._busy[number], now)

    def _receive(self, connection: _Connection, now: float) -> None:
        number = connection.socket.fileno()
        try:
            data = connection.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data and connection.due is not None:
            self._count(connection.due, now - connection.due)
            connection.due = None
        if not data:
            if connection.due is not None:
                self._count(connection.due, now - connection.due)
            self._note("closed")
        elif not connection.response.feed(data):
            return
        else:
            self._note(str(connection.response.status))
        del self._busy[number]
        if not data or connection.response.closes:
            connection.reconnect()
        self._idle.append(connection)

    def _count(self, due: float, seconds: float) -> None:
        if due >= self._first_counted:
            self._histogram.record(seconds)

    def _note(self, status: str) -> None:
        self._statuses[status] = self._statuses.get(status, 0) + 1

    def _result(self, count: int) -> Result:
        """Count what is still open, and what could never be sent, with the time it has waited so far."""
        now = time.perf_counter()
        open_ = [connection.due for connection in self._busy.values() if connection.due is not None]
        open_ += [self._due(number) for number in range(self._sent, count)]
        for due in open_:  # those of the warm-up too: they would still be waiting
            self._histogram.record(now - due)
        for connection in (*self._idle, *self._busy.values()):
            connection.socket.close()
        return Result(dict(self._histogram.counts), self._statuses, len(open_), self._late)


def run(plan: Plan) -> Result:
    """Run a plan in this process."""
    return _Run(plan).go()


def run_apart(plan: Plan) -> Result:
    """Run a plan in a process of its own, so that nothing else of ours delays it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.openloop"],
        input=json.dumps(asdict(plan)),
        capture_output=True,
        text=True,
        check=True,
        timeout=plan.warm_seconds + plan.seconds + DRAIN_SECONDS_MAX + 20,
    )
    return Result(**json.loads(done.stdout))


def main() -> None:
    plan = Plan(**json.load(sys.stdin))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_TIMERSLACK, 1)  # wake up on time, not up to 50 µs later
    gc.freeze()
    gc.disable()
    print(json.dumps(asdict(run(plan))))


if __name__ == "__main__":
    main()
