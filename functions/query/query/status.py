"""Answers about the service itself: probes and /status. Never cached, never from the database."""

from __future__ import annotations

import json

from query.answers import Answer
from query.errors import DatabaseAway
from query.versions import Versions

NOT_CACHED = [("Cache-Control", "no-store")]


def status(operation: str, versions: Versions) -> Answer:
    """The answer of getLiveness, getReadiness or getStatus."""
    if operation == "getLiveness":
        return _json({"status": "up"})
    current, age = versions.current, versions.age_seconds
    if current is None or age is None:
        # Never seen the data: nothing could be answered. A database that goes
        # away later does not make a process unready, it has answers in memory.
        raise DatabaseAway
    if operation == "getReadiness":
        return _json({"status": "ready"})
    return _json(
        {
            "data_version": current.label,
            "movies": current.movies,
            "files": current.files,
            "changed_at": current.changed_at,
            "age_seconds": round(age, 3),
            "stale": versions.is_stale,
        }
    )


def _json(document: dict[str, object]) -> Answer:
    return Answer(200, json.dumps(document).encode(), headers=NOT_CACHED)
