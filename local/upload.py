"""`make upload FILES="a.json b.json"`: puts files into the bucket and says what became of each.

AWS_BUCKET_NAME (movies), AWS_ENDPOINT_URL and INGEST_URL default to the laptop stack's.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local import aws

DECIDED_SECONDS_MAX = 300
LAPTOP = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:5055",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "laptop",
    "AWS_SECRET_ACCESS_KEY": "laptop",
}


def decided(ledger_url: str, key: str, etag: str) -> dict[str, Any]:
    """The ledger's row of an upload, once its fate is known; TimeoutError when it is not in time."""
    end = time.monotonic() + DECIDED_SECONDS_MAX
    while time.monotonic() < end:
        with urllib.request.urlopen(ledger_url, timeout=10) as answer:  # noqa: S310 - from our own setting
            rows: list[dict[str, Any]] = json.load(answer)
        for row in rows:
            if (row["key"], row["etag"]) == (key, etag) and row["state"] != "received":
                return row
        time.sleep(0.2)
    raise TimeoutError


def describe(row: dict[str, Any]) -> str:
    """One line for a person."""
    if row["reason"]:
        return f"{row['key']}: {row['state']}, {row['reason']}"
    counts = f"{row['stored']} movies, {row['merged']} merged, {row['rejected']} rejected"
    return f"{row['key']}: {row['state']}, {counts} of {row['entries']} records"


def main(arguments: list[str]) -> int:
    files = [Path(argument) for argument in arguments]
    missing = [str(file) for file in files if not file.is_file()]
    if not files or missing:
        sys.exit(f"upload: {'no such file: ' + ', '.join(missing) if missing else 'name files: FILES=…'}")
    if "AWS_ENDPOINT_URL" not in os.environ and "AWS_ACCESS_KEY_ID" not in os.environ:
        os.environ.update(LAPTOP)
    bucket = os.environ.get("AWS_BUCKET_NAME", "movies")
    ledger_url = os.environ.get("INGEST_URL", "http://127.0.0.1:8081") + "/files"
    failed = 0
    for file in files:
        try:
            aws.upload(bucket, [file])
            etag = boto3.client("s3").head_object(Bucket=bucket, Key=file.name)["ETag"].strip('"')
            row = decided(ledger_url, file.name, etag)
        except TimeoutError:
            sys.exit(
                f"upload: {file.name} is in the bucket, and not in the ledger after {DECIDED_SECONDS_MAX} s"
            )
        except (BotoCoreError, ClientError, OSError) as error:
            sys.exit(f"upload: {file.name}: {type(error).__name__}; is the stack running (make run)?")
        print(describe(row), flush=True)
        failed += row["state"] == "failed"
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
