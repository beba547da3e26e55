"""The data version this process knows: what new answers are labelled with, how sure it is of it."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace

from query import sql
from query.database import Database, Statement
from query.errors import Unavailable

log = logging.getLogger(__name__)

DATA_VERSION = Statement("data_version", sql.text("data_version"), ())


@dataclass(frozen=True)
class DataVersion:
    """A row of the table data_version, and when it was read (time.monotonic)."""

    label: str
    changed_at: str
    movies: int
    files: int
    read_at: float


class Versions:
    """Polls the data version on a connection of its own, for as long as the process lives."""

    def __init__(self, dsn: str, poll_ms: int) -> None:
        self._database = Database(
            dsn, connections=1, waiters_max=1, wait_ms_max=poll_ms, statement_ms_max=max(poll_ms, 500)
        )
        self._poll_seconds = poll_ms / 1000
        self._stop = threading.Event()
        self.current: DataVersion | None = None
        self._thread = threading.Thread(target=self._poll, name="data-version", daemon=True)
        self._thread.start()

    @property
    def age_seconds(self) -> float | None:
        """Since the database last confirmed the version; None before it first did."""
        return None if self.current is None else time.monotonic() - self.current.read_at

    @property
    def is_stale(self) -> bool:
        """True when several polls in a row found no database: what is in memory may be behind."""
        age = self.age_seconds
        return age is None or age > 3 * self._poll_seconds + 0.5

    def observe(self, label: str) -> None:
        """A query's snapshot had this version: if it is the newer one, the poll is behind, not the query."""
        current = self.current
        if current is not None and label != current.label and _number(label) > _number(current.label):
            self.current = replace(current, label=label)

    def _poll(self) -> None:
        while not self._stop.is_set():
            try:
                label, changed_at, movies, files = self._database.run(DATA_VERSION)
                self.current = DataVersion(
                    label.decode(), changed_at.decode(), movies, files, time.monotonic()
                )
            except Unavailable:
                log.debug("the data version could not be read; its age tells")
            self._stop.wait(self._poll_seconds)

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)
        self._database.close()


def _number(label: str) -> int:
    return int(label.rpartition("-")[2])
