"""The least rights: for who installs, and for the system as it runs."""

from __future__ import annotations

from infra.aws.queue import dead_letters_of

Policy = dict[str, object]


def for_running(region: str, bucket: str, queue: str) -> Policy:
    """What the keys in the Secret aws-auth need: read the bucket, add uploads to it, read the queue."""
    return _policy(
        _allow("Files", ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], f"arn:aws:s3:::{bucket}/*"),
        _allow("List", ["s3:ListBucket"], f"arn:aws:s3:::{bucket}"),
        _allow(
            "Queue",
            ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes"],
            _queue(region, queue),
        ),
        # `make status` tells how many are in it.
        _allow("Dead", ["sqs:GetQueueUrl", "sqs:GetQueueAttributes"], _queue(region, dead_letters_of(queue))),
    )


def for_installing(region: str, bucket: str, queue: str) -> Policy:
    """What `make aws-up` and `make aws-down` need."""
    queues = [_queue(region, queue), _queue(region, dead_letters_of(queue))]
    return _policy(
        _allow(
            "Notification", ["s3:GetBucketNotification", "s3:PutBucketNotification"], f"arn:aws:s3:::{bucket}"
        ),
        _allow(
            "Queues",
            [
                "sqs:CreateQueue",
                "sqs:DeleteQueue",
                "sqs:GetQueueUrl",
                "sqs:GetQueueAttributes",
                "sqs:SetQueueAttributes",
            ],
            queues,
        ),
    )


def _policy(*statements: dict[str, object]) -> Policy:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(sid: str, actions: list[str], resource: str | list[str]) -> dict[str, object]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}


def _queue(region: str, name: str) -> str:
    return f"arn:aws:sqs:{region}:*:{name}"
