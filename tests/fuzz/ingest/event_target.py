"""Any request to the event route is a 2xx, a 413 or a 422: never a 500, never what Knative would send again for ever."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import atheris

with atheris.instrument_imports(include=["ingest", "cloudevents", "functions_framework"]):
    from ingest.errors import ForeignBucket
    from ingest.events import Change
    from ingest.intake import Intake, Outcome
    from ingest.main import create_application
    from ingest.settings import load

TYPES = (
    "dev.knative.eventing.aws-sqs",
    "com.amazonaws.s3.ObjectCreated:Put",
    "dev.movies.file.ingested",
    "other",
    "",
)
CONTENT_TYPES = (
    "application/json",
    "application/cloudevents+json",
    "application/cloudevents+json; charset=utf-16",
    "application/cloudevents-batch+json",
    "text/plain",
    "",
)
RECORD = {
    "eventName": "ObjectCreated:Put",
    "s3": {"bucket": {"name": "b"}, "object": {"key": "a+%C3%A9", "eTag": '"e"', "versionId": "null"}},
}
NOTIFICATION = json.dumps({"Records": [RECORD]}).encode()
EVENT = {"specversion": "1.0", "id": "1", "source": "s", "type": TYPES[0]}
# The first byte says which headers go with the others.
SEEDS = [
    b"\x00" + NOTIFICATION,
    b"\x80" + NOTIFICATION,
    b"\x80" + b'{"Service":"Amazon S3","Event":"s3:TestEvent"}',
    b"\x81" + json.dumps({**EVENT, "data": {"Records": [RECORD]}}).encode(),
    b"\x81" + json.dumps({**EVENT, "data_base64": base64.b64encode(NOTIFICATION).decode()}).encode(),
    b"\x81" + json.dumps({**EVENT, "type": "dev.movies.reconcile", "data": {"after": 7}}).encode(),
    b"\x80"
    + b'{"context":{"eventId":"1","timestamp":"t","eventType":"x","resource":{"name":"y"}},"data":{}}',
]


class _Nowhere(Intake):
    """Takes every change without a database: this target is about what comes before."""

    def __init__(self) -> None:
        pass

    def take(self, change: Change, again: bool = False) -> Outcome:  # noqa: ARG002 - as the base has it
        assert change.key
        assert change.bucket
        if change.bucket != "b":
            raise ForeignBucket("not ours")
        return Outcome(change, "ignored")


with mock.patch("logging.config.dictConfig"):
    APP = create_application(load({"DATABASE_URL": "host=/nowhere", "AWS_BUCKET_NAME": "b"}))
APP.extensions["ingest"].intake = _Nowhere()
APP.logger.disabled = True
CLIENT = APP.test_client()


def one_input(data: bytes) -> None:
    """One request; a comparison may begin, and finds no database."""
    mode, body = (data[0], data[1:]) if data else (0, b"")
    headers: dict[str, Any] = {}
    if not mode & 0x80:
        kind = TYPES[mode % len(TYPES)]
        headers = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "s", "ce-type": kind}
    content_type = CONTENT_TYPES[(mode & 0x7F) % len(CONTENT_TYPES)]
    answer = CLIENT.post("/", data=body, headers=headers, content_type=content_type)
    assert answer.status_code in (200, 202, 413, 422, 503), (answer.status_code, answer.data[:200])
    assert answer.status_code >= 400 or "ce-type" in answer.headers or not answer.data


def main() -> None:
    for number, seed in enumerate(SEEDS):
        (Path(sys.argv[1]) / f"seed-{number}").write_bytes(seed)
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
