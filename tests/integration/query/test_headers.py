"""Every answer of query, whatever it says, has the headers that keep a browser from misusing it."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
import requests

from tests.conftest import StartFunction
from tests.support.sockets import talk
from tests.support.waiting import wait_for_http

ANSWERS = {
    "movies": ("GET", "/movies?limit=1", 200),
    "HEAD": ("HEAD", "/movies?limit=1", 200),
    "a stream": ("GET", "/movies", 200),
    "OPTIONS": ("OPTIONS", "/movies", 204),
    "a bad parameter": ("GET", "/movies?year=never", 400),
    "no movie": ("GET", "/movies/year/1870", 404),
    "no route": ("GET", "/nowhere", 404),
    "another method": ("DELETE", "/movies", 405),
    "no such form": ("GET", "/movies", 406),
    "a long path": ("GET", "/movies?q=" + "a" * 9000, 414),
    "explorer": ("GET", "/", 200),
    "reference": ("GET", "/docs", 200),
    "contract": ("GET", "/openapi.yaml", 200),
    "status": ("GET", "/status", 200),
    "liveness": ("GET", "/health/liveness", 200),
    "metrics": ("GET", "/metrics", 200),
}
ACCEPT = {"a stream": "text/csv", "no such form": "image/png"}


def assert_guarded(answer: requests.Response) -> None:
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert not {"server", "x-powered-by", "set-cookie"} & {name.lower() for name in answer.headers}
    assert (
        "charset" not in answer.headers.get("Content-Type", "") or "text/" in answer.headers["Content-Type"]
    )


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_of_query_has_its_headers(query, name: str) -> None:
    method, path, status = ANSWERS[name]
    answer = query(path, method, Accept=ACCEPT.get(name, "*/*"))
    assert answer.status_code == status
    assert_guarded(answer)


def test_so_has_an_answer_without_a_body(query) -> None:
    for path in ("/movies?limit=1", "/", "/docs"):
        answer = query(path, **{"If-None-Match": query(path).headers["ETag"]})
        assert answer.status_code == 304
        assert_guarded(answer)


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_is_in_nobodys_frame_and_runs_what_comes_from_here(query, path: str) -> None:
    for answer in (
        query(path),
        query(path, "HEAD"),
        query(path, **{"If-None-Match": query(path).headers["ETag"]}),
    ):
        policy = answer.headers["Content-Security-Policy"]
        assert {
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        } <= set(policy.split("; "))
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_so_has_one_without_a_database(start_function: StartFunction) -> None:
    function = start_function("query", {"DATABASE_URL": "host=/nowhere dbname=movie"}, ready=False)
    wait_for_http(f"{function.url}/health/liveness", function.process, function.log)
    for path in ("/movies", "/health/readiness", "/movies/year/2000"):
        answer = requests.get(function.url + path, timeout=10)
        assert answer.status_code == 503
        assert_guarded(answer)


def test_so_has_one_to_what_is_no_request(query) -> None:
    address = urlsplit(query.url)
    said = talk((address.hostname or "", address.port or 0), b"BREW /movies HTCPCP/1.0\r\n\r\n").lower()
    assert said.startswith(b"http/1.1 400 ")
    assert b"\r\nx-content-type-options: nosniff\r\n" in said
