"""The data set through S3 and events, and the time from one upload to its movie at /movies."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from local import bucket as buckets
from local import uploads
from local.ledger import Ledger
from tests.bench.ingest import copying
from tests.bench.ingest.system import BUCKET, System
from tests.support import aws

UPLOADS = 20
DECIDED_S_MAX = 600
ROUNDS = 3


@dataclass(frozen=True)
class Small:
    """Seconds in each round: all files through S3 and events, \\copy of the same rows; one upload to visible."""

    files: int
    records: int
    load_seconds: list[float]
    copy_seconds: list[float]
    visible_seconds: list[float]

    @property
    def ratio(self) -> float:
        """Of the medians."""
        return statistics.median(self.load_seconds) / statistics.median(self.copy_seconds)


def measure(here: System, data: Path) -> Small:
    """Each round on a fresh database and bucket."""
    files = sorted(data.glob("*.json"))
    loads, copies, visible, records = [], [], [], 0
    with aws.moto(here.folder) as s3, _variables(s3.environment):
        for number in range(ROUNDS):
            name = f"small_{number}"
            database = here.database(name)
            queue_url = buckets.set_up(f"{BUCKET}-{number}", name)
            environment = {
                **s3.environment,
                "DATABASE_URL": database.ingest,
                "AWS_BUCKET_NAME": f"{BUCKET}-{number}",
            }
            with (
                here.function("ingest", environment) as ingest,
                here.function("query", {"DATABASE_URL": database.query}) as query,
                here.road(queue_url, ingest.url),
            ):
                loads.append(_load(f"{BUCKET}-{number}", ingest.url, files))
                visible += _visible(s3, f"{BUCKET}-{number}", query.url) if not number else []
            records = int(str(database.rows("SELECT sum(entries) FROM files")[0][0]))
            copies.append(copying.seconds(here.postgres, name, here.folder / "copy"))
    return Small(len(files), records, loads, copies, visible)


def _load(bucket: str, ingest_url: str, files: list[Path]) -> float:
    """From the first byte sent to the last file decided."""
    began = time.monotonic()
    with uploads.client() as client:
        sent = [uploads.put(client, bucket, path) for path in files]
    for one, row, _ in uploads.outcomes(Ledger(ingest_url), sent, DECIDED_S_MAX):
        if row["state"] != "stored":
            raise SystemExit(f"bench: {one.key} is {row['state']}: {row['reason']}")
    return time.monotonic() - began


def _visible(s3: aws.Aws, bucket: str, query_url: str) -> list[float]:
    """From PutObject of one movie until /movies shows it."""
    found = []
    with s3.s3() as client, requests.Session() as session:
        for number in range(UPLOADS):
            title = f"Visible {number}"
            body = json.dumps({"title": title, "year": 1999}).encode()
            time.sleep(
                number / UPLOADS
            )  # query looks for a new version at an interval: begin at any point of it
            began = time.monotonic()
            client.put_object(Bucket=bucket, Key=f"visible-{number}.json", Body=body)
            while session.get(f"{query_url}/movies/name/{title}", timeout=10).status_code != 200:
                if time.monotonic() - began > DECIDED_S_MAX:
                    raise SystemExit("bench: an upload does not become visible")
                time.sleep(0.01)
            found.append(time.monotonic() - began)
    return found


@contextmanager
def _variables(environment: dict[str, str]) -> Iterator[None]:
    """For boto3 in this process, as the programs of local/ use it."""
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
