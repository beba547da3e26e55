"""S3 and SQS where the cluster's pods reach them, with an empty bucket."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3

from local import processes
from tests.e2e.settings import REGION, Settings
from tests.support.waiting import wait_for_http


@contextmanager
def stand_in(settings: Settings, folder: Path) -> Iterator[boto3.session.Session]:
    """moto, until the end of the block; its log is in the folder."""
    log = folder / "moto.log"
    command = [sys.executable, "-m", "moto.server", "-H", settings.aws_host, "-p", str(settings.aws_port)]
    process = processes.start(command, log=log)
    try:
        wait_for_http(f"{settings.aws_endpoint}/moto-api/data.json", process, log)
        session = boto3.session.Session("testing", "testing", region_name=REGION)
        session.client("s3", endpoint_url=settings.aws_endpoint).create_bucket(
            Bucket=settings.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        yield session
    finally:
        processes.stop(process, timeout_s=5)
