"""Structured logs: one JSON object a line, without bodies, tokens or connection strings."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from typing import Any

log = logging.getLogger("ingest")


class JsonFormatter(logging.Formatter):
    """Time, severity, message, and what the call passed as `extra={"fields": {...}}`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "severity": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)


def config(level: str) -> dict[str, Any]:
    """For logging.config.dictConfig, of this process and of the server's."""
    handler = {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}
    quiet = {"level": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "ingest.logs.JsonFormatter"}},
        "handlers": {"out": handler},
        "root": {"level": level.upper(), "handlers": ["out"]},
        "loggers": {
            "_granian": {"level": level.upper()},
            "granian.access": quiet,
            "botocore": quiet,
            "boto3": quiet,
            "urllib3": quiet,
        },
    }
