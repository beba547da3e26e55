"""Traces: off by default; where somebody wants them, event, ingest, database and gateway, query join in one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
import requests

from tests.conftest import StartFunction
from tests.support.aws import Aws, Bucket
from tests.support.collector import Collector
from tests.support.databases import Database
from tests.support.functions import Function
from tests.support.notifications import notification, put
from tests.support.receiver import Receiver

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"  # pragma: allowlist secret - ids
GIVEN = f"00-{TRACE}-{CALLER}-01"
EVENT = {
    "content-type": "application/json",
    "ce-specversion": "1.0",
    "ce-type": "dev.knative.eventing.aws-sqs",
    "ce-source": "test",
    "ce-id": "event-1",
}


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as made:
        yield made


@pytest.fixture
def ingest(
    database: Database,
    aws: Aws,
    bucket: Bucket,
    start_function: StartFunction,
    collector: Collector,
    receiver: Receiver,
) -> Function:
    environment = {**aws.environment, "DATABASE_URL": database.ingest, "AWS_BUCKET_NAME": bucket.name}
    environment |= {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "K_SINK": receiver.url}
    return start_function("ingest", environment)


def upload(bucket: Bucket, body: bytes = b'{"title": "Solaris", "year": 1972}') -> str:
    return notification(bucket.name, "films", put(bucket, "films", body))


def test_an_event_its_file_and_the_database_are_one_trace_that_the_reply_goes_on_with(
    ingest: Function, bucket: Bucket, collector: Collector
) -> None:
    answer = ingest.post("/", EVENT | {"ce-traceparent": GIVEN}, upload(bucket).encode())
    spans = collector.of(TRACE, 5)
    parents = {name: span["parentSpanId"] for name, (_, span) in spans.items()}
    ids = {name: span["spanId"] for name, (_, span) in spans.items()}
    assert parents == {
        "event": CALLER,
        "change": ids["event"],
        "transaction": ids["change"],
        "read": ids["transaction"],
        "publish": ids["transaction"],
    }
    for service, span in spans.values():
        assert service == "ingest"
        assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
    assert (
        answer.headers["ce-traceparent"] == f"00-{TRACE}-{ids['event']}-01" == answer.headers["traceparent"]
    )


def test_the_header_of_the_last_hop_comes_before_the_extension(
    ingest: Function, bucket: Bucket, collector: Collector
) -> None:
    other = f"00-{'1' * 32}-{'2' * 16}-01"
    ingest.post("/", EVENT | {"ce-traceparent": other, "traceparent": GIVEN}, upload(bucket).encode())
    assert collector.of(TRACE, 5)["event"][1]["parentSpanId"] == CALLER


def test_a_failure_is_marked_with_its_kind_and_without_its_words(
    ingest: Function, bucket: Bucket, collector: Collector
) -> None:
    ingest.post("/", EVENT | {"traceparent": GIVEN}, upload(bucket, b"[}").encode())
    spans = collector.of(TRACE, 4)
    _, span = spans["transaction"]
    assert span["status"] == {"code": 2}
    assert {"key": "error.type", "value": {"stringValue": "FileRefused"}} in span["attributes"]


def test_what_a_comparison_asks_for_carries_its_trace(
    ingest: Function, bucket: Bucket, collector: Collector, receiver: Receiver
) -> None:
    upload(bucket)
    answer = ingest.post("/", EVENT | {"ce-type": "dev.movies.reconcile", "traceparent": GIVEN})
    ((asked, _),) = receiver.seen
    event = collector.of(TRACE, 1)["event"][1]["spanId"]
    assert asked["ce-traceparent"] == f"00-{TRACE}-{event}-01" == answer.headers["ce-traceparent"]


def test_an_answer_from_the_database_and_one_from_memory_join_the_callers_trace(
    database: Database, start_function: StartFunction, collector: Collector
) -> None:
    query = start_function(
        "query", {"DATABASE_URL": database.query, "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
    )
    requests.get(f"{query.url}/movies", headers={"traceparent": GIVEN}, timeout=5)
    spans = collector.of(TRACE, 2)
    service, answer = spans["GET listMovies"]
    assert (service, answer["kind"], answer["parentSpanId"]) == ("query", 2, CALLER)
    read = spans["read"][1]
    assert (read["kind"], read["parentSpanId"]) == (3, answer["spanId"])
    assert int(answer["startTimeUnixNano"]) <= int(read["startTimeUnixNano"]) <= int(read["endTimeUnixNano"])

    hit = f"00-{'3' * 32}-{CALLER}-01"
    requests.get(f"{query.url}/movies", headers={"traceparent": hit}, timeout=5)
    found = collector.of("3" * 32, 1)["GET listMovies"][1]
    assert {"key": "cache", "value": {"stringValue": "hit"}} in found["attributes"]


def test_what_the_caller_does_not_want_traced_is_not(
    database: Database, start_function: StartFunction, collector: Collector
) -> None:
    settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_TRACES_SAMPLER_ARG": "1"}
    query = start_function("query", {"DATABASE_URL": database.query, **settings})
    requests.get(f"{query.url}/movies", headers={"traceparent": GIVEN[:-1] + "0"}, timeout=5)
    requests.get(f"{query.url}/health/liveness", timeout=5)
    requests.get(f"{query.url}/movies?limit=7", timeout=5)  # begins one of its own
    query.stop()  # sends what waits
    assert {(span["name"], span["parentSpanId"] == "") for _, span in collector.spans} == {
        ("GET listMovies", True),
        ("read", False),
    }


def test_a_collector_that_is_away_holds_nothing_up(database: Database, start_function: StartFunction) -> None:
    nowhere = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_TRACES_SAMPLER_ARG": "1"}
    query = start_function("query", {"DATABASE_URL": database.query, **nowhere})
    for _ in range(3):
        assert requests.get(f"{query.url}/movies", timeout=5).status_code == 200
    assert query.stop() == 0
    assert query.log.read_text().count("the collector of traces does not take them") == 1


def test_where_nobody_wants_traces_an_event_still_hands_its_trace_on(
    database: Database, aws: Aws, bucket: Bucket, start_function: StartFunction
) -> None:
    environment = {**aws.environment, "DATABASE_URL": database.ingest, "AWS_BUCKET_NAME": bucket.name}
    ingest = start_function("ingest", environment)
    answer = ingest.post("/", EVENT | {"traceparent": GIVEN}, upload(bucket).encode())
    assert answer.headers["ce-traceparent"] == GIVEN


def test_the_exporter_is_not_even_imported_where_nobody_wants_traces() -> None:
    """A fresh interpreter makes the parts of both functions."""
    for name, program in (
        ("query", "from query.application import Application as A; from query.settings import Settings as S;"
         "A(S.from_environment({'DATABASE_URL': 'host=/nowhere'}))"),
        ("ingest", "from ingest.service import build; from ingest.settings import load;"
         "build(load({'DATABASE_URL': 'host=/nowhere', 'AWS_BUCKET_NAME': 'b'}))"),
    ):  # fmt: skip
        check = (
            f"import sys; sys.path.insert(0, 'functions/{name}'); {program};"
            f"print([m for m in sys.modules if m in ('{name}.exporting', 'query.tracing')])"
        )
        done = subprocess.run(
            [sys.executable, "-c", check], capture_output=True, text=True, check=True, timeout=60
        )
        assert done.stdout.strip() == "[]"
