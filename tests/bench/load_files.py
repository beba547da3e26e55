"""Fills a database by ingest's own code: `python -m tests.bench.load_files FOLDER` (DATABASE_URL, PYTHONPATH)."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from ingest import settings
from ingest.database import Database
from ingest.events import Change
from ingest.intake import Intake
from ingest.storage import CHUNK_BYTES, Found, Storage

BUCKET = "bench"


class _Folder(Storage):
    """A folder in the place of a bucket; the rest of ingest cannot tell."""

    def __init__(self, folder: Path) -> None:
        self.bucket = BUCKET
        self._folder = folder

    def look(self, key: str) -> Found:
        content = (self._folder / key).read_bytes()
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        return Found(key, etag, None, etag, datetime(2026, 1, 1, tzinfo=timezone.utc), len(content))

    @contextmanager
    def opened(self, wanted: Found) -> Iterator[tuple[Found, Iterator[bytes]]]:
        with (self._folder / wanted.key).open("rb") as file:
            yield wanted, iter(lambda: file.read(CHUNK_BYTES), b"")


def main() -> None:
    folder = Path(sys.argv[1])
    chosen = settings.load({**os.environ, "AWS_BUCKET_NAME": BUCKET})
    intake = Intake(chosen, Database(chosen), _Folder(folder))
    for file in sorted(folder.glob("*.json")):
        outcome = intake.take(Change(BUCKET, file.name, removed=False))
        if outcome.state not in ("stored", "duplicate"):
            sys.exit(f"bench: {file.name} is {outcome.state}, not stored")


if __name__ == "__main__":
    main()
