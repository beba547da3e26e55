"""The data version this process knows: what new answers are labelled with, how sure it is of it."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from query import sql
from query.database import Database
from query.errors import Unavailable
from query.session import Statement

log = logging.getLogger(__name__)

DATA_VERSION = Statement("data_version", sql.text("data_version"), ())
# A standby that is behind catches up; a database that stays behind for longer was restored.
BEHIND_SECONDS_MAX = 60
_LABEL = re.compile(r"([0-9a-f]{1,32})-([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True)
class DataVersion:
    """A row of the table data_version, and when it was read (time.monotonic)."""

    label: str
    changed_at: str
    movies: int
    files: int
    read_at: float


class Versions:
    """Polls the data version on a session of its own, for as long as the process lives."""

    def __init__(self, database: Database, poll_ms: int) -> None:
        self._database = database
        self._poll_seconds = poll_ms / 1000
        self.current: DataVersion | None = None
        self.on_change: Callable[[], None] | None = None

    def start(self) -> None:
        self._database.start()
        self._poller = asyncio.create_task(self._poll())

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
        if current is not None and is_older(current.label, label):
            self.current = replace(current, label=label)
            self._changed()

    async def _poll(self) -> None:
        while True:
            try:
                [(label, changed_at, movies, files)] = await self._database.run(DATA_VERSION)
            except Unavailable:
                log.debug("the data version could not be read; its age tells")
            else:
                self._take(DataVersion(label.decode(), changed_at.decode(), movies, files, time.monotonic()))
            await asyncio.sleep(self._poll_seconds)

    def _take(self, read: DataVersion) -> None:
        before, self.current = self.current, read
        if before is None or before.label == read.label:
            return
        if is_older(read.label, before.label) and read.read_at - before.read_at < BEHIND_SECONDS_MAX:
            self.current = before  # a standby that lags behind what was served already; its age grows
            return
        self._changed()

    def _changed(self) -> None:
        if self.on_change is not None:
            self.on_change()

    async def close(self) -> None:
        self._poller.cancel()
        await asyncio.wait([self._poller])
        await self._database.close()


def is_older(label: str | None, than: str | None) -> bool:
    """Whether a label, or an ETag with one, is of an earlier version of the same database; None is older than nothing."""
    if label is None or than is None or label == than:
        return False
    ours, theirs = _LABEL.search(label), _LABEL.search(than)
    return bool(ours and theirs and ours[1] == theirs[1] and int(ours[2]) < int(theirs[2]))
