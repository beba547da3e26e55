"""The parts that a measurement needs: a PostgreSQL with its usual safety, ingest, and the road before it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local import processes, roles
from local.migrate import migrate
from local.ports import free_port
from local.postgres import Postgres
from tests.bench.data import POSTGRES_SETTINGS
from tests.bench.settings import ROOT
from tests.support.databases import Database, describe
from tests.support.functions import Function, start_function

# The time of each statement goes to the log, which tells where the time of a load goes.
SETTINGS = POSTGRES_SETTINGS | {"log_min_duration_statement": "0", "log_line_prefix": "%d "}
BUCKET = "bench"


@dataclass(frozen=True)
class System:
    """A PostgreSQL, and a folder for whatever a run needs."""

    postgres: Postgres
    folder: Path

    def database(self, name: str) -> Database:
        """A new, migrated database."""
        roles.create_database(self.postgres.url(roles.SUPERUSER, "postgres"), name)
        roles.give_schema(self.postgres.url(roles.SUPERUSER, name))
        migrate(self.postgres.url("app", name))
        return describe(self.postgres, name)

    def environment(self, database: Database, endpoint: str) -> dict[str, str]:
        """Ingest's variables, for a database and an S3."""
        return {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",  # pragma: allowlist secret - the stand-in takes any
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_BUCKET_NAME": BUCKET,
            "DATABASE_URL": database.ingest,
        }

    @contextmanager
    def function(self, name: str, environment: Mapping[str, str]) -> Iterator[Function]:
        """`python -m ingest` or query, as production runs it."""
        running = start_function(name, environment, self.folder)
        try:
            yield running
        finally:
            running.stop()

    @contextmanager
    def road(self, queue_url: str, sink: str) -> Iterator[None]:
        """The event road of the laptop stack, between a queue and ingest."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "ROAD_QUEUE_URL": queue_url,
            "ROAD_SINK": sink,
            "ROAD_DEAD_LETTERS": str(self.folder / "dead.ndjson"),
            "RECONCILE_S": "0",
        }
        program = [sys.executable, "-m", "local.road"]
        process = processes.start(program, log=self.folder / "road.log", environment=environment)
        try:
            yield
        finally:
            processes.stop(process, timeout_s=10)


@contextmanager
def system() -> Iterator[System]:
    """Made in a temporary folder, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="movie-bench-ingest-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        postgres = Postgres(folder, free_port(), SETTINGS)
        try:
            postgres.start()
            yield System(postgres, folder)
        finally:
            postgres.stop()
