"""A receiver of events that answers as it is told."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """An HTTP server; `answers` are given in turn, the last for ever; `seen` is what came."""

    def __init__(self) -> None:
        self.answers: list[int] = [200]
        self.reply_headers: dict[str, str] = {}
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.hold = threading.Event()
        self.hold.set()
        self.most_at_once = self._now = 0
        lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                with lock:
                    outer.seen.append(({name.lower(): value for name, value in self.headers.items()}, body))
                    status = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                    outer._now += 1
                    outer.most_at_once = max(outer.most_at_once, outer._now)
                outer.hold.wait(10)
                with lock:
                    outer._now -= 1
                self.send_response(status)
                for name, value in outer.reply_headers.items():
                    self.send_header(name, value)
                body = b"{}" if outer.reply_headers else b""  # a Broker takes an event or nothing
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self.hold.set()
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()
