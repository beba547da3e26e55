"""Events that the Broker could not have handled: named in the log and counted, then let go.

What they spoke of is not lost: reconcile compares the bucket with the ledger, which has the
reason where a file was refused. While the database is away nothing is let go: the Broker then
fails, and the queue keeps the message.
"""

from __future__ import annotations

import flask
from cloudevents.http import from_http

from ingest.doorstep import UNREADABLE
from ingest.errors import NotAnEvent
from ingest.events import decode
from ingest.logs import log
from ingest.service import service

blueprint = flask.Blueprint("dead_letters", __name__)
_KEYS_SHOWN = 20


@blueprint.post("/dead-letters")
def dead_letter() -> flask.Response:
    """204 for any event; 503 problem while the database is away."""
    service().database.ping()
    headers = flask.request.headers
    code = headers.get("ce-knativeerrorcode", "unknown")[:20]
    service().metrics.add("ingest_dead_letters_total", 1, "code", code if code.isdigit() else "unknown")
    log.warning(
        "dead letter: answer %s for event %.100s of type %.100s, keys %s",
        code,
        headers.get("ce-id", "unknown"),
        headers.get("ce-type", "unknown"),
        _keys()[:_KEYS_SHOWN],
    )
    return flask.Response(status=204)


def _keys() -> list[str]:
    """The keys that the event names, if it can be read at all."""
    try:
        event = from_http(dict(flask.request.headers), flask.request.get_data())
        asked = decode(event, service().settings)
    except (NotAnEvent, *UNREADABLE):
        return []
    return [change.key for change in asked] if isinstance(asked, list) else []
