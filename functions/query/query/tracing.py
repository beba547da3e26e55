"""Spans of answers, for whoever set OTEL_EXPORTER_OTLP_ENDPOINT; imported only then.

A span is made after its answer has gone: the answer knows when it was asked for
and when the database was read. W3C's traceparent says whose part it is.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping

from query.answers import Answer
from query.exporting import Exporter, Span
from query.logs import TRACE_PARENT
from query.metrics import PROBES

SERVER, CLIENT, ERROR = 2, 3, 2
_SAMPLED = 1


class Tracer:
    """share: of the requests that bring no trace, how many begin one (0 to 1); those that do are followed as they say."""

    def __init__(self, endpoint: str, share: float) -> None:
        self._exporter = Exporter(endpoint, "query")
        self._share = share
        self._owed = 0.0  # every so many begin one: no dice for those that do not
        # Answers are timed by a clock that only goes forward, and does not know the date.
        self._epoch = time.time() - time.perf_counter()

    def answered(self, trace_parent: str, answer: Answer, status: int, cache: str, seconds: float) -> None:
        """An answer has gone out: cache is hit, miss or none; seconds it took to its first byte."""
        if answer.route in PROBES:
            return
        given = TRACE_PARENT.fullmatch(trace_parent)
        if given is None:
            self._owed += self._share
            if self._owed < 1:
                return
            self._owed -= 1
            trace, parent = secrets.token_hex(16), ""
        elif int(given[3], 16) & _SAMPLED:
            trace, parent = given[1], given[2]
        else:
            return
        end = time.perf_counter()
        about: dict[str, str | int] = {"http.route": answer.route, "cache": cache}
        about["http.response.status_code"] = status
        mine = self._span(f"GET {answer.route}", SERVER, (end - seconds, end), about)
        mine |= {"traceId": trace, "parentSpanId": parent}
        if status >= 500:
            mine["status"] = {"code": ERROR}
        self._exporter.add(mine)
        if cache == "miss":
            read = self._span("read", CLIENT, answer.read, {"db.system.name": "postgresql"})
            self._exporter.add(read | {"traceId": trace, "parentSpanId": mine["spanId"]})

    def _span(self, name: str, kind: int, times: tuple[float, float], about: Mapping[str, str | int]) -> Span:
        begin, end = (str(int((self._epoch + each) * 1e9)) for each in times)
        return {
            "spanId": secrets.token_hex(8),
            "name": name,
            "kind": kind,
            "startTimeUnixNano": begin,
            "endTimeUnixNano": end,
            "attributes": [
                {
                    "key": key,
                    "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value},
                }
                for key, value in about.items()
            ],
        }

    def close(self) -> None:
        """Send what waits."""
        self._exporter.close()
