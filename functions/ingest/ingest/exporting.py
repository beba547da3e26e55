"""Spans to a collector: OTLP over HTTP, in JSON, a batch a second, by a thread that nobody waits for."""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

Span = dict[str, Any]  # as OTLP's JSON has it
SPANS_MAX = 4096  # that wait; the oldest go first
BATCH_MAX = 512
PAUSE_SECONDS = 1.0
SECONDS_MAX = 5


class Exporter:
    """Takes spans from any thread. What cannot be sent is dropped: a trace is no reason to keep anything waiting."""

    def __init__(self, endpoint: str, service: str) -> None:
        self._url = urlsplit(endpoint)
        self._service = service
        self._spans: deque[Span] = deque(maxlen=SPANS_MAX)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="traces", daemon=True)
        self._thread.start()

    def add(self, span: Span) -> None:
        """Let a span be sent, some time later."""
        self._spans.append(span)

    def close(self) -> None:
        """Send what waits, and end."""
        self._closing.set()
        self._thread.join(2 * SECONDS_MAX)

    def _run(self) -> None:
        failing = False
        while not self._closing.wait(PAUSE_SECONDS) or self._spans:
            while batch := [self._spans.popleft() for _ in range(min(BATCH_MAX, len(self._spans)))]:
                sent = self._send(batch)
                if not sent and not failing:
                    log.warning("the collector of traces does not take them; they are dropped")
                failing = not sent
            if failing and self._closing.is_set():
                return

    def _send(self, spans: list[Span]) -> bool:
        name = {"key": "service.name", "value": {"stringValue": self._service}}
        scope = {"scope": {"name": self._service}, "spans": spans}
        body = {"resourceSpans": [{"resource": {"attributes": [name]}, "scopeSpans": [scope]}]}
        kind = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        connection = kind(self._url.hostname or "", self._url.port, timeout=SECONDS_MAX)
        try:
            path, headers = self._url.path.rstrip("/") + "/v1/traces", {"Content-Type": "application/json"}
            connection.request("POST", path, json.dumps(body), headers)
            return connection.getresponse().status < 300
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
