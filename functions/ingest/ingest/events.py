"""What an event says: which objects changed, in whatever shape it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from ingest.errors import NotAnEvent

RECONCILE = "dev.movies.reconcile"


@dataclass(frozen=True)
class Change:
    """One record of an S3 notification; key is decoded, etag without quotes."""

    bucket: str
    key: str
    removed: bool
    etag: str | None = None
    version_id: str | None = None
    sequencer: str | None = None


def changes(body: object, records_max: int) -> list[Change]:
    """The changes in an S3 notification, none for a test event; raises NotAnEvent."""
    if not isinstance(body, Mapping):
        raise NotAnEvent("The body must be an S3 notification: a JSON object with Records.")
    if body.get("Event") == "s3:TestEvent":
        return []
    records = body.get("Records")
    if not isinstance(records, list):
        raise NotAnEvent("The body has no list of Records, and is no s3:TestEvent.")
    if len(records) > records_max:
        raise NotAnEvent(f"The notification has more than {records_max} records.")
    return [_change(record) for record in records]


def _change(record: Any) -> Change:
    try:
        s3 = record["s3"]
        change = Change(
            bucket=str(s3["bucket"]["name"]),
            key=unquote_plus(s3["object"]["key"], errors="strict"),
            removed="ObjectRemoved" in str(record["eventName"]),
            etag=_text(s3["object"], "eTag"),
            version_id=_text(s3["object"], "versionId"),
            sequencer=_text(s3["object"], "sequencer"),
        )
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError):
        raise NotAnEvent("A record needs eventName, s3.bucket.name and s3.object.key.") from None
    if not change.key or "\0" in change.key or "\0" in change.bucket:
        raise NotAnEvent("A key must not be empty or hold NUL.")
    return change


def _text(of: Mapping[str, Any], name: str) -> str | None:
    value = of.get(name)
    return str(value).strip('"').replace("\0", "") or None if value else None
