"""The function that functions-framework calls with each CloudEvent."""

from __future__ import annotations

import flask
import functions_framework
from cloudevents.http import CloudEvent

from ingest import tracing
from ingest.events import Nothing, Reconcile, decode
from ingest.logs import log
from ingest.reconciling import reconcile
from ingest.replies import Handled
from ingest.service import service
from ingest.taking import take_all


@functions_framework.cloud_event
def ingest(event: CloudEvent) -> None:
    """Handle one event; returns for 2xx, raises for anything else.

    The framework ignores what a CloudEvent function returns, so what the reply needs is
    left in flask.g for ingest.replies.
    """
    here = service()
    handled = flask.g.handled = Handled()
    # The header is of the last hop, the extension of whoever made the event.
    given = {"traceparent": flask.request.headers.get("traceparent") or str(event.get("traceparent", ""))}
    about = {"cloudevents.event_type": str(event["type"]), "cloudevents.event_id": str(event["id"])}
    with tracing.event(here.traces, given, about):
        handled.trace = tracing.headers()
        asked = decode(event, here.settings)
        if isinstance(asked, Nothing):
            log.debug("nothing to do: %s", asked.why)
        elif isinstance(asked, Reconcile):
            handled.summary = reconcile(here, asked)
        else:
            take_all(here, asked, handled.outcomes)
