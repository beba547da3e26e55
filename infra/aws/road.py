"""From bucket to queue: made, looked at, taken away. Each can be repeated."""

from __future__ import annotations

from infra.aws import notification, queue
from infra.aws.clients import connect
from infra.aws.errors import translated


def up(region: str, bucket: str, name: str, endpoint: str | None = None) -> str:
    """Queue, dead-letter queue, policies, notification; returns the queue's ARN."""
    clients = connect(region, endpoint)
    with translated():
        arn = queue.ensure(clients.sqs, name, bucket)
        # S3 sends a test message when this is set, and refuses a queue that it may not send to.
        notification.ensure(clients.s3, bucket, arn)
    return arn


def down(region: str, bucket: str, name: str, endpoint: str | None = None) -> list[str]:
    """Undo `up`; returns what was there to take away."""
    clients = connect(region, endpoint)
    with translated():
        removed = ["notification"] if notification.remove(clients.s3, bucket) else []
        return removed + queue.remove(clients.sqs, name)


def examine(region: str, bucket: str, endpoint: str | None = None) -> str:
    """What can be seen without changing anything."""
    clients = connect(region, endpoint)
    with translated():
        clients.s3.head_bucket(Bucket=bucket)
        found = clients.s3.get_bucket_notification_configuration(Bucket=bucket)
    ours = [each for each in found.get("QueueConfigurations", []) if each.get("Id") == notification.ID]
    return f"bucket {bucket} answers, its notification is {'set' if ours else 'not set yet'}"
