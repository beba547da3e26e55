"""What a request to the event route passes before the framework sees it."""

from __future__ import annotations

import json
import uuid

import flask
from cloudevents.exceptions import GenericException
from cloudevents.http import from_http

from ingest.errors import NotAnEvent, NotFound
from ingest.events import RAW_TYPE, SOURCE
from ingest.service import service

# What the CloudEvents library raises for one body or another.
UNREADABLE = (GenericException, ValueError, TypeError, LookupError, AttributeError, RecursionError)


def install(app: flask.Flask) -> None:
    """Put the steps before the framework's view."""
    app.before_request(_bound)
    app.before_request(_prepare)


def _bound() -> None:
    """Bound the body; an upload may be larger than an event."""
    settings = service().settings
    upload = flask.request.path == "/movie"
    flask.request.max_content_length = settings.upload_bytes_max if upload else settings.event_bytes_max


def _prepare() -> None:
    """The framework takes POST at every path: only / is for events. A bare notification gets its headers."""
    request = flask.request
    if request.view_args is None or "path" not in request.view_args:
        return
    if request.view_args["path"]:
        raise NotFound(f"There is no {request.path!r} here; events go to /.")
    if request.mimetype == "application/cloudevents-batch+json":
        raise NotAnEvent("Batches of CloudEvents are not taken; send them one by one.")
    try:
        if "ce-specversion" not in request.headers and _is_bare_notification(request.get_data()):
            request.environ.update(
                HTTP_CE_SPECVERSION="1.0",
                HTTP_CE_ID=str(uuid.uuid4()),
                HTTP_CE_TYPE=RAW_TYPE,
                HTTP_CE_SOURCE=SOURCE,
            )
        # As the framework will read it: there it would be a 500 and come again.
        from_http(request.headers, request.get_data())
    except UNREADABLE:
        raise NotAnEvent from None


def _is_bare_notification(data: bytes) -> bool:
    body = json.loads(data)
    return "specversion" not in body and bool({"Records", "Event"} & body.keys())
