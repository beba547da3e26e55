"""Routes that the platform asks."""

from __future__ import annotations

import flask

from ingest.metrics import CONTENT_TYPE
from ingest.service import service

blueprint = flask.Blueprint("probes", __name__)


@blueprint.get("/health/liveness")
def liveness() -> flask.Response:
    """The process answers; nothing else is asked, so that a lost database restarts nobody."""
    return flask.jsonify(status="alive")


@blueprint.get("/health/readiness")
def readiness() -> flask.Response:
    """The database answers; 503 problem otherwise.

    The bucket is not asked: a probe every few seconds would cost requests, and while S3 is
    away the ledger can be read all the same.
    """
    service().database.ping()
    return flask.jsonify(status="ready")


@blueprint.get("/metrics")
def metrics() -> flask.Response:
    """Prometheus text."""
    return flask.Response(service().metrics.text(), content_type=CONTENT_TYPE)
