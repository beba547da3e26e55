"""boto3's clients, with limits on every wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 4, "mode": "standard"})


@dataclass(frozen=True)
class Clients:
    """S3 and SQS of one region; credentials come from where boto3 looks for them."""

    s3: S3Client
    sqs: SQSClient


def connect(region: str, endpoint: str | None) -> Clients:
    """Clients for AWS, or for a stand-in at `endpoint`."""
    return Clients(
        boto3.client("s3", region_name=region, endpoint_url=endpoint, config=CONFIG),
        boto3.client("sqs", region_name=region, endpoint_url=endpoint, config=CONFIG),
    )
