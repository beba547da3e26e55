"""The Broker's address for those who send events to it: what K_SINK names."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from local.ports import HOST
from local.road.broker import Broker
from local.road.event import from_message

_AT_ONCE_MAX = 64
_BYTES_MAX = 1 << 20


def serve(broker: Broker, port: int) -> ThreadingHTTPServer:
    """Take events at this port, in threads of their own, until the server is shut down."""
    room = threading.BoundedSemaphore(_AT_ONCE_MAX)

    class Handler(BaseHTTPRequestHandler):
        """Answers when the delivery is over, with its retries, as the in-memory Broker does."""

        timeout = 60

        def do_POST(self) -> None:
            size = self.headers.get("content-length", "")
            if not size.isdigit() or int(size) > _BYTES_MAX:
                self._answer(413)
                return
            event = from_message(dict(self.headers), self.rfile.read(int(size)))
            if event is None:
                self._answer(400)
            elif not room.acquire(blocking=False):
                self._answer(503)
            else:
                try:
                    self._answer(202 if broker.deliver(event) else 503)
                finally:
                    room.release()

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    server = ThreadingHTTPServer((HOST, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="ingress", daemon=True).start()
    return server
