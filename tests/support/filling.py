"""A database with files in it, brought there by the real ingest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.support import functions
from tests.support.aws import Aws, Bucket
from tests.support.databases import Database
from tests.support.notifications import deliver, notification, put


def fill(aws: Aws, database: Database, folder: Path, bucket: str, files: Mapping[str, bytes]) -> None:
    """Put files, by key, into a bucket, which is made where it is absent, and have each ingested."""
    environment = {**aws.environment, "DATABASE_URL": database.ingest, "AWS_BUCKET_NAME": bucket}
    ingest = functions.start_function("ingest", environment, folder)
    try:
        with aws.s3() as client:
            if bucket not in {each["Name"] for each in client.list_buckets()["Buckets"]}:
                client.create_bucket(
                    Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
                )
            for key, body in files.items():
                version = put(Bucket(bucket, client), key, body)
                assert deliver(ingest, notification(bucket, key, version)).status_code == 200
    finally:
        ingest.stop()
