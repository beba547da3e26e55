"""The queue that the bucket's notifications go into, and the one for those that nobody could take."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# The source takes a message up again every 10 s for as long as it is refused:
# 500 receives are some 80 minutes of a database that is away.
RECEIVES_MAX = 500
_DAYS_14 = str(14 * 24 * 3600)  # the longest that SQS keeps a message
_POLL_S = "20"
_VISIBILITY_S = "60"  # the source asks for its own, 10 s


@dataclass(frozen=True)
class Depths:
    """Messages, by SQS's own estimate: to be read, being read, given up (None: there is no such queue)."""

    waiting: int
    under_way: int
    dead: int | None


def depths(sqs: SQSClient, arn: str) -> Depths:
    """How much is in a queue, and in the one that its redrive policy names."""
    found = _attributes(sqs, arn)
    redrive = json.loads(found.get("RedrivePolicy", "{}")).get("deadLetterTargetArn")
    return Depths(
        int(found["ApproximateNumberOfMessages"]),
        int(found["ApproximateNumberOfMessagesNotVisible"]),
        int(_attributes(sqs, redrive)["ApproximateNumberOfMessages"]) if redrive else None,
    )


def ensure(sqs: SQSClient, name: str, bucket: str) -> str:
    """Make both queues or set them right; returns the ARN of the one to read."""
    dead_arn = _arn(sqs, _ensure(sqs, dead_letters_of(name), {"MessageRetentionPeriod": _DAYS_14}))
    redrive = {"deadLetterTargetArn": dead_arn, "maxReceiveCount": RECEIVES_MAX}
    url = _ensure(
        sqs,
        name,
        {
            "MessageRetentionPeriod": _DAYS_14,
            "ReceiveMessageWaitTimeSeconds": _POLL_S,
            "VisibilityTimeout": _VISIBILITY_S,
            "RedrivePolicy": json.dumps(redrive),
        },
    )
    arn = _arn(sqs, url)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy(arn, bucket))})
    return arn


def remove(sqs: SQSClient, name: str) -> list[str]:
    """Delete both queues, with what waits in them; returns the names of those that were there."""
    removed = []
    for each in (name, dead_letters_of(name)):
        if url := _url(sqs, each):
            sqs.delete_queue(QueueUrl=url)
            removed.append(each)
    return removed


def dead_letters_of(name: str) -> str:
    return f"{name}-dead"


def policy(arn: str, bucket: str) -> dict[str, object]:
    """Who may send: S3, on behalf of this bucket of this account, over TLS."""
    account = arn.split(":")[4]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "NotificationsOfTheBucket",
                "Effect": "Allow",
                "Principal": {"Service": "s3.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn,
                "Condition": {
                    "ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{bucket}"},
                    "StringEquals": {"aws:SourceAccount": account},
                },
            },
            {
                "Sid": "OnlyOverTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sqs:*",
                "Resource": arn,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }


def _ensure(sqs: SQSClient, name: str, attributes: dict[str, str]) -> str:
    wanted = {**attributes, "SqsManagedSseEnabled": "true"}
    url = _url(sqs, name)
    if url is None:
        return sqs.create_queue(QueueName=name, Attributes=wanted)["QueueUrl"]  # type: ignore[arg-type]
    sqs.set_queue_attributes(QueueUrl=url, Attributes=wanted)  # type: ignore[arg-type]
    return url


def _url(sqs: SQSClient, name: str) -> str | None:
    try:
        return sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        return None


def _attributes(sqs: SQSClient, arn: str) -> dict[str, str]:
    account, name = arn.split(":")[4:6]
    url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return {str(key): value for key, value in found.items()}


def _arn(sqs: SQSClient, url: str) -> str:
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
