"""The database is dropped and made again: once bucket and ledger were compared, every route gives the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from urllib.parse import quote

import pytest
import requests

from local import roles
from local.data import files_to_load
from local.migrate import migrate
from local.postgres import Postgres
from local.settings import ROOT
from tests.conftest import StartFunction
from tests.integration.ingest.conftest import movie
from tests.support import databases
from tests.support.aws import Aws, Bucket
from tests.support.databases import Database
from tests.support.functions import Function
from tests.support.notifications import deliver, notification, put
from tests.support.waiting import wait_until

SAMPLE = str(ROOT / "tests" / "data" / "movies-sample*")
RECONCILE = {"ce-specversion": "1.0", "ce-id": "1", "ce-type": "dev.movies.reconcile", "ce-source": "test"}


@pytest.mark.parametrize(
    "data", [SAMPLE, pytest.param("", marks=[pytest.mark.prove, pytest.mark.timeout(600)])]
)
def test_a_rebuilt_database_gives_the_same_bytes_at_every_route(
    postgres: Postgres, aws: Aws, bucket: Bucket, start_function: StartFunction, data: str
) -> None:
    """With the whole data set, where it is beside the project, by `make prove`."""
    name = f"rebuilt_{bucket.name[-8:]}"
    urls = databases.describe(postgres, name)
    ingest = start_function(
        "ingest",
        {**aws.environment, "DATABASE_URL": urls.ingest, "AWS_BUCKET_NAME": bucket.name},
        ready=False,
    )
    query = start_function("query", {"DATABASE_URL": urls.query}, ready=False)
    with migrated(postgres, name) as database:
        ingest.wait_until_ready()
        keys = fill(ingest, bucket, data)
        before = export(database, query)
    with migrated(postgres, name) as database:
        reconcile(ingest)
        stored = "SELECT count(*) FROM files WHERE state IN ('stored', 'duplicate')"
        assert database.rows(stored) == [(keys,)]
        assert export(database, query) == before
    assert len(before) > 10


@contextmanager
def migrated(postgres: Postgres, name: str) -> Iterator[Database]:
    """A database made from nothing but the migrations; dropped at the end, whoever is connected."""
    with databases.fresh(postgres, name, template="template1") as made:
        roles.give_schema(postgres.url(roles.SUPERUSER, name))
        migrate(made.owner)
        yield made


def reconcile(ingest: Function) -> None:
    """Compare until a turn is the last; the first ones may meet connections to the database that was dropped."""
    done = "dev.movies.bucket.reconciled"
    wait_until(lambda: ingest.post("/", RECONCILE).headers.get("ce-type") == done, 300, 0.1)


def fill(ingest: Function, bucket: Bucket, data: str) -> int:
    """The data, a key that was overwritten, the same bytes twice, files that disagree; how many keys give."""
    for path in files_to_load(data):
        assert deliver(
            ingest, notification(bucket.name, path.name, put(bucket, path.name, path.read_bytes()))
        ).ok
    contents = {
        "a.json": [movie("Old"), movie("Shared", cast=["Éva", "Zoë"])],
        "b.json": [movie("Shared", cast=["Bob"]), movie("Só", genres=["Sci-Fi"])],
        "copy.json": [movie("Shared", cast=["Bob"]), movie("Só", genres=["Sci-Fi"])],
    }
    for key, films in [*contents.items(), ("a.json", [movie("New"), movie("Shared", cast=["Ann"])])]:
        assert deliver(
            ingest, notification(bucket.name, key, put(bucket, key, json.dumps(films).encode()))
        ).ok
    return len(files_to_load(data)) + len(contents)


def export(database: Database, query: Function) -> dict[str, str]:
    """A checksum of what each route gives, for every year, person, genre and title and all pages."""
    version = database.rows("SELECT epoch || '-' || version FROM data_version")[0][0]
    shown = partial(requests.get, f"{query.url}/status", timeout=10)
    wait_until(lambda: shown().json().get("data_version") == version, 30, 0.1)
    paths = [f"/movies/year/{year}" for (year,) in database.rows("SELECT DISTINCT year FROM movies")]
    for route, column in (("castmember", "cast"), ("genre", "genres")):
        names = database.rows(f"SELECT DISTINCT json_array_elements_text(doc::json->'{column}') FROM movies")  # noqa: S608
        chosen = sorted(str(name) for (name,) in names)
        paths += [f"/movies/{route}/{quote(name, safe='')}" for name in chosen[:: len(chosen) // 200 + 1]]
    found = {path: checksum(query, path) for path in paths}
    page: str | None = "/movies?limit=1000"
    while page:
        answer = requests.get(query.url + page, timeout=30)
        found[f"page {len(found)}"] = hashlib.sha256(answer.content).hexdigest()
        page = answer.links.get("next", {}).get("url")
    return found


def checksum(query: Function, path: str) -> str:
    answer = requests.get(query.url + path, timeout=30)
    assert answer.status_code in (200, 404), answer.text
    return hashlib.sha256(answer.content).hexdigest()
