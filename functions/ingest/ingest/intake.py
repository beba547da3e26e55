"""From a change of a key to rows: the bucket is asked what is there, the ledger what is known."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from ingest import dead_letters, ledger, tracing
from ingest.database import Connection, Database, claimed, transaction, translated
from ingest.errors import (
    Busy,
    DatabaseSlow,
    FileRefused,
    ForeignBucket,
    ObjectChanged,
    ObjectGone,
    StorageAway,
)
from ingest.events import Change
from ingest.ledger import FileRow
from ingest.publishing import Staged, publish, remove, touch
from ingest.reading import Reading
from ingest.records import Splitter
from ingest.settings import Settings
from ingest.staging import stage
from ingest.storage import Found, Storage

_POSTGRESQL = {"db.system.name": "postgresql"}
DECIDED = ("stored", "duplicate", "superseded", "failed")


@dataclass(frozen=True)
class Outcome:
    """What became of a change. `state` is one of the ledger's, "in progress" or "ignored"."""

    change: Change
    state: str
    version: str | None = None
    file_id: int | None = None
    committed: bool = False  # its movies were published by this call
    counts: dict[str, int] = field(default_factory=dict)
    data_version: int | None = None


class Intake:
    """Takes changes, from any number of threads.

    An event only says that a key may have changed: what counts is what the bucket holds
    now. So an event may be lost, doubled, late or out of order.
    """

    def __init__(self, settings: Settings, database: Database, storage: Storage) -> None:
        self.settings = settings
        self.database = database
        self.storage = storage
        self._places = threading.BoundedSemaphore(settings.files_at_once_max)

    def take(self, change: Change, again: bool = False) -> Outcome:
        """Make the database agree with what the bucket holds under the change's key.

        `again` reads and stores anew what the ledger has already decided. Raises Refused
        (in the ledger by then) and Unavailable.
        """
        if change.bucket != self.storage.bucket:
            raise ForeignBucket(f"Files come from the bucket {self.storage.bucket!r}, not {change.bucket!r}.")
        if change.key.endswith("/"):
            return Outcome(change, "ignored")  # a folder, as consoles make them
        with (
            self.database.connection() as connection,
            claimed(connection, change.bucket, change.key, change.version or "") as mine,
        ):
            if not mine:
                return Outcome(change, "in progress", change.version)
            if change.removed:
                return self._removed(connection, change)
            return self._created(connection, change, again)

    def _created(self, connection: Connection, change: Change, again: bool) -> Outcome:
        row = self._row(connection, change, change.version)
        if row and not again and row.state in DECIDED and ledger.not_after(change.sequencer, row.sequencer):
            return _repeat(change, row)
        try:
            found = self.storage.look(change.key)
            if not _same(change, found):
                return self._stale(connection, change)
            row = self._row(connection, change, found.version)
            if row and not again and row.content_id is not None:
                return self._seen_again(connection, change, row, found)
            if row and not again and row.state == "failed" and row.last_modified == found.last_modified:
                return _repeat(change, row)
            return self._store(connection, change, found, again)
        except ObjectChanged:
            return self._stale(connection, change)
        except ObjectGone:
            return self._gone(connection, change)

    def _store(self, connection: Connection, change: Change, found: Found, again: bool) -> Outcome:
        with self._place():
            with transaction(connection) as cursor:
                file_id = ledger.receive(cursor, change, found)
            try:
                with translated():
                    outcome = self._read(connection, change, found, file_id, again)
            except FileRefused as refusal:
                with transaction(connection) as cursor:
                    ledger.fail(cursor, file_id, refusal.detail)
                raise FileRefused(refusal.detail, file=file_id, key=change.key) from None
            except (DatabaseSlow, StorageAway) as error:
                with transaction(connection) as cursor:
                    ledger.break_off(cursor, file_id, error.detail)
                raise
        # A removal that was handled before this commit saw nothing to remove: is the object still there?
        self.storage.look(change.key)
        return outcome

    def _read(
        self, connection: Connection, change: Change, seen: Found, file_id: int, again: bool
    ) -> Outcome:
        if seen.size_bytes > self.settings.object_bytes_max:
            raise FileRefused(f"the object has more than {self.settings.object_bytes_max} bytes")
        with tracing.span("transaction", tracing.CLIENT, **_POSTGRESQL), transaction(connection) as cursor:
            with tracing.span("read"), self.storage.opened(seen) as (found, chunks):
                reading = Reading(chunks, self.settings)
                counts = stage(cursor, Splitter(reading.pieces(), self.settings), self.settings)
            file = Staged(file_id, change.bucket, found, change.sequencer, reading.sha256, counts)
            with tracing.span("publish"):
                published = publish(cursor, file, lambda: self._still_there(found), anew=again)
        return Outcome(
            change,
            published.state,
            found.version,
            file_id,
            committed=published.state != "superseded",
            counts={
                "entries": counts.entries,
                "stored": counts.stored,
                "merged": counts.merged,
                "rejected": counts.rejected,
            },
            data_version=published.data_version,
        )

    def _seen_again(self, connection: Connection, change: Change, row: FileRow, found: Found) -> Outcome:
        """The very bytes that the key gives already: there is nothing to read."""
        later = None if ledger.not_after(change.sequencer, row.sequencer) else change.sequencer
        with transaction(connection) as cursor:
            if row.state == "removed" or row.last_modified != found.last_modified:
                touch(cursor, row.id, found, later)
            elif later:
                ledger.adopt(cursor, row.id, later)
        return _repeat(change, row)

    def _removed(self, connection: Connection, change: Change) -> Outcome:
        """An object was deleted, or a version of it: what does the bucket hold under the key now?"""
        with transaction(connection) as cursor:
            current = ledger.current(cursor, change.bucket, change.key)
        try:
            found = self.storage.look(change.key)
        except ObjectGone:
            return self._gone(connection, change)
        if current and current.state != "removed" and current.version == found.version:
            return Outcome(change, "superseded", change.version)  # put again since
        here = Change(change.bucket, change.key, found.version_id, found.etag, change.sequencer)
        return self._created(connection, here, again=False)

    def _gone(self, connection: Connection, change: Change) -> Outcome:
        """Nothing is under the key: its current file, if any, is marked, and the event's own version."""
        with transaction(connection) as cursor:
            current = ledger.current(cursor, change.bucket, change.key)
        if current and current.state != "removed":
            if not self._is_gone(change.key):
                return Outcome(change, "superseded", change.version)
            with transaction(connection) as cursor:
                remove(cursor, current, change.sequencer, keep=self.settings.on_remove == "keep")
        with transaction(connection) as cursor:
            if change.version and not change.removed:
                ledger.vanish(cursor, change, change.version)
            dead_letters.clear_gone(cursor, change.bucket, change.key)
        return Outcome(change, "removed", change.version)

    def _is_gone(self, key: str) -> bool:
        """Asked after the row was read: a put that came between has changed the row when it is locked."""
        try:
            self.storage.look(key)
        except ObjectGone:
            return True
        return False

    def _stale(self, connection: Connection, change: Change) -> Outcome:
        """The key holds another version: that one has its own event."""
        with transaction(connection) as cursor:
            if change.version:
                ledger.supersede(cursor, change, change.version)
        return Outcome(change, "superseded", change.version)

    def _row(self, connection: Connection, change: Change, version: str | None) -> FileRow | None:
        if version is None:
            return None
        with transaction(connection) as cursor:
            return ledger.find(cursor, change.bucket, change.key, version)

    def _still_there(self, found: Found) -> bool:
        try:
            return self.storage.look(found.key).version == found.version
        except ObjectGone:
            return False

    @contextmanager
    def _place(self) -> Iterator[None]:
        """One of the few places for files that are read at once: they bound memory and connections."""
        if not self._places.acquire(timeout=self.settings.busy_wait_ms / 1000):
            raise Busy("As many files as allowed are being stored; try again.")
        try:
            yield
        finally:
            self._places.release()


def same_second(left: datetime | None, right: datetime) -> bool:
    """S3's times have whole seconds in one answer and fractions in another."""
    return left is not None and left.replace(microsecond=0) == right.replace(microsecond=0)


def _same(change: Change, found: Found) -> bool:
    """Whether the event speaks of the version that is there; one that names none speaks of any."""
    if change.version_id:
        return change.version_id == found.version
    return change.etag in (None, found.etag)


def _repeat(change: Change, row: FileRow) -> Outcome:
    if row.state == "failed":
        raise FileRefused(row.reason or "", file=row.id, key=row.key)
    return Outcome(change, "stored" if row.state == "removed" else row.state, row.version, row.id)
