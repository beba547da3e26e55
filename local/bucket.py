"""Bucket, queue, dead-letter queue and notification: what a cluster's owner sets up in AWS once."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.errors import StackError

# Each delivery that finds ingest away or busy counts as a receive; a small
# number here loses good messages to the dead-letter queue within a minute.
_RECEIVES_MAX = 500
_KEPT_S = 14 * 24 * 3600  # the longest that SQS offers
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 3})


def set_up(bucket: str, queue: str) -> str:
    """Create what is missing and connect it; returns the queue's URL. boto3's own variables say where."""
    try:
        with (
            closing(_client("s3")) as s3,
            closing(_client("sqs")) as sqs,
        ):
            _create_bucket(s3, bucket)
            dead = _queue(sqs, f"{queue}-dead-letters", {"MessageRetentionPeriod": str(_KEPT_S)})
            redrive = {"deadLetterTargetArn": _arn(sqs, dead), "maxReceiveCount": _RECEIVES_MAX}
            attributes = {"MessageRetentionPeriod": str(_KEPT_S), "RedrivePolicy": json.dumps(redrive)}
            url = _queue(sqs, queue, attributes)
            arn = _arn(sqs, url)
            sqs.set_queue_attributes(QueueUrl=url, Attributes={**attributes, "Policy": _policy(arn, bucket)})
            events = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}
            s3.put_bucket_notification_configuration(
                Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [events]}
            )
    except (BotoCoreError, ClientError) as error:
        raise StackError(f"the bucket {bucket} and its queue cannot be set up: {error}") from error
    return url


def _client(service: str) -> Any:
    client: Any = boto3.client(service, config=_CONFIG)  # type: ignore[call-overload]
    return client


def _create_bucket(s3: Any, bucket: str) -> None:
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
            raise
        region = s3.meta.region_name
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **where)


def _queue(sqs: Any, name: str, attributes: dict[str, str]) -> str:
    try:
        url: str = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except ClientError as error:
        if "NonExistentQueue" not in error.response["Error"]["Code"] and "QueueDoesNotExist" not in str(
            error
        ):
            raise
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url


def _arn(sqs: Any, url: str) -> str:
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn: str = found["Attributes"]["QueueArn"]
    return arn


def _policy(arn: str, bucket: str) -> str:
    """S3 may write into the queue, on behalf of this bucket alone."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{bucket}"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
