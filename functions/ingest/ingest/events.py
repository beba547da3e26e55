"""CloudEvents and S3 notifications to what they ask for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from cloudevents.http import CloudEvent

from ingest.errors import NotAnEvent
from ingest.settings import Settings

SQS_TYPE = "dev.knative.eventing.aws-sqs"
S3_TYPES = "com.amazonaws.s3."
RAW_TYPE = "dev.movies.notification"
RECONCILE_TYPE = "dev.movies.reconcile"
PING_TYPE = "dev.knative.sources.ping"  # of a PingSource, which cannot choose another
INGESTED_TYPE = "dev.movies.file.ingested"
RECONCILED_TYPE = "dev.movies.bucket.reconciled"
SOURCE = "dev.movies.ingest"  # of the events that this function sends
_REMOVED = ("ObjectRemoved:", "LifecycleExpiration:")
NAME_BYTES_MAX = 1024  # of a key, says S3; nothing else is longer
BUCKET_BYTES_MAX = 255


@dataclass(frozen=True)
class Change:
    """A key of a bucket may have changed; what else is here is what the event said of it."""

    bucket: str
    key: str
    version_id: str | None = None
    etag: str | None = None
    sequencer: str | None = None
    removed: bool = False

    @property
    def version(self) -> str | None:
        """The name that the ledger has for the object's version, as far as the event says it."""
        return self.version_id or self.etag


@dataclass(frozen=True)
class Reconcile:
    """Compare the bucket with the ledger, behind a key; `ms_max`: for less time than the setting says."""

    after: str = ""
    ms_max: int | None = None


@dataclass(frozen=True)
class Nothing:
    """An event that asks for nothing, and why."""

    why: str


Asked = list[Change] | Reconcile | Nothing


def decode(event: CloudEvent, limits: Settings) -> Asked:
    """What an event asks for; raises NotAnEvent."""
    kind = event["type"]
    if not isinstance(kind, str):
        raise NotAnEvent("The event's type must be a string.")
    if kind == PING_TYPE:
        return Reconcile()
    if kind == RECONCILE_TYPE:
        return _reconcile(_json(event.data) if event.data else {})
    if kind in (INGESTED_TYPE, RECONCILED_TYPE):
        return Nothing("our own reply")
    if kind in (SQS_TYPE, RAW_TYPE) or kind.startswith(S3_TYPES):
        return notification(_json(event.data), limits)
    raise NotAnEvent(f"Events of type {kind[:100]!r} are not for this function.")


def notification(data: object, limits: Settings) -> Asked:
    """The changes that an S3 notification, or one record of it, speaks of; raises NotAnEvent."""
    if not isinstance(data, dict):
        raise NotAnEvent("The event's data must be an S3 notification: an object with Records.")
    if data.get("Event") == "s3:TestEvent":
        return Nothing("a test event")
    records = data.get("Records", [data] if "s3" in data else None)
    if not isinstance(records, list):
        raise NotAnEvent("The event's data must be an S3 notification: an object with Records.")
    if len(records) > limits.event_records_max:
        raise NotAnEvent(f"The notification has more than {limits.event_records_max} records.")
    changes = [_change(record) for record in records]
    return [change for change in changes if change] or Nothing("no object was created or removed")


def _reconcile(data: object) -> Reconcile:
    """What a turn of a comparison was told; an event without data starts a new one."""
    data = data or {}
    if not isinstance(data, dict):
        raise NotAnEvent("The data of a reconcile event must be an object, or nothing.")
    after, ms_max = data.get("after") or "", data.get("ms_max")
    if not _is_name(after):
        raise NotAnEvent("'after' must be a key.")
    if ms_max is not None and (type(ms_max) is not int or ms_max < 1):
        raise NotAnEvent("'ms_max' must be a whole number of milliseconds from 1.")
    return Reconcile(after, ms_max)


def _change(record: Any) -> Change | None:
    try:
        name = record["eventName"].removeprefix("s3:")
        bucket = record["s3"]["bucket"]["name"]
        entry = record["s3"]["object"]
        key = unquote_plus(entry["key"], errors="strict")
        version_id, etag, sequencer = (entry.get(each) for each in ("versionId", "eTag", "sequencer"))
    except (TypeError, KeyError, AttributeError, UnicodeError):
        raise NotAnEvent(
            "A record needs eventName, s3.bucket.name and s3.object.key, its key URL-encoded UTF-8."
        ) from None
    names = [text for text in (key, version_id, etag, sequencer) if text is not None]
    if not all(map(_is_name, names)) or not _is_name(bucket, BUCKET_BYTES_MAX):
        raise NotAnEvent("A record's bucket, key, versionId, eTag and sequencer must be short plain strings.")
    if not bucket or not key:
        raise NotAnEvent("A record's bucket and key must not be empty.")
    removed = name.startswith(_REMOVED)
    if not removed and not name.startswith("ObjectCreated:"):
        return None
    return Change(
        bucket=bucket,
        key=key,
        version_id=None if version_id == "null" else version_id or None,
        etag=(etag or "").strip('"') or None,
        sequencer=sequencer or None,
        removed=removed,
    )


def _is_name(text: object, bytes_max: int = NAME_BYTES_MAX) -> bool:
    """Short, and nothing in it that UTF-8 or PostgreSQL cannot hold."""
    if not isinstance(text, str) or len(text) > bytes_max or "\0" in text:
        return False
    try:
        return len(text.encode()) <= bytes_max
    except UnicodeEncodeError:
        return False


def _json(data: Any) -> object:
    if isinstance(data, (str, bytes, bytearray)):
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            raise NotAnEvent("The event's data is not JSON.") from None
    return data
