"""What the rules and the dashboards ask for is what the functions, started for real, and the database tell."""

from __future__ import annotations

import psycopg2
import pytest
import requests
import yaml
from prometheus_client.parser import text_string_to_metric_families

from local.postgres import Postgres
from local.settings import ROOT
from tests.conftest import StartFunction
from tests.contract.infra.promql import TARGET_LABELS, grouped, queries, recorded, selectors
from tests.contract.infra.schemas import module
from tests.support.aws import Aws, Bucket
from tests.support.databases import Database
from tests.support.notifications import deliver, notification, put

Told = dict[str, set[str]]  # a metric's name, and its labels
QUERIES = yaml.safe_load((ROOT / "infra/postgres/components/monitoring/queries.yaml").read_text())
MOVIES = b'[{"title": "Solaris", "year": 1972}, {"title": "Stalker", "year": 1979}, {"title": ""}]'


@pytest.fixture
def functions(database: Database, aws: Aws, bucket: Bucket, start_function: StartFunction) -> Told:
    """The metrics of both functions, after each of them has done everything once that is counted."""
    environment = {**aws.environment, "DATABASE_URL": database.ingest, "AWS_BUCKET_NAME": bucket.name}
    ingest = start_function("ingest", environment)
    version = put(bucket, "films", MOVIES)
    assert deliver(ingest, notification(bucket.name, "films", version)).status_code == 200
    assert deliver(ingest, notification(bucket.name, "bad", put(bucket, "bad", b"[}"))).status_code == 422
    dead = {"ce-specversion": "1.0", "ce-id": "1", "ce-type": "x", "ce-source": "x"}
    assert ingest.post("/dead-letters", {**dead, "ce-knativeerrorcode": "503"}).status_code == 204
    query = start_function("query", {"DATABASE_URL": database.query})
    for _ in range(2):
        assert requests.get(f"{query.url}/movies", timeout=5).status_code == 200
    return told(ingest.url) | told(query.url)


def test_every_query_names_metrics_and_labels_that_exist(functions: Told) -> None:
    known = functions | database_queries() | explained()
    known |= {name: grouped(expression) for name, expression in recorded().items()}
    for where, expression in queries():
        found = list(selectors(expression))
        assert found, where
        for metric, labels in found:
            assert metric in known, f"{where} asks for {metric}"
            assert labels.keys() - TARGET_LABELS <= known[metric], f"{where} asks {metric} for {labels}"


def test_the_bound_of_the_promise_is_a_bucket(functions: Told) -> None:
    bounds = {
        labels["le"] for _, expression in queries() for _, labels in selectors(expression) if labels.get("le")
    }
    assert bounds == {"0.005"}


def test_our_queries_of_the_ledger_run_as_the_exporter_and_give_what_they_say(
    functions: Told, database: Database
) -> None:
    with psycopg2.connect(database.superuser) as connection, connection.cursor() as cursor:
        cursor.execute("SET ROLE pg_monitor; SET default_transaction_read_only = on")
        for query in QUERIES.values():
            cursor.execute(query["query"])
            assert [each.name for each in cursor.description or ()] == [
                name for column in query["metrics"] for name in column
            ]
        cursor.execute(QUERIES["movie_ledger"]["query"])
        rows = {state: (files, rejects) for state, files, rejects, _ in cursor}
        cursor.execute(QUERIES["movie_data"]["query"])
        version, movies, _ = cursor.fetchone() or (0, 0, 0)
    connection.close()
    assert rows["stored"] == (1, 1.0)
    assert rows["failed"] == (1, 0.0)
    assert rows["received"] == (0, 0.0)
    assert (version, movies) == (1, 2)


def test_the_exporter_may_connect_to_a_database_that_is_closed_to_others(postgres: Postgres) -> None:
    asked = "SELECT has_database_privilege(%s, 'movie', 'CONNECT')"
    with psycopg2.connect(postgres.url("app")) as connection, connection.cursor() as cursor:
        for role, may in (("pg_monitor", True), ("pg_checkpoint", False)):
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
            if cursor.fetchone():
                cursor.execute(asked, (role,))
                assert cursor.fetchone() == (may,), role
    connection.close()


def told(url: str) -> Told:
    """The metrics of a function as Prometheus would see them."""
    found: Told = {}
    for family in text_string_to_metric_families(requests.get(f"{url}/metrics", timeout=5).text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def database_queries() -> Told:
    """What the exporter makes of CloudNativePG's default queries, and of ours: cnpg_QUERY_COLUMN."""
    file = module("github.com/cloudnative-pg/cloudnative-pg") / "config/manager/default-monitoring.yaml"
    default = yaml.safe_load(yaml.safe_load(file.read_text())["data"]["queries"])
    found: Told = {}
    for name, query in (default | QUERIES).items():
        columns = {column: what for each in query["metrics"] for column, what in each.items()}
        labels = {column for column, what in columns.items() if what["usage"] == "LABEL"}
        for column in columns.keys() - labels:
            found[f"cnpg_{query.get('name', name)}_{column}"] = labels
    return found


def explained() -> Told:
    file = ROOT / "tests/contract/infra/others_metrics.yaml"
    return {name: set(labels) for name, labels in yaml.safe_load(file.read_text()).items()}
