"""One object on its way from the bucket into the database, whatever its event was and however often it comes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

from ingest import ledger, publishing
from ingest.database import Connection, Cursor, Database, claimed, transaction
from ingest.errors import FileRefused, ForeignBucket, ObjectChanged, ObjectGone
from ingest.events import Change
from ingest.ledger import FileRow
from ingest.publishing import Staged
from ingest.reading import Reading
from ingest.records import Splitter
from ingest.settings import Settings
from ingest.staging import stage
from ingest.storage import Found, Storage


@dataclass(frozen=True)
class Outcome:
    """What became of one object version. state: a file_state of the ledger, "unchanged" or "busy"."""

    state: str
    bucket: str
    key: str
    version: str | None = None
    data_version: int | None = None
    entries: int | None = None
    stored: int | None = None
    merged: int | None = None
    rejected: int | None = None


class Intake:
    """Stores objects; safe to call from many threads and processes at once."""

    def __init__(self, settings: Settings, database: Database, storage: Storage) -> None:
        self._settings = settings
        self._database = database
        self._storage = storage

    def take(self, change: Change) -> Outcome:
        """Bring the database to what the bucket holds under the key; raises Refused, Unavailable."""
        if change.bucket != self._storage.bucket:
            raise ForeignBucket("The event is about a bucket that this function does not serve.")
        with self._database.connection() as connection, self._claim(connection, change) as mine:
            if not mine:
                return Outcome("busy", change.bucket, change.key, change.version_id or change.etag)
            try:
                found = self._storage.look(change.key)
            except ObjectGone:
                return self._gone(connection, change)
            return self._found(connection, change, found)

    @staticmethod
    def _claim(connection: Connection, change: Change) -> AbstractContextManager[bool]:
        """Of this version alone: a newer one of the key waits at the row of data_version, it is not let go."""
        return claimed(connection, change.bucket, change.key, change.version_id or change.etag or "")

    def _found(self, connection: Connection, change: Change, found: Found) -> Outcome:
        named = change.version_id or change.etag
        if not change.removed and named and named not in (found.version, found.etag):
            # It was overwritten since; the newer version has an event of its own.
            with transaction(connection) as cursor:
                ledger.supersede(cursor, change, named)
        with transaction(connection) as cursor:
            seen = ledger.find(cursor, change.bucket, change.key, found.version)
            if seen and seen.content_id is not None:
                return self._known(cursor, change, seen, found)
        if seen and seen.state == "failed" and seen.last_modified == found.last_modified:
            raise FileRefused(seen.reason or "the file cannot be stored")
        return self._store(connection, change, found)

    def _known(self, cursor: Cursor, change: Change, seen: FileRow, found: Found) -> Outcome:
        sequencer = None if ledger.not_after(change.sequencer, seen.sequencer) else change.sequencer
        if seen.last_modified == found.last_modified and seen.state != "removed":
            if sequencer:
                ledger.adopt(cursor, seen.id, sequencer)
        else:
            publishing.touch(cursor, seen.id, found, sequencer)
        return Outcome("unchanged", seen.bucket, seen.key, seen.version)

    def _store(self, connection: Connection, change: Change, found: Found) -> Outcome:
        with transaction(connection) as cursor:
            file_id = ledger.receive(cursor, change, found)
        try:
            return self._read_and_publish(connection, change, found, file_id)
        except FileRefused as refused:
            with transaction(connection) as cursor:
                ledger.fail(cursor, file_id, refused.detail)
            raise
        except ObjectGone:
            with transaction(connection) as cursor:
                ledger.vanish(cursor, change, found.version)
            return Outcome("removed", change.bucket, change.key, found.version)
        except ObjectChanged:
            with transaction(connection) as cursor:
                ledger.supersede(cursor, change, found.version)
            return Outcome("superseded", change.bucket, change.key, found.version)

    def _read_and_publish(
        self, connection: Connection, change: Change, found: Found, file_id: int
    ) -> Outcome:
        with transaction(connection) as cursor:
            with self._storage.opened(found) as (opened, chunks):
                reading = Reading(chunks, self._settings)
                counts = stage(cursor, Splitter(reading.pieces(), self._settings), self._settings)
            staged = Staged(file_id, change.bucket, opened, change.sequencer, reading.sha256, counts)
            published = publishing.publish(cursor, staged, lambda: self._still_there(found), anew=False)
        return Outcome(
            published.state,
            change.bucket,
            change.key,
            found.version,
            published.data_version,
            counts.entries,
            counts.stored,
            counts.merged,
            counts.rejected,
        )

    def _still_there(self, found: Found) -> bool:
        try:
            return self._storage.look(found.key).version == found.version
        except ObjectGone:
            return False

    def _gone(self, connection: Connection, change: Change) -> Outcome:
        named = change.version_id or change.etag
        with transaction(connection) as cursor:
            seen = ledger.current(cursor, change.bucket, change.key)
            if seen is not None and seen.state != "removed":
                publishing.remove(cursor, seen, change.sequencer, self._settings.on_remove == "keep")
            elif named and not change.removed:
                ledger.vanish(cursor, change, named)
        return Outcome("removed", change.bucket, change.key, named)
