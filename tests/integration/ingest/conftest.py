"""The ingest function in this process, on a real database and a real bucket."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import pytest
from flask.testing import FlaskClient
from ingest.main import create_application
from ingest.service import Service
from ingest.settings import load
from werkzeug.test import TestResponse

from local.postgres import Postgres
from tests.conftest import StartFunction
from tests.support import databases
from tests.support.aws import Aws, Bucket
from tests.support.databases import Database
from tests.support.functions import Function

EMPTY = """
TRUNCATE contents, files, rejects, records, people, genres, movies, movie_people, movie_genres,
    year_counts, genre_counts, person_counts, name_words, term_counts, dead_letters RESTART IDENTITY;
UPDATE data_version SET version = 0, movie_count = 0, file_count = 0
"""
TOKEN = "a-token-for-tests-only"  # noqa: S105 - of tests


def movie(title: str = "Solaris", year: int = 1972, **fields: object) -> dict[str, object]:
    """A record as uploaders write it."""
    return {"title": title, "year": year, "cast": ["Natalya Bondarchuk"], "genres": ["Drama"], **fields}


@dataclass
class World:
    """A bucket, a database, and the function between them."""

    client: FlaskClient
    bucket: Bucket
    database: Database
    service: Service

    def put(self, key: str, content: object) -> str:
        """Put an object (bytes as they are, anything else as JSON); its ETag."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        answer = self.bucket.s3.put_object(Bucket=self.bucket.name, Key=key, Body=body)
        return answer["ETag"].strip('"')

    def delete(self, key: str) -> None:
        """Delete an object."""
        self.bucket.s3.delete_object(Bucket=self.bucket.name, Key=key)

    def record(self, key: str, name: str = "ObjectCreated:Put", **entry: object) -> dict[str, Any]:
        """One record of a notification, as S3 writes it."""
        bucket = {"name": self.bucket.name}
        return {"eventName": name, "s3": {"bucket": bucket, "object": {"key": quote_plus(key), **entry}}}

    def deliver(self, *records: dict[str, Any]) -> TestResponse:
        """Send a notification the way the event road does."""
        headers = {
            "ce-specversion": "1.0",
            "ce-id": "1",
            "ce-type": "dev.knative.eventing.aws-sqs",
            "ce-source": "test",
        }
        return self.client.post("/", json={"Records": list(records)}, headers=headers)

    def upload(self, key: str, content: object, **entry: object) -> TestResponse:
        """Put an object and deliver its event."""
        etag = self.put(key, content)
        return self.deliver(self.record(key, eTag=etag, **entry))

    def ask_to_reconcile(self, kind: str = "dev.movies.reconcile", **data: object) -> TestResponse:
        """Send the event that compares bucket and ledger, for one turn."""
        headers = {"ce-specversion": "1.0", "ce-id": "1", "ce-type": kind, "ce-source": "test"}
        return self.client.post("/", json=data or None, headers=headers)

    def reconcile(self) -> dict[str, Any]:
        """One turn; what it saw."""
        response = self.ask_to_reconcile()
        assert response.status_code == 200, response.text
        summary: dict[str, Any] = response.get_json()
        return summary

    def ledger(self, *columns: str) -> list[tuple[object, ...]]:
        """Rows of the ledger in the order they came."""
        return self.database.rows(f"SELECT {', '.join(columns or ('key', 'state'))} FROM files ORDER BY id")  # noqa: S608

    def titles(self) -> list[str]:
        """Titles as served, in order."""
        return [
            str(title) for (title,) in self.database.rows("SELECT doc::json->>'title' FROM movies ORDER BY 1")
        ]

    def docs(self) -> list[dict[str, Any]]:
        """Movies as served, ordered by title."""
        rows = self.database.rows("SELECT doc FROM movies ORDER BY title_key, year, id")
        return [json.loads(str(doc)) for (doc,) in rows]

    def served(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything that readers see, with names instead of numbers that a rebuild may change."""
        return {
            "movies": self.database.rows("SELECT id, title_key, year, doc FROM movies ORDER BY id"),
            "people": self.database.rows(
                "SELECT p.key, l.title_key, l.year, l.movie_id"
                " FROM movie_people l JOIN people p ON p.id = l.person_id ORDER BY 1, 2, 3, 4"
            ),
            "genres": self.database.rows(
                "SELECT g.key, l.title_key, l.year, l.movie_id"
                " FROM movie_genres l JOIN genres g ON g.id = l.genre_id ORDER BY 1, 2, 3, 4"
            ),
            "arrays": self.database.rows(
                "SELECT m.id, (SELECT array_agg(key ORDER BY key) FROM people WHERE id = ANY(m.person_ids)),"
                " (SELECT array_agg(key ORDER BY key) FROM genres WHERE id = ANY(m.genre_ids))"
                " FROM movies m ORDER BY m.id"
            ),
        }

    def check_counts(self) -> None:
        """The counts beside the data version are exact, and no content is left that nobody uses."""
        assert self.database.rows("SELECT movie_count, file_count FROM data_version") == self.database.rows(
            "SELECT (SELECT count(*) FROM movies), (SELECT count(*) FROM files WHERE content_id IS NOT NULL)"
        )
        assert not self.database.rows(
            "SELECT id FROM contents EXCEPT SELECT content_id FROM files WHERE content_id IS NOT NULL"
        )


MakeWorld = Callable[..., World]


@pytest.fixture
def make_world(
    aws: Aws, bucket: Bucket, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeWorld]:
    """Make the function with settings of the test's own; the database and the bucket stay the same."""
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    made: list[World] = []

    def make(**settings: str) -> World:
        environment = {
            "DATABASE_URL": database.ingest,
            "AWS_BUCKET_NAME": bucket.name,
            "INGEST_TOKEN": TOKEN,
            "LOG_LEVEL": "error",
        }
        app = create_application(load(environment | settings))
        world = World(app.test_client(), bucket, database, app.extensions["ingest"])
        made.append(world)
        return world

    yield make
    for world in made:
        world.service.database.close()
        world.service.storage._client.close()


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    """The function with default settings."""
    return make_world()


@pytest.fixture
def ingest(database: Database, aws: Aws, bucket: Bucket, start_function: StartFunction) -> Function:
    """The function as a process of its own, on a fresh database and an empty bucket."""
    environment = {**aws.environment, "DATABASE_URL": database.ingest, "AWS_BUCKET_NAME": bucket.name}
    return start_function("ingest", environment)


@pytest.fixture(scope="session")
def shared_database(postgres: Postgres) -> Iterator[Database]:
    """One database for all tests of this folder: emptying it takes a fifth of the time of a new one."""
    with databases.fresh(postgres, "test_ingest") as made:
        yield made


@pytest.fixture
def database(shared_database: Database) -> Database:
    """An empty database."""
    shared_database.rows(EMPTY)
    return shared_database
