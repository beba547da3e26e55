"""What is measured at the moment that it is asked for, beside what metrics.py counts."""

from __future__ import annotations

from query.cache import Cache
from query.database import Database
from query.versions import Versions

Gauge = tuple[str, str, float]  # name, help, value


def gauges(database: Database, cache: Cache, versions: Versions) -> list[Gauge]:
    """The pool, the cache, and the data that is served."""
    ready, busy, waiting = database.sessions
    measured: list[Gauge] = [
        ("query_database_sessions_ready", "Sessions that no request uses", ready),
        ("query_database_sessions_busy", "Sessions that a request uses", busy),
        ("query_database_requests_waiting", "Requests that wait for a session", waiting),
        ("query_cache_bytes", "Size of the answers in memory", cache.bytes_used),
        ("query_cache_answers", "Number of answers in memory", len(cache)),
        ("query_stale", "1 while answers may be behind the database", versions.is_stale),
    ]
    current, age = versions.current, versions.age_seconds
    if current is not None and age is not None:
        number = int(current.label.rpartition("-")[2])
        measured += [
            ("query_data_version", "The data version that is served", number),
            ("query_data_age_seconds", "Since the database last confirmed the data version", age),
            ("query_movies", "Movies that are served", current.movies),
        ]
    return measured
