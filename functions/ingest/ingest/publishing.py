"""The part of a file's transaction that others see: one writer at a time, newest wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ingest import dead_letters, ledger
from ingest.database import Cursor, row
from ingest.ledger import FileRow
from ingest.settling import affect, affect_new, settle
from ingest.sql import PUBLISH
from ingest.staging import Counts
from ingest.storage import Found


@dataclass(frozen=True)
class Staged:
    """A file whose records wait in the work tables."""

    file_id: int
    bucket: str
    found: Found
    sequencer: str | None
    sha256: bytes
    counts: Counts


@dataclass(frozen=True)
class Published:
    """The state that the file came to, and the data version that shows it."""

    state: str
    data_version: int


def publish(cursor: Cursor, file: Staged, still_there: Callable[[], bool], anew: bool) -> Published:
    """Let the file give its movies, unless a newer version of its key does.

    `still_there` asks the bucket; it is called only where neither sequencers nor times
    decide. `anew` stores the records again although the same bytes are known.
    """
    version = lock(cursor)
    older = ledger.current(cursor, file.bucket, file.found.key)
    if older and older.id == file.file_id:
        before, older = older.content_id, None
    else:
        before = None
        if older and not _newer(file, older, still_there):
            cursor.execute(PUBLISH["overtake"], {"id": file.file_id})
            return Published("superseded", version)
    content = _content(cursor, file, anew)
    replaced = [each for each in (before, older.content_id if older else None) if each not in (None, content)]
    affect(cursor, *[each for each in replaced if each is not None])
    if older:
        cursor.execute(PUBLISH["retire"], {"id": older.id})
    state = _finish(cursor, file, content)
    settled = settle(cursor)
    if replaced:
        cursor.execute(PUBLISH["drop_content"], {"contents": replaced})
    files = 0 if older or before else 1
    version = raise_version(cursor, version, settled.rows, settled.growth, files)
    dead_letters.clear(cursor, file.bucket, [file.found.key])
    cursor.execute(PUBLISH["show_since"], {"version": version, "id": file.file_id})
    return Published(state, version)


def touch(cursor: Cursor, file_id: int, found: Found, sequencer: str | None) -> Published | None:
    """The same bytes were put again; None where another version took the key meanwhile."""
    version = lock(cursor)
    values = {"id": file_id, "sequencer": sequencer, "last_modified": found.last_modified}
    cursor.execute(PUBLISH["touch"], values)
    touched = cursor.fetchone()
    if touched is None:
        return None
    affect(cursor, touched[0])
    settled = settle(cursor)
    return Published("stored", raise_version(cursor, version, settled.rows, settled.growth, 0))


def remove(cursor: Cursor, seen: FileRow, sequencer: str | None, keep: bool) -> bool:
    """The object is gone; False where the key's row changed since it was seen."""
    version = lock(cursor)
    if ledger.current(cursor, seen.bucket, seen.key) != seen or seen.content_id is None:
        return False
    if keep:
        cursor.execute(PUBLISH["remove_keeping"], {"id": seen.id, "sequencer": sequencer})
        return True
    affect(cursor, seen.content_id)
    cursor.execute(PUBLISH["remove_dropping"], {"id": seen.id, "sequencer": sequencer})
    settled = settle(cursor)
    cursor.execute(PUBLISH["drop_content"], {"contents": [seen.content_id]})
    raise_version(cursor, version, settled.rows, settled.growth, -1)
    return True


def lock(cursor: Cursor) -> int:
    """Wait for the turn to publish; the data version as it is."""
    cursor.execute(PUBLISH["lock"])
    return int(row(cursor)[0])


def raise_version(cursor: Cursor, version: int, rows: int, movies: int, files: int) -> int:
    """Keep the counts exact, raise the version if a movie changed; the version from here on."""
    cursor.execute(PUBLISH["raise_version"], {"moved": rows > 0, "movies": movies, "files": files})
    raised = cursor.fetchone()
    return int(raised[0]) if raised else version


def _newer(file: Staged, other: FileRow, still_there: Callable[[], bool]) -> bool:
    if file.sequencer and other.sequencer and file.sequencer != other.sequencer:
        return not ledger.not_after(file.sequencer, other.sequencer)
    if other.last_modified and file.found.last_modified > other.last_modified:
        return True
    return still_there()


def _content(cursor: Cursor, file: Staged, anew: bool) -> int:
    """The content with these bytes, its records stored and its movies noted."""
    cursor.execute(PUBLISH["new_content"], {"sha256": file.sha256})
    new = cursor.fetchone()
    if new:
        content = int(new[0])
        _fill(cursor, content)
        affect_new(cursor, content)
        return content
    cursor.execute(PUBLISH["known_content"], {"sha256": file.sha256})
    content = int(row(cursor)[0])
    affect(cursor, content)
    if anew:
        cursor.execute(PUBLISH["clear_content"], {"content": content})
        _fill(cursor, content)
        affect(cursor, content)
    return content


def _fill(cursor: Cursor, content: int) -> None:
    cursor.execute(PUBLISH["fill_records"], {"content": content})
    cursor.execute(PUBLISH["fill_rejects"], {"content": content})


def _finish(cursor: Cursor, file: Staged, content: int) -> str:
    counts = file.counts
    values = {
        "id": file.file_id,
        "content": content,
        "sha256": file.sha256,
        "size_bytes": file.found.size_bytes,
        "sequencer": file.sequencer,
        "last_modified": file.found.last_modified,
        "entries": counts.entries,
        "stored": counts.stored,
        "merged": counts.merged,
        "rejected": counts.rejected,
        "ignored_fields": list(counts.ignored_fields),
    }
    cursor.execute(PUBLISH["finish"], values)
    return str(row(cursor)[0])
