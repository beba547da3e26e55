"""Keeps the objects of moto's S3, which holds everything in memory, in a folder.

    FOLDER/<bucket>/<SHA-256 of the key>.body and .json (key, ETag, time, metadata)

An object comes back with its ETag and its time of change, so that to the
ledger, which knows both, nothing has happened.
"""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import FakeKey, S3Backend, s3_backends

Mark = tuple[str, str]  # ETag and time of change: what tells one state of an object from another


class KeptBucket:
    """Mirrors moto's buckets into a folder, and back at the next start."""

    def __init__(self, folder: Path, region: str) -> None:
        self._folder = folder
        self._region = region
        self._kept: dict[tuple[str, str], Mark] = {}
        self._lock = threading.Lock()
        self._backend: S3Backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]

    def restore(self) -> int:
        """Put what the folder holds into moto; returns the number of objects."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for bucket in (entry for entry in self._folder.iterdir() if entry.is_dir()):
            self._backend.create_bucket(bucket.name, self._region)
            for about in bucket.glob("*.json"):
                self._restore_object(bucket.name, json.loads(about.read_text("utf-8")), about)
        return len(self._kept)

    def _restore_object(self, bucket: str, about: dict[str, Any], file: Path) -> None:
        value = file.with_suffix(".body").read_bytes()
        key: FakeKey = self._backend.put_object(
            bucket, about["key"], value, etag=about["given_etag"], disable_notification=True
        )
        key.last_modified = datetime.fromisoformat(about["last_modified"])
        key.set_metadata(about["metadata"], replace=True)
        self._kept[bucket, about["key"]] = _mark(key)

    def keep(self) -> None:
        """Write what changed since the last time."""
        with self._lock:
            now = {
                (bucket.name, name): key
                for bucket in list(self._backend.buckets.values())
                for name, key in list(bucket.keys.items())
                if isinstance(key, FakeKey)
            }
            for bucket in self._backend.buckets:
                (self._folder / bucket).mkdir(exist_ok=True)
            for place, key in now.items():
                if self._kept.get(place) != _mark(key):
                    self._write(place, key)
            for bucket, name in self._kept.keys() - now.keys():
                self._file(bucket, name).unlink(missing_ok=True)
                self._file(bucket, name).with_suffix(".body").unlink(missing_ok=True)
                del self._kept[bucket, name]

    def _write(self, place: tuple[str, str], key: FakeKey) -> None:
        """The body before what speaks of it, each by a rename, so that a crash leaves the one or the other whole."""
        file = self._file(*place)
        about = {
            "key": place[1],
            "given_etag": key._etag,
            "last_modified": key.last_modified.isoformat(),
            "metadata": dict(key.metadata),
        }
        for target, data in (
            (file.with_suffix(".body"), key.value),
            (file, json.dumps(about, ensure_ascii=True).encode()),
        ):
            fresh = target.with_suffix(".new")
            fresh.write_bytes(data)
            fresh.replace(target)
        self._kept[place] = _mark(key)

    def _file(self, bucket: str, name: str) -> Path:
        return self._folder / bucket / f"{hashlib.sha256(name.encode()).hexdigest()}.json"


def _mark(key: FakeKey) -> Mark:
    return key.etag, key.last_modified.isoformat()
