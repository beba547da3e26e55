"""The ingest function as a WSGI application: what answers what.

POST /                       events (ingest.function; on the way in ingest.doorstep, out ingest.replies)
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

from ingest import doorstep, files, logs, probes, problems, replies, settings, undelivered, uploading
from ingest.service import build


def create_application(given: settings.Settings | None = None) -> flask.Flask:
    """The application, with the environment's settings where none are given."""
    parsed = given or settings.load()
    logging.config.dictConfig(logs.config(parsed.log_level))
    source = Path(__file__).with_name("function.py")
    app: flask.Flask = functions_framework.create_app("ingest", str(source), "cloudevent")  # type: ignore[no-untyped-call]
    app.extensions["ingest"] = build(parsed)
    for blueprint in (probes.blueprint, files.blueprint, uploading.blueprint, undelivered.blueprint):
        app.register_blueprint(blueprint)
    doorstep.install(app)
    problems.install(app)
    app.after_request(replies.reply)
    return app
