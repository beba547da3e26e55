"""Events that the Broker gave up: on record, counted and named in the log.

What they spoke of is not lost: reconcile compares the bucket with the ledger, which has the
reason where a file was refused. It need not wait for that where all tries fell into one bad
moment: what was unavailable is tried once more here. What still is, or cannot be written down,
is not let go: the Broker then fails, and the queue keeps the message.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

import flask
from cloudevents.http import from_http

from ingest.database import transaction
from ingest.dead_letters import DeadLetter, clear, record
from ingest.doorstep import UNREADABLE
from ingest.errors import NotAnEvent, Refused
from ingest.events import Change, decode
from ingest.listing import page
from ingest.logs import log
from ingest.parameters import asked
from ingest.service import service
from ingest.settings import Settings
from ingest.sql import DEAD_LETTERS
from ingest.taking import take_all

blueprint = flask.Blueprint("undelivered", __name__)
_KEYS_SHOWN = 20
_CHARS_MAX = 200  # of an attribute that is kept


@blueprint.get("/dead-letters")
def dead_letters() -> flask.Response:
    """What was given up and has not been stored since, newest first: `key`, `limit`, `before` (an id)."""
    given = asked("key", "limit", "before")
    return page(DEAD_LETTERS["page"], given, key=given.get("key"))


@blueprint.post("/dead-letters")
def bury() -> flask.Response:
    """204 for any event; 503 problem while something is away that it needs."""
    here = service()
    letter, changes = _read(here.settings)
    if (letter.code or 0) >= 500:
        with contextlib.suppress(Refused):  # counted and logged; the letter says it
            take_all(here, changes, [])
    with here.database.connection() as connection, transaction(connection) as cursor:
        record(cursor, letter, changes, here.settings.dead_letters_max)
        # Stored by the try above, or a slow file after the Broker lost its patience.
        clear(cursor, here.storage.bucket, [change.key for change in changes])
    here.metrics.dead_letters.labels(letter.code or "unknown").inc()
    log.warning(
        "dead letter: answer %s for event %s of type %s, keys %s",
        letter.code or "unknown",
        letter.id,
        letter.type,
        [change.key for change in changes[:_KEYS_SHOWN]],
    )
    return flask.Response(status=204)


def _read(limits: Settings) -> tuple[DeadLetter, list[Change]]:
    """The event, and the changes that it speaks of, as far as it can be read at all."""
    changes: list[Change] = []
    attributes: Mapping[str, Any] = {
        name[3:].lower(): value for name, value in flask.request.headers if name.lower().startswith("ce-")
    }
    try:
        event = from_http(dict(flask.request.headers), flask.request.get_data())
        attributes = event.get_attributes()
        found = decode(event, limits)
        changes = found if isinstance(found, list) else []
    except (NotAnEvent, *UNREADABLE):
        pass  # an event that nobody can read is a dead letter, too
    code = _text(attributes, "knativeerrorcode")
    letter = DeadLetter(
        id=_text(attributes, "id"),
        type=_text(attributes, "type"),
        source=_text(attributes, "source"),
        code=int(code) if code.isascii() and code.isdigit() and len(code) == 3 else None,
        destination=_text(attributes, "knativeerrordest"),
    )
    return letter, changes


def _text(attributes: Mapping[str, Any], name: str) -> str:
    """An attribute, short, and without what UTF-8 or PostgreSQL cannot hold."""
    text = str(attributes.get(name, ""))[:_CHARS_MAX]
    return text.encode("utf-8", "replace").decode().replace("\0", "")
