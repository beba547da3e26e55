"""What the database must hold after any history of a bucket, worked out the plain way."""

from __future__ import annotations

import gzip
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ingest.identity import NAMESPACE

BAD_RECORD = {"title": "no year"}


@dataclass(frozen=True)
class Content:
    """A file: records as (title, cast, genre); what stands beside them; its form; whether its end is torn off."""

    records: tuple[tuple[str, tuple[str, ...], str], ...]
    bad_records: int = 0
    form: str = "array"
    torn: bool = False

    def body(self) -> bytes:
        """The bytes of the file."""
        values: list[dict[str, Any]] = [BAD_RECORD] * self.bad_records
        values += [
            {"title": title, "year": 1999, "cast": list(cast), "genres": [genre]}
            for title, cast, genre in self.records
        ]
        if self.form == "lines" and values:
            data = "\n".join(json.dumps(value) for value in values).encode()
        else:
            data = json.dumps(values).encode()
        if self.torn:
            data = data[:-1]
        return gzip.compress(data, mtime=0) if self.form == "gzip" else data

    @property
    def readable(self) -> bool:
        """Whether anything of it can be stored: a torn array is not, nor a torn line."""
        return not self.torn

    def movies(self) -> dict[str, dict[str, Any]]:
        """Documents by id, repeats merged in order."""
        found: dict[str, dict[str, Any]] = {}
        for title, cast, genre in self.records:
            name = json.dumps([title, 1999, None], separators=(",", ":"))
            identity = str(uuid.uuid5(uuid.UUID(bytes=NAMESPACE), name))
            movie = found.setdefault(
                identity, {"id": identity, "title": title, "year": 1999, "cast": [], "genres": []}
            )
            movie["cast"] += [person for person in cast if person not in movie["cast"]]
            movie["genres"] += [genre] if genre not in movie["genres"] else []
        return found

    def counts(self) -> tuple[int, int, int, int]:
        """Entries, stored, merged, rejected."""
        stored = len(self.movies())
        return len(self.records) + self.bad_records, stored, len(self.records) - stored, self.bad_records


@dataclass(frozen=True)
class Put:
    """One PutObject: what the bucket called it, and when."""

    content: Content
    version: str
    second: datetime  # when, in whole seconds as S3 tells it


@dataclass
class Oracle:
    """The bucket's history by key; the last entry is what is there, None: deleted."""

    keep: bool  # what a removed object gave stays
    history: dict[str, list[Put | None]] = field(default_factory=dict)

    def put(self, key: str, put: Put | None) -> None:
        """Something was put under the key, or it was deleted."""
        self.history.setdefault(key, []).append(put)

    def there(self, key: str) -> list[Put]:
        """What is under the key: one version, or several that a listing cannot tell apart (same bytes, same second)."""
        puts = self.history[key]
        last = puts[-1]
        if last is None:
            return []
        return [put for put in puts if put and put.content == last.content and put.second == last.second]

    def may_give(self, key: str) -> set[tuple[str, datetime] | None]:
        """The versions of a key that may give its movies in the end; None: nothing gives.

        One that can be read and is there must. Behind one that cannot be read, and behind a
        deletion where what was given stays, it depends on what came in time.
        """
        there = self.there(key)
        if there and there[0].content.readable:
            return {(put.version, put.second) for put in there}
        if not there and not self.keep:
            return {None}
        puts = self.history[key]
        return {None, *((put.version, put.second) for put in puts if put and put.content.readable)}

    def content_of(self, key: str, version: str) -> Content:
        """What was put under this name."""
        return next(put.content for put in self.history[key] if put and put.version == version)

    def served(self, giving: Iterable[tuple[str, str, datetime]]) -> dict[str, dict[str, Any]]:
        """Documents by id where these (key, version, modified) give: modified last wins, then the greater key."""
        found: dict[str, dict[str, Any]] = {}
        for key, version, _ in sorted(giving, key=lambda each: (each[2], each[0])):
            found.update(self.content_of(key, version).movies())
        return found
