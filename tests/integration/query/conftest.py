"""A query function on a database that ingest filled with the sample; the tests that only read share it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from local.postgres import Postgres
from tests.support import aws as aws_support
from tests.support import databases, functions
from tests.support.filling import fill
from tests.support.sample import SAMPLE, Query


@pytest.fixture(scope="session")
def query(postgres, aws, run_folder) -> Iterator[Query]:
    """Asks for a path: query("/movies", Accept="text/csv"), query("/movies", method="HEAD")."""
    folder = run_folder / "query-on-sample"
    folder.mkdir()
    with _on_sample(postgres, aws, folder, "query-on-sample") as (_, ask):
        yield ask


@pytest.fixture
def own_query(postgres, aws, tmp_path) -> Iterator[tuple[databases.Database, Query]]:
    """The same for one test alone, and its database."""
    with _on_sample(postgres, aws, tmp_path, f"query-{uuid4().hex[:12]}") as made:
        yield made


@contextmanager
def _on_sample(
    postgres: Postgres, aws: aws_support.Aws, folder: Path, name: str
) -> Iterator[tuple[databases.Database, Query]]:
    with ExitStack() as stack:
        database = stack.enter_context(databases.fresh(postgres, name.replace("-", "_")))
        fill(aws, database, folder, name, {"sample": SAMPLE.read_bytes()})
        environment = {"DATABASE_URL": database.query, "QUERY_POLL_MS": "100"}
        started = functions.start_function("query", environment, folder)
        stack.callback(started.stop)

        def ask(path: str, method: str = "GET", *, raw: bool = False, **headers: str) -> requests.Response:
            answer = requests.request(method, started.url + path, headers=headers, timeout=10, stream=raw)
            if raw:  # the bytes as they came
                answer._content = answer.raw.read(decode_content=False)
            return answer

        ask.url = started.url
        yield database, ask
