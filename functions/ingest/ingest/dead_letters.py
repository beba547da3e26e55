"""What the Broker gave up, as the database has it: a row for each object version, until that is stored."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ingest.database import Cursor
from ingest.events import Change
from ingest.sql import DEAD_LETTERS

_NO_KEY = ("", "", "")


@dataclass(frozen=True)
class DeadLetter:
    """An event, the status of the last answer to it (None: there was none), and who answered."""

    id: str
    type: str
    source: str
    code: int | None
    destination: str


def record(cursor: Cursor, letter: DeadLetter, changes: list[Change], rows_max: int) -> None:
    """A row for each object version, or one for an event that names none; the oldest rows make room."""
    named = {
        (change.bucket, change.key, change.version or "")
        for change in changes
        if not change.key.endswith("/")
    }
    buckets, keys, versions = zip(*(named or {_NO_KEY}), strict=True)
    values = {"buckets": list(buckets), "keys": list(keys), "versions": list(versions)}
    cursor.execute(DEAD_LETTERS["record"], asdict(letter) | values)
    cursor.execute(DEAD_LETTERS["bound"], {"rows_max": rows_max})


def clear(cursor: Cursor, bucket: str, keys: list[str] | None = None) -> None:
    """Take away what has been stored since: of these keys, or of all."""
    cursor.execute(DEAD_LETTERS["clear"], {"bucket": bucket, "keys": keys})


def clear_gone(cursor: Cursor, bucket: str, key: str) -> None:
    """Take away what is about a key that is no more."""
    cursor.execute(DEAD_LETTERS["clear_gone"], {"bucket": bucket, "key": key})
