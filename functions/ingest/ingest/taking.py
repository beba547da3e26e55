"""Changes taken one by one, each counted and logged."""

from __future__ import annotations

import time

from ingest import tracing
from ingest.errors import IngestError, Refused, Unavailable
from ingest.events import Change
from ingest.intake import Outcome
from ingest.logs import log
from ingest.service import Service


def take_all(here: Service, changes: list[Change], outcomes: list[Outcome]) -> None:
    """Take each change, whatever becomes of the others; then raise the worst that happened."""
    errors: list[IngestError] = []
    for change in changes:
        try:
            outcomes.append(take(here, change))
        except (Refused, Unavailable) as error:  # noqa: PERF203 - each stands for itself
            errors.append(error)
    worst = max(errors, key=lambda error: error.status, default=None)
    if worst:
        raise worst


def take(here: Service, change: Change, again: bool = False) -> Outcome:
    """Take one change; raises Refused, Unavailable."""
    began = time.perf_counter()
    fields: dict[str, object] = {"bucket": change.bucket, "key": change.key, "version": change.version}
    try:
        with tracing.span("change", key=change.key):
            outcome = here.intake.take(change, again)
    except IngestError as error:
        here.metrics.refusals.labels(type(error).__name__).inc()
        log.warning(error.detail, extra={"fields": fields | error.members | {"status": error.status}})
        raise
    finally:
        seconds = time.perf_counter() - began
        here.metrics.seconds.inc(seconds)
    here.metrics.changes.labels(outcome.state).inc()
    if outcome.committed:
        for word in ("stored", "merged", "rejected"):
            here.metrics.records.labels(word).inc(outcome.counts[word])
    fields |= {"file": outcome.file_id, "seconds": round(seconds, 3), **outcome.counts}
    log.info(outcome.state, extra={"fields": fields})
    return outcome
