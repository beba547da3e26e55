"""The bucket's notification into the queue, beside whatever notifications the bucket has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ID = "movie-files"
EVENTS = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
Configuration = dict[str, Any]


def ensure(s3: S3Client, bucket: str, queue_arn: str) -> bool:
    """Add or correct ours, leave the others; returns whether anything was to do."""
    return _put(s3, bucket, merged(_current(s3, bucket), queue_arn))


def remove(s3: S3Client, bucket: str) -> bool:
    """Take ours away, leave the others; returns whether it was there."""
    return _put(s3, bucket, merged(_current(s3, bucket), None))


def merged(current: Configuration, queue_arn: str | None) -> Configuration:
    """The configuration with our entry as it should be; without it where there is no queue."""
    queues = [each for each in current.get("QueueConfigurations", []) if each.get("Id") != ID]
    if queue_arn:
        queues.append({"Id": ID, "QueueArn": queue_arn, "Events": EVENTS})
    kept = {key: value for key, value in current.items() if key != "QueueConfigurations"}
    return {**kept, "QueueConfigurations": queues} if queues else kept


def _current(s3: S3Client, bucket: str) -> Configuration:
    found: Configuration = dict(s3.get_bucket_notification_configuration(Bucket=bucket))
    found.pop("ResponseMetadata", None)
    return found


def _put(s3: S3Client, bucket: str, wanted: Configuration) -> bool:
    if _comparable(wanted) == _comparable(_current(s3, bucket)):
        return False
    # S3 replaces the whole: what others have set must be sent along.
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=wanted)  # type: ignore[arg-type]
    return True


def _comparable(configuration: Configuration) -> Configuration:
    """S3 gives entries and events in an order of its own."""
    return {
        key: sorted(({**each, "Events": sorted(each["Events"])} for each in value), key=str)
        if key.endswith("Configurations")
        else value
        for key, value in configuration.items()
        if value or not key.endswith("Configurations")
    }
