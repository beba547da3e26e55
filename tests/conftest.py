"""What every tier shares: one PostgreSQL and one S3 a run, a fresh database and bucket a test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest

from local.migrate import migrate
from local.ports import free_port
from local.postgres import Postgres
from tests.support import aws as aws_support
from tests.support import databases, functions
from tests.support.receiver import Receiver


class StartFunction(Protocol):
    """Starts a function with the given environment; see tests/support/functions.py."""

    def __call__(
        self, name: str, environment: dict[str, str], *, port: int | None = None, ready: bool = True
    ) -> functions.Function: ...


@pytest.fixture(scope="session")
def run_folder() -> Iterator[Path]:
    """A folder for the whole run that other users may pass through, unlike pytest's own ones."""
    folder = Path(tempfile.mkdtemp(prefix="movie-data-api-test-"))
    folder.chmod(0o711)
    yield folder
    if "KEEP_TEST_LOGS" not in os.environ:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres(run_folder: Path) -> Iterator[Postgres]:
    """A server for all tests; its database `movie` is migrated, and only the template of others."""
    server = Postgres(run_folder / "postgres", free_port(), databases.FAST)
    server.start()
    try:
        migrate(server.url("app"))
        yield server
    finally:
        server.stop()


@pytest.fixture
def database(postgres: Postgres) -> Iterator[databases.Database]:
    """A database of the test's own: migrated, empty, dropped at the end."""
    with databases.fresh(postgres, f"test_{uuid4().hex[:12]}") as made:
        yield made


@pytest.fixture(scope="session")
def aws(run_folder: Path) -> Iterator[aws_support.Aws]:
    """S3 and SQS for all tests. It checks no signatures and sends no sequencer."""
    with aws_support.moto(run_folder) as running:
        yield running


@pytest.fixture
def bucket(aws: aws_support.Aws) -> Iterator[aws_support.Bucket]:
    """An empty bucket of the test's own, and a client for it."""
    name = f"test-{uuid4().hex[:12]}"
    with aws.s3() as client:
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        yield aws_support.Bucket(name, client)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of events that answers as it is told."""
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def start_function(tmp_path: Path) -> Iterator[StartFunction]:
    """Start `python -m query` or `python -m ingest` as a process; all are stopped at the end."""
    with ExitStack() as stack:

        def start(
            name: str, environment: dict[str, str], *, port: int | None = None, ready: bool = True
        ) -> functions.Function:
            made = functions.start_function(name, environment, tmp_path, port=port, ready=ready)
            stack.callback(made.stop)
            return made

        yield start
