"""The bucket and its queue on the laptop, by the same code that sets them up for a cluster."""

from __future__ import annotations

import os

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.aws import clients, road
from infra.aws.errors import AwsError
from local.errors import StackError


def set_up(bucket: str, queue: str) -> str:
    """Create what is missing and connect it; returns the queue's URL. boto3's own variables say where."""
    region = region_of_environment()
    try:
        aws = clients.connect(region, None)
        try:
            aws.s3.head_bucket(Bucket=bucket)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
                raise
            _create(aws, bucket, region)
        road.up(region, bucket, queue)
        return aws.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    except (BotoCoreError, ClientError, AwsError) as error:
        raise StackError(f"the bucket {bucket} and its queue cannot be set up: {error}") from error


def region_of_environment() -> str:
    """AWS_REGION, or the region that boto3 finds."""
    region = os.environ.get("AWS_REGION") or boto3.Session().region_name
    if not region:
        raise StackError("AWS_ENDPOINT_URL is set and no region: name one in AWS_REGION")
    return region


def _create(aws: clients.Clients, bucket: str, region: str) -> None:
    if region == "us-east-1":  # which S3 wants unsaid
        aws.s3.create_bucket(Bucket=bucket)
    else:
        aws.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})  # type: ignore[typeddict-item]
