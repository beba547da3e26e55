"""A stand-in for a collector of traces: takes OTLP over HTTP in JSON, and keeps the spans."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.waiting import wait_until

Span = dict[str, Any]


class Collector:
    """Use it as a context; `url` is its endpoint."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, Span]] = []  # with the service that sent it
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert (self.path, self.headers["Content-Type"]) == ("/v1/traces", "application/json")
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                for resource in body["resourceSpans"]:
                    (name,) = resource["resource"]["attributes"]
                    assert name["key"] == "service.name"
                    for scope in resource["scopeSpans"]:
                        collector.spans += [(name["value"]["stringValue"], span) for span in scope["spans"]]
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Collector:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def of(self, trace: str, count: int) -> dict[str, tuple[str, Span]]:
        """The spans of a trace by their names, once there are so many."""
        wait_until(lambda: len(self._of(trace)) >= count, 15)
        found = self._of(trace)
        assert len(found) == count, found
        return {span["name"]: (service, span) for service, span in found}

    def _of(self, trace: str) -> list[tuple[str, Span]]:
        return [(service, span) for service, span in self.spans if span["traceId"] == trace]
