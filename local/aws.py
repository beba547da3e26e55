"""The S3 and SQS stand-in: bucket, queue, dead-letter queue and the notification between them."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

# Far above what retries of one file can take: a message is set aside only when
# something is wrong for hours.
RECEIVES_MAX = 500


def prepare(bucket: str) -> str:
    """Make what is missing, safe to repeat; returns the queue's URL."""
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError:
        s3.create_bucket(Bucket=bucket)
    dead = sqs.create_queue(QueueName=f"{bucket}-dead")["QueueUrl"]
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": RECEIVES_MAX})
    queue = sqs.create_queue(QueueName=f"{bucket}-files", Attributes={"RedrivePolicy": redrive})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}]
        },
    )
    return queue


def upload(bucket: str, files: list[Path]) -> None:
    """Put files into the bucket under their names; large ones in parts."""
    s3 = boto3.client("s3")
    for file in files:
        s3.upload_file(str(file), bucket, file.name, Config=TransferConfig(use_threads=False))
