"""GET /metrics and the log: what is counted and told, and what is not."""

import json

import requests
from prometheus_client.parser import text_string_to_metric_families

from local.settings import ROOT
from tests.support.documents import rows
from tests.support.waiting import wait_for_http

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def samples(query) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return metrics(query("/metrics").text)


def metrics(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def grown(before, after, name: str) -> dict[tuple[tuple[str, str], ...], float]:
    return {
        labels: value - before.get((each, labels), 0)
        for (each, labels), value in after.items()
        if each == name and value != before.get((each, labels), 0)
    }


def labels(cache: str, route: str, status: int) -> tuple[tuple[str, str], ...]:
    return (("cache", cache), ("route", route), ("status", str(status)))


def test_requests_are_counted_by_route_status_and_cache(query):
    before = samples(query)
    path = "/movies?genre=war&limit=7"
    query(path)
    etag = query(path).headers["ETag"]
    query(path, **{"If-None-Match": etag})
    query("/movies?yer=1")
    query("/nothing")
    counted = grown(before, samples(query), "query_requests_total")
    assert counted[labels("miss", "listMovies", 200)] == 1
    assert counted[labels("hit", "listMovies", 200)] == 1
    assert counted[labels("hit", "listMovies", 304)] == 1
    assert counted[labels("none", "listMovies", 400)] == 1
    assert counted[labels("none", "", 404)] == 1


def test_the_first_byte_is_measured_with_a_bucket_at_what_is_promised(query):
    before = samples(query)
    query("/movies?genre=war&limit=8")
    after = samples(query)
    key = ("query_first_byte_seconds_bucket", (("cache", "miss"), ("le", "0.005")))
    assert key in after
    assert grown(before, after, "query_first_byte_seconds_count")[(("cache", "miss"),)] == 1


def test_failures_are_counted_from_the_start_and_probes_are_none(start_function):
    function = start_function("query", {"DATABASE_URL": "host=/nowhere dbname=movie"}, ready=False)
    wait_for_http(f"{function.url}/health/liveness", function.process, function.log, 30)

    def failures() -> float:
        return metrics(requests.get(f"{function.url}/metrics", timeout=5).text)["query_failures_total", ()]

    assert failures() == 0
    assert requests.get(f"{function.url}/health/readiness", timeout=5).status_code == 503
    assert failures() == 0
    assert requests.get(f"{function.url}/movies", timeout=5).status_code == 503
    assert failures() == 1


def test_pool_cache_and_data_are_told(query):
    names = {name for name, _ in samples(query)}
    assert {
        "query_database_sessions_ready",
        "query_database_sessions_busy",
        "query_database_requests_waiting",
        "query_cache_bytes",
        "query_cache_answers",
        "query_data_version",
        "query_data_age_seconds",
        "query_movies",
        "query_stale",
        "query_stale_answers_total",
    } <= names


def test_a_request_is_logged_with_its_id_and_trace_and_without_what_it_asked(database, start_function):
    function = start_function("query", {"DATABASE_URL": database.query, "QUERY_LOG_REQUESTS": "all"})
    requests.get(
        f"{function.url}/movies/castmember/Somebody%20Private",
        headers={"X-Request-Id": "abc-1", "traceparent": TRACE},
        timeout=5,
    )
    function.stop()
    lines = [json.loads(line) for line in function.log.read_text().splitlines()]
    (told,) = [line for line in lines if line.get("request_id") == "abc-1"]
    assert (told["operation"], told["status"], told["cache"]) == ("listMoviesOfCastMember", 404, "miss")
    assert told["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert "Private" not in function.log.read_text()


def test_the_metrics_documented_are_those_that_are_exported(query):
    text = (ROOT / "docs" / "query.md").read_text("utf-8")
    exported = {family.name for family in text_string_to_metric_families(query("/metrics").text)}
    assert {name.strip("`") for name in rows(text, "metric")} == exported
