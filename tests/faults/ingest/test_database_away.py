"""The database goes away while files arrive, and comes back: every file is there soon, with nobody touching anything.

The whole road is real: bucket, queue, source, broker with its retries, ingest. What the
broker gave up (its dead letters) is brought by the next comparison of bucket and ledger,
which a schedule asks for.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local import bucket as buckets
from local import processes
from local.migrate import migrate
from local.ports import free_port
from local.postgres import Postgres
from local.settings import ROOT
from tests.conftest import StartFunction
from tests.support.aws import Aws, Bucket
from tests.support.databases import describe
from tests.support.waiting import wait_until

FILES = 50
BACK_S_MAX = 60
RECONCILE_S = 30


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A PostgreSQL with its usual safety, that this test stops and starts."""
    folder = Path(tempfile.mkdtemp(prefix="movie-data-api-away-"))
    folder.chmod(0o711)
    made = Postgres(folder, free_port())
    try:
        made.start()
        migrate(made.url("app"))
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)


@contextmanager
def road(queue_url: str, sink: str, port: int, folder: Path) -> Iterator[Path]:
    """The event road between the queue and ingest; the file of its dead letters."""
    dead = folder / "dead.ndjson"
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "ROAD_PORT": str(port),
        "ROAD_QUEUE_URL": queue_url,
        "ROAD_SINK": sink,
        "ROAD_DEAD_LETTERS": str(dead),
        "RECONCILE_S": str(RECONCILE_S),
    }
    program = [sys.executable, "-m", "local.road"]
    process = processes.start(program, log=folder / "road.log", environment=environment)
    try:
        yield dead
    finally:
        processes.stop(process, timeout_s=10)


@pytest.mark.parametrize(
    "away_s",
    [
        10,
        pytest.param(60, marks=[pytest.mark.prove, pytest.mark.timeout(300)]),
        pytest.param(600, marks=[pytest.mark.prove, pytest.mark.timeout(900)]),
    ],
)
def test_files_that_arrive_while_the_database_is_away_are_stored_once_it_is_back(
    aws: Aws,
    bucket: Bucket,
    server: Postgres,
    start_function: StartFunction,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    away_s: int,
) -> None:
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    queue_url = buckets.set_up(bucket.name, f"{bucket.name}-events")
    database, port = describe(server, "movie"), free_port()
    environment = {
        **aws.environment,
        "DATABASE_URL": database.ingest,
        "AWS_BUCKET_NAME": bucket.name,
        "K_SINK": f"http://127.0.0.1:{port}",
    }
    ingest = start_function("ingest", environment)
    with road(queue_url, ingest.url, port, tmp_path) as dead:
        server.stop()
        began = time.monotonic()
        for n in range(FILES):
            body = f'{{"title": "Film {n}", "year": 1999}}'.encode()
            bucket.s3.put_object(Bucket=bucket.name, Key=f"{n}.json", Body=body)
            time.sleep(away_s / FILES / 2)
        time.sleep(max(0.0, began + away_s - time.monotonic()))
        server.start()
        counts = "SELECT movie_count FROM data_version"
        seconds = wait_until(lambda: database.rows(counts) == [(FILES,)], BACK_S_MAX, 0.25)
        given_up = len(dead.read_text().splitlines()) if dead.exists() else 0
    rows = database.rows("SELECT state, count(DISTINCT key), count(*) FROM files GROUP BY 1")
    assert rows == [("stored", FILES, FILES)]
    print(
        f"\naway for {away_s} s: all {FILES} files were there {seconds:.1f} s after it was back;"
        f" the broker had given up {given_up} deliveries, which reconcile brought"
    )
