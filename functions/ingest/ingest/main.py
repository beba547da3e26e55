"""The function: events in, a file's fate out.

POST / ── CloudEvent or S3 notification ──▶ Intake ──▶ ledger and movies, one transaction a file
GET /files, /files/{id}/rejects ──▶ the ledger
"""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import flask
import functions_framework
from cloudevents.exceptions import GenericException
from cloudevents.http import from_http

from ingest import events, settings
from ingest.database import Database, transaction
from ingest.errors import (
    BadRequest,
    IngestError,
    MethodNotAllowed,
    NotAnEvent,
    NotFound,
    Refused,
    TooLarge,
    Unavailable,
)
from ingest.events import Change
from ingest.intake import Intake, Outcome
from ingest.sql import LEDGER
from ingest.storage import Storage

log = logging.getLogger(__name__)
LEDGER_ROWS_MAX = 1000
_REJECTS = re.compile(r"/files/([0-9]{1,18})/rejects")


class Service:
    """The parts of one process."""

    def __init__(self) -> None:
        self.settings = settings.load()
        self.database = Database(self.settings)
        self.storage = Storage(self.settings)
        self.intake = Intake(self.settings, self.database, self.storage)


@lru_cache(maxsize=1)
def instance() -> Service:
    """Made from the environment when it is first asked for."""
    return Service()


@functions_framework.http
def ingest(request: flask.Request) -> flask.Response:
    """Any request; every problem is told as RFC 9457 has it."""
    try:
        return _route(request)
    except IngestError as problem:
        return _problem(problem)
    except Exception:  # the last line of defence: the caller gets no detail, the log gets all
        log.exception("a request failed")
        return _problem(IngestError("Something went wrong here; the request was not at fault."))


def create_application() -> flask.Flask:
    """The WSGI application."""
    application: flask.Flask = functions_framework.create_app("ingest", __file__, "http")  # type: ignore[no-untyped-call]
    instance()
    return application


def _route(request: flask.Request) -> flask.Response:
    if request.path == "/":
        if request.method != "POST":
            raise MethodNotAllowed("Events are sent with POST.")
        return _event(request)
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed("This is read with GET or HEAD.")
    if request.path == "/health/liveness":
        return _json({"status": "up"})
    if request.path == "/health/readiness":
        instance().database.ping()
        return _json({"status": "ready"})
    if request.path == "/files":
        asked = _asked(request, "key", "limit")
        values = {"before": None, "state": None, "id": None, "key": asked.get("key"), "limit": _limit(asked)}
        return _json(_rows("page", values))
    if file := _REJECTS.fullmatch(request.path):
        limit = _limit(_asked(request, "limit"))
        return _json(_rows("rejects", {"id": int(file[1]), "after": 0, "limit": limit}))
    raise NotFound("Nothing is served at this path.")


def _event(request: flask.Request) -> flask.Response:
    service = instance()
    if (request.content_length or 0) > service.settings.event_bytes_max:
        raise TooLarge(f"An event has at most {service.settings.event_bytes_max} bytes.")
    body = request.stream.read(service.settings.event_bytes_max + 1)
    type_, data = _opened(request.headers.items(), body)
    if type_ == events.RECONCILE:
        found = [each for page in service.storage.pages() for each in page]
        wanted = [Change(service.storage.bucket, each.key, removed=False, etag=each.etag) for each in found]
    else:
        wanted = events.changes(data, service.settings.event_records_max)
    outcomes: list[Outcome] = []
    worst: IngestError | None = None
    for change in wanted:
        try:
            outcomes.append(service.intake.take(change))
        except (Refused, Unavailable) as problem:  # noqa: PERF203 - one file's trouble is not the next one's
            log.warning("%s of %s: %s", type(problem).__name__, change.key[:200], problem.detail)
            if worst is None or problem.status > worst.status:
                worst = problem
    if worst is not None:
        raise worst
    return _reply(outcomes)


def _opened(headers: Iterable[tuple[str, str]], body: bytes) -> tuple[str | None, Any]:
    """The event's type, None for a bare notification, and its data."""
    lowered = {name.lower(): value for name, value in headers}
    structured = lowered.get("content-type", "").startswith("application/cloudevents+json")
    try:
        if not structured and "ce-type" not in lowered:
            return None, json.loads(body)
        event = from_http(lowered, body)
        data = event.data
        return str(event["type"]), json.loads(data) if isinstance(data, (str, bytes)) else data
    except (GenericException, ValueError, RecursionError, KeyError):
        raise NotAnEvent("The body must be a CloudEvent or an S3 notification, as JSON.") from None


def _reply(outcomes: list[Outcome]) -> flask.Response:
    if any(each.state == "busy" for each in outcomes):
        return _json([asdict(each) for each in outcomes], 202)
    response = _json([asdict(each) for each in outcomes])
    for each in outcomes:
        if each.state in ("stored", "duplicate"):
            response.headers.update(
                {
                    "ce-specversion": "1.0",
                    "ce-id": str(uuid.uuid4()),
                    "ce-type": "dev.movies.file.ingested",
                    "ce-source": "/ingest",
                }
            )
            break
    return response


def _asked(request: flask.Request, *known: str) -> dict[str, str]:
    """The query's parameters, each known and given once; raises BadRequest."""
    for name in request.args:
        if name not in known:
            raise BadRequest(
                "There is no such parameter here.", parameter=name[:100], allowed=", ".join(known)
            )
        if len(request.args.getlist(name)) > 1 or "\0" in request.args[name]:
            raise BadRequest(f"'{name}' is given once, without NUL.", parameter=name)
    return request.args.to_dict()


def _limit(asked: dict[str, str]) -> int:
    text = asked.get("limit", str(LEDGER_ROWS_MAX))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= LEDGER_ROWS_MAX):
        raise BadRequest(f"'limit' must be a whole number from 1 to {LEDGER_ROWS_MAX}.", parameter="limit")
    return int(text)


def _rows(statement: str, values: Mapping[str, object]) -> list[dict[str, object]]:
    with instance().database.connection() as connection, transaction(connection) as cursor:
        cursor.execute(LEDGER[statement], values)
        names = [each.name for each in cursor.description or ()]
        return [dict(zip(names, found, strict=True)) for found in cursor.fetchall()]


def _json(document: object, status: int = 200) -> flask.Response:
    return flask.Response(json.dumps(document, default=str), status, content_type="application/json")


def _problem(problem: IngestError) -> flask.Response:
    members = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    response = _json(members | problem.members, problem.status)
    response.content_type = "application/problem+json"
    if isinstance(problem, Unavailable):
        response.headers["Retry-After"] = "5"
    return response
