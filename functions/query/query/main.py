"""The function: what functions-framework calls, and the WSGI application that production serves.

request ─▶ ReadPath ── kept answer ─────────────▶ bytes
              │
              ├─ GET, HEAD ─▶ Service ─▶ Database ─▶ bytes
              │
              └─ the rest ──▶ Flask ─▶ query(request)
"""

from __future__ import annotations

import flask
import functions_framework

from query.answers import Answer
from query.errors import MethodNotAllowed, NoSuchRoute
from query.read_path import ReadPath, respond, wire
from query.service import instance


@functions_framework.http
def query(request: flask.Request) -> flask.Response:
    """Any request, the way functions-framework's own server brings it."""
    service = instance()
    if request.method == "OPTIONS":
        return _preflight()
    if request.method not in ("GET", "HEAD"):
        return _flask(*wire(service, Answer.of_problem(MethodNotAllowed("Read with GET or HEAD.")), None))
    try:
        answer = respond(service, request.environ["PATH_INFO"], request.query_string.decode("latin-1"))
    except NoSuchRoute as problem:
        answer = Answer.of_problem(problem)
    return _flask(*wire(service, answer, request.headers.get("If-None-Match")))


def create_application() -> ReadPath:
    """The WSGI application. The framework's own app stands behind it, whole."""
    framework = functions_framework.create_app("query", __file__, "http")  # type: ignore[no-untyped-call]
    return ReadPath(instance(), framework)


def _preflight() -> flask.Response:
    return flask.Response(
        status=204,
        headers={
            "Allow": "GET, HEAD, OPTIONS",
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
            "Access-Control-Allow-Headers": "Accept, If-None-Match",
            "Access-Control-Max-Age": "86400",
        },
    )


def _flask(status: int, headers: list[tuple[str, str]], body: bytes) -> flask.Response:
    return flask.Response(body, status, headers)
