"""The ingest function as a WSGI application: what answers what.

POST /                       events (ingest.function; on the way in ingest.doorstep, out ingest.replies)
GET  /, /assets/…            the ledger as a page (ingest.site)
GET  /files…, POST …/replay  the ledger (ingest.files)
GET, POST /dead-letters      what the Broker gave up (ingest.undelivered)
POST /movie                  one movie or a list into the bucket (ingest.uploading)
GET  /health/…, /metrics     probes (ingest.probes)
errors                       RFC 9457 (ingest.problems)
"""

from __future__ import annotations

import logging.config
from pathlib import Path

import flask
import functions_framework

from ingest import doorstep, files, logs, probes, problems, replies, settings, site, undelivered, uploading
from ingest.service import build


def create_application(given: settings.Settings | None = None) -> flask.Flask:
    """The application, with the environment's settings where none are given."""
    parsed = given or settings.load()
    logging.config.dictConfig(logs.config(parsed.log_level))
    source = Path(__file__).with_name("function.py")
    app: flask.Flask = functions_framework.create_app("ingest", str(source), "cloudevent")  # type: ignore[no-untyped-call]
    app.extensions["ingest"] = build(parsed)
    for module in (probes, site, files, uploading, undelivered):
        app.register_blueprint(module.blueprint)
    doorstep.install(app)
    problems.install(app)
    app.after_request(replies.reply)
    app.after_request(_as_it_says)
    return app


def _as_it_says(response: flask.Response) -> flask.Response:
    """No answer is taken for anything but what its content type says."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
