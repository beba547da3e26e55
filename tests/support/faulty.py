"""A proxy before S3 that does to a share of the requests what networks and S3 do."""

from __future__ import annotations

import contextlib
import http.client
import random
import socket
import struct
import threading
import time
from collections import Counter
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

SLOW_DOWN = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
DENIED = b"<?xml version='1.0'?><Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>"
FAULTS = ("slow down", "internal error", "reset before", "reset within", "cut body", "slow body", "silence")
SILENCE_S = 3.0  # longer than the reader waits
# Linger for no time at all: closing sends RST and not FIN.
_AT_ONCE = struct.pack("ii", 1, 0)


class FaultyProxy(ThreadingHTTPServer):
    """Passes requests on to `target`; `share` of them meet one of `faults`, drawn with a seed.

    "denied" is drawn only where it is asked for: what S3 answers to credentials that have expired.
    `away` refuses everything by a reset. `seen` counts what was done.
    """

    daemon_threads = True

    def __init__(self, target: str, seed: int = 1) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = urlsplit(target).netloc
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.share = 0.0
        self.faults: tuple[str, ...] = FAULTS
        self.away = False
        self.seen: Counter[str] = Counter()
        self._random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever)
        self._thread.start()

    def close(self) -> None:
        """Take no more requests."""
        self.shutdown()
        self._thread.join(10)
        self.server_close()

    def draw(self) -> str:
        """What the next request meets."""
        with self._guard:
            fault = "none"
            if self.away:
                fault = "reset before"
            elif self._random.random() < self.share:
                fault = self._random.choice(self.faults)
            self.seen[fault] += 1
            return fault


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultyProxy

    def handle(self) -> None:
        # The other side may be killed, and a reset closes what the base class still reads.
        with contextlib.suppress(OSError, ValueError):
            super().handle()

    def finish(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            super().finish()

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65_537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        fault = self.server.draw()
        if fault == "slow down":
            self._answer(503, {"content-type": "application/xml"}, SLOW_DOWN)
        elif fault == "denied":
            self._answer(400, {"content-type": "application/xml"}, DENIED)
        elif fault == "internal error":
            self._answer(500, {}, b"")
        elif fault == "silence":
            time.sleep(SILENCE_S)
            self._reset()
        elif fault == "reset before":
            self._reset()
        else:
            self._forward(body, fault)

    def _forward(self, body: bytes, fault: str) -> None:
        with closing(http.client.HTTPConnection(self.server.target, timeout=60)) as upstream:
            upstream.request(self.command, self.path, body, dict(self.headers))
            answer = upstream.getresponse()
            content = answer.read()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        for name in ("transfer-encoding", "connection", "date", "server"):
            headers.pop(name, None)
        self._answer(answer.status, headers, content, fault)

    def _answer(self, status: int, headers: dict[str, str], content: bytes, fault: str = "") -> None:
        self.send_response(status)
        for name, value in ({"content-length": str(len(content))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if fault in ("cut body", "reset within") and content:
            self.wfile.write(content[: len(content) // 2])
            if fault == "reset within":
                self._reset()
            self.close_connection = True
        elif fault == "slow body":
            size = len(content) // 5 + 1
            for at in range(0, len(content), size):
                self.wfile.write(content[at : at + size])
                time.sleep(0.05)
        else:
            self.wfile.write(content)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass
