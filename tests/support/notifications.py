"""S3 notifications as SQS brings them, for tests that are the event road themselves."""

from __future__ import annotations

import json
import uuid
from urllib.parse import quote_plus

import requests

from tests.support.aws import Bucket
from tests.support.functions import Function


def put(bucket: Bucket, key: str, body: bytes) -> str:
    """Put an object; its ETag."""
    return str(bucket.s3.put_object(Bucket=bucket.name, Key=key, Body=body)["ETag"]).strip('"')


def notification(bucket: str, key: str, etag: str, name: str = "ObjectCreated:Put", **more: str) -> str:
    """The body that S3 sends for one object."""
    s3 = {"bucket": {"name": bucket}, "object": {"key": quote_plus(key), "eTag": etag, **more}}
    return json.dumps({"Records": [{"eventName": name, "s3": s3}]})


def attributes() -> dict[str, str]:
    """The headers of one delivery, as IntegrationSource makes them: a new id each time."""
    return {
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-type": "dev.knative.eventing.aws-sqs",
        "ce-source": "test",
        "ce-id": str(uuid.uuid4()),
    }


def deliver(ingest: Function, body: str) -> requests.Response:
    """One delivery."""
    return requests.post(ingest.url, data=body.encode(), headers=attributes(), timeout=60)
