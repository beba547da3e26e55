"""Every error as application/problem+json (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus

import flask
from werkzeug.exceptions import HTTPException

from ingest.errors import (
    BadRequest,
    IngestError,
    MethodNotAllowed,
    NotAllowed,
    NotFound,
    TooLarge,
    Unavailable,
)
from ingest.logs import log

RETRY_AFTER_S = 5


def install(app: flask.Flask) -> None:
    """Take over from the framework, which tells callers str(exception)."""
    app.register_error_handler(IngestError, answer)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)
    app.register_error_handler(500, _unexpected)


def answer(error: IngestError) -> flask.Response:
    """The one error body."""
    document = {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        **error.members,
    }
    body = json.dumps(document, default=str)
    response = flask.Response(body, error.status, mimetype="application/problem+json")
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    if isinstance(error, NotAllowed):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _http(error: HTTPException) -> flask.Response:
    code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if code == HTTPStatus.NOT_FOUND:
        return answer(NotFound(f"There is no {flask.request.path!r} here."))
    if code == HTTPStatus.METHOD_NOT_ALLOWED:
        return _wrong_method(error)
    if code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return answer(TooLarge(f"The body has more than {flask.request.max_content_length} bytes."))
    if code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return answer(BadRequest("The request cannot be understood."))
    return _unexpected(error)


def _wrong_method(error: HTTPException) -> flask.Response:
    """405, or 404 where the framework's catch-all for POST is the only route that fits the path."""
    request = flask.request
    methods = set(getattr(error, "valid_methods", None) or ())
    adapter = flask.current_app.create_url_adapter(request)
    _, arguments = adapter.match(method="POST") if adapter and "POST" in methods else ("", {})
    if arguments.get("path"):
        methods -= {"POST"}
    if not methods - {"OPTIONS"}:
        return answer(NotFound(f"There is no {request.path!r} here."))
    response = answer(MethodNotAllowed(f"{request.path!r} does not take {request.method}."))
    response.headers["Allow"] = ", ".join(sorted(methods))
    return response


def _unexpected(error: Exception) -> flask.Response:
    log.error("unexpected error", exc_info=error)
    return answer(IngestError("Something unforeseen went wrong; the log of the function has it."))
