"""What an event is answered with: a status, and after a commit an event of our own.

A Broker takes nothing else: where the body of a 2xx is neither empty nor an event it
counts the delivery as failed, tries again and then gives it to the dead letters.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from urllib.parse import quote

import flask

from ingest.events import INGESTED_TYPE, RECONCILE_TYPE, RECONCILED_TYPE, SOURCE
from ingest.intake import Outcome
from ingest.reconciling import Summary


@dataclass
class Handled:
    """What one event did."""

    outcomes: list[Outcome] = field(default_factory=list)
    summary: Summary | None = None
    trace: dict[str, str] = field(default_factory=dict)  # headers that go on with its trace


def reply(response: flask.Response) -> flask.Response:
    """Put what was done into the answer to an event; other answers pass."""
    handled: Handled | None = flask.g.get("handled")
    if handled is None or response.status_code != 200:
        return response
    committed = [describe(each) for each in handled.outcomes if each.committed]
    summary = handled.summary
    if committed:
        # A notification of several files has one reply, its last file first.
        others = {"others": committed[:-1]} if committed[1:] else {}
        subject = f"{committed[-1]['bucket']}/{committed[-1]['key']}"
        _as_event(response, INGESTED_TYPE, subject, committed[-1] | others)
        response.headers.update(handled.trace)
    elif summary and not summary.running:
        # Where the turn ended early, the reply is the event that goes on with it.
        type_ = RECONCILED_TYPE if summary.after is None else RECONCILE_TYPE
        _as_event(response, type_, "", asdict(summary))
        response.headers.update(handled.trace)
    else:
        response.set_data(b"")
        if summary or any(each.state == "in progress" for each in handled.outcomes):
            response.status_code = 202
    return response


def describe(outcome: Outcome) -> dict[str, object]:
    """What callers and the reply event are told of a file."""
    return {
        "bucket": outcome.change.bucket,
        "key": outcome.change.key,
        "version": outcome.version,
        "file": outcome.file_id,
        "state": outcome.state,
        "counts": outcome.counts,
        "data_version": outcome.data_version,
    }


def _as_event(response: flask.Response, type_: str, subject: str, data: dict[str, object]) -> None:
    """A CloudEvent in binary mode."""
    response.set_data(json.dumps(data))
    response.mimetype = "application/json"
    response.headers["ce-specversion"] = "1.0"
    response.headers["ce-id"] = str(uuid.uuid4())
    response.headers["ce-type"] = type_
    response.headers["ce-source"] = SOURCE
    if subject:
        response.headers["ce-subject"] = quote(subject)
    response.headers["ce-time"] = datetime.now(timezone.utc).isoformat()
