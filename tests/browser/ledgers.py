"""The ledger's page on a real ingest, a bucket and a database of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from local.postgres import Postgres
from tests.browser.movies import SCRIPT
from tests.support import databases, functions
from tests.support.aws import Aws, Bucket
from tests.support.databases import Database
from tests.support.notifications import attributes, deliver, notification, put

TOKEN = "a-token-for-tests-only"  # noqa: S105 - of tests
HOSTILE_KEY = f"2026/{SCRIPT}.json"
MOVIE = {"title": "First Light", "year": 1999}
REJECTS = 50
SAMPLE = {
    "2026/films.json": json.dumps([MOVIE, MOVIE, {"title": "Second", "year": 2000, "budget": 1}]).encode(),
    "2026/again.json": json.dumps([MOVIE, MOVIE, {"title": "Second", "year": 2000, "budget": 1}]).encode(),
    "2026/mixed.ndjson": b"".join(
        json.dumps({"title": f"Movie {n}", "year": 2000 if n >= REJECTS else SCRIPT}).encode() + b"\n"
        for n in range(REJECTS * 2)
    ),
    "archive/broken.json": b'[{"title": "Half a mov',
    HOSTILE_KEY: b"<script>window.harmed = true</script>",
    "archive/" + "a-key-as-long-as-s3-allows-" * 30 + ".json": json.dumps(MOVIE | {"year": 2001}).encode(),
}


@dataclass(frozen=True)
class Ledger:
    """Where ingest is, with the bucket that it reads."""

    ingest: functions.Function
    bucket: Bucket
    database: Database

    @property
    def url(self) -> str:
        return self.ingest.url

    def add(self, key: str, body: bytes) -> None:
        """Put a file, and let ingest know."""
        version = put(self.bucket, key, body)
        assert deliver(self.ingest, notification(self.bucket.name, key, version)).status_code in (200, 422)

    def bury(self, key: str) -> None:
        """Tell ingest what a Broker tells it of an event that it gave up."""
        body = notification(self.bucket.name, key, "e" * 32).encode()
        headers = attributes() | {"ce-knativeerrorcode": "422", "ce-knativeerrordest": self.url}
        assert self.ingest.post("/dead-letters", headers, body).status_code == 204


@contextmanager
def served(
    postgres: Postgres, aws: Aws, folder: Path, token: str = TOKEN, **settings: str
) -> Iterator[Ledger]:
    """An ingest with nothing in its ledger."""
    name = f"ledger-{uuid4().hex[:12]}"
    with databases.fresh(postgres, name.replace("-", "_")) as database, aws.s3() as client:
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        environment = {
            **aws.environment,
            "DATABASE_URL": database.ingest,
            "AWS_BUCKET_NAME": name,
            "INGEST_TOKEN": token,
            **settings,
        }
        ingest = functions.start_function("ingest", environment, folder)
        try:
            yield Ledger(ingest, Bucket(name, client), database)
        finally:
            ingest.stop()
