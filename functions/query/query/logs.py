"""Logs as JSON, one object a line. A request is told by its operation, never by what it asked for."""

from __future__ import annotations

import json
import logging
import re
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from query.application import Request

log = logging.getLogger("query.requests")
# W3C's traceparent: the trace, the span that asks, the flags.
TRACE_PARENT = re.compile(
    r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})", re.ASCII
)
REQUEST_ID_CHARACTERS_MAX = 128


class JsonFormatter(logging.Formatter):
    """time (UTC), level, logger, message, and what the record was given as `members`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "members", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


# For logging.config: every line of this process goes to standard output.
CONFIGURATION: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonFormatter}},
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}
    },
    "root": {"handlers": ["stdout"], "level": "INFO"},
}


def log_request(request: Request, status: int, operation: str, cache: str, seconds: float) -> None:
    """One line about a request: no query, no address, nothing that tells who asked for what."""
    members: dict[str, object] = {
        "method": request.method if request.method.isalpha() and len(request.method) < 10 else "other",
        "operation": operation,
        "status": status,
        "cache": cache,
        "first_byte_ms": round(seconds * 1000, 3),
    }
    if request.request_id.isprintable():
        members["request_id"] = request.request_id[:REQUEST_ID_CHARACTERS_MAX]
    trace = TRACE_PARENT.fullmatch(request.trace_parent)
    if trace:
        members |= {"trace_id": trace[1], "span_id": trace[2]}
    log.log(logging.WARNING if status >= 500 else logging.INFO, "request", extra={"members": members})
