"""The ledger of files: what is known of each version of each object."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from ingest.database import Cursor, row
from ingest.events import Change
from ingest.sql import LEDGER
from ingest.storage import Found


@dataclass(frozen=True)
class FileRow:
    """What deciding needs of a row of the ledger."""

    id: int
    bucket: str
    key: str
    version: str
    etag: str
    sequencer: str | None
    last_modified: datetime | None
    state: str
    content_id: int | None
    reason: str | None


def find(cursor: Cursor, bucket: str, key: str, version: str) -> FileRow | None:
    """The row of one version of an object."""
    return _one(cursor, "find", bucket=bucket, key=key, version=version)


def find_by_id(cursor: Cursor, file_id: int) -> FileRow | None:
    """The row with this number."""
    return _one(cursor, "find_by_id", id=file_id)


def current(cursor: Cursor, bucket: str, key: str) -> FileRow | None:
    """The version of a key that gives its movies now."""
    return _one(cursor, "current", bucket=bucket, key=key)


def receive(cursor: Cursor, change: Change, found: Found) -> int:
    """Record that an attempt begins; the row's id."""
    values = asdict(found) | {"bucket": change.bucket, "sequencer": change.sequencer}
    cursor.execute(LEDGER["receive"], values)
    return int(row(cursor)[0])


def supersede(cursor: Cursor, change: Change, version: str) -> None:
    """Record a version that was replaced before it could be read."""
    cursor.execute(LEDGER["supersede"], _named(change, version))


def vanish(cursor: Cursor, change: Change, version: str) -> None:
    """Record a version whose object was deleted before it could be read."""
    cursor.execute(LEDGER["vanish"], _named(change, version))


def fail(cursor: Cursor, file_id: int, reason: str) -> None:
    """Record why a file cannot be stored; reasons are bounded and hold no NUL."""
    cursor.execute(LEDGER["fail"], {"id": file_id, "reason": reason[:1000].replace("\0", "\\0")})


def break_off(cursor: Cursor, file_id: int, error: str) -> None:
    """Record why an attempt came to no end."""
    cursor.execute(LEDGER["break_off"], {"id": file_id, "error": error})


def adopt(cursor: Cursor, file_id: int, sequencer: str) -> None:
    """Record a later sequencer of the same version."""
    cursor.execute(LEDGER["adopt"], {"id": file_id, "sequencer": sequencer})


def not_after(left: str | None, right: str | None) -> bool:
    """Whether two sequencers are known and the left one is not the later; S3 says how to compare them."""
    if not left or not right:
        return False
    width = max(len(left), len(right))
    return left.ljust(width, "0").upper() <= right.ljust(width, "0").upper()


def _named(change: Change, version: str) -> dict[str, object]:
    return {
        "bucket": change.bucket,
        "key": change.key,
        "version": version,
        "etag": change.etag or version,
        "sequencer": change.sequencer,
    }


def _one(cursor: Cursor, statement: str, **values: object) -> FileRow | None:
    cursor.execute(LEDGER[statement], values)
    found = cursor.fetchone()
    return FileRow(*found) if found else None
