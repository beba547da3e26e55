"""What the routes share: one of each, made when the process starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import flask

from ingest import tracing
from ingest.database import Database
from ingest.intake import Intake
from ingest.metrics import Metrics
from ingest.settings import Settings
from ingest.storage import Storage

if TYPE_CHECKING:
    from ingest.exporting import Exporter


@dataclass
class Service:
    """The parts of a running ingest function."""

    settings: Settings
    database: Database
    storage: Storage
    intake: Intake
    metrics: Metrics = field(default_factory=Metrics)
    traces: Exporter | None = None


def build(settings: Settings) -> Service:
    """Make the parts; nothing connects yet."""
    database, storage = Database(settings), Storage(settings)
    traces = tracing.exporter(settings.traces_endpoint)
    return Service(settings, database, storage, Intake(settings, database, storage), traces=traces)


def service() -> Service:
    """The running function's parts, inside a request."""
    found = flask.current_app.extensions["ingest"]
    if not isinstance(found, Service):
        raise TypeError("the application was not made by ingest.main.create_application")
    return found
