"""Queue, dead-letter queue and notification, made, repeated, merged and taken away, on moto over HTTP."""

from __future__ import annotations

import json

import pytest

from infra.aws import notification, queue, road
from infra.aws.errors import AwsError
from tests.support.aws import REGION, Aws, Bucket

OTHERS = {
    "Id": "somebody-elses",
    "LambdaFunctionArn": "arn:aws:lambda:eu-central-1:123456789012:function:x",
    "Events": ["s3:ObjectTagging:*"],
}


@pytest.fixture(autouse=True)
def _credentials(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)


def _attributes(aws: Aws, name: str) -> dict[str, str]:
    with aws.sqs() as sqs:
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        return dict(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"])


def _up(aws: Aws, bucket: Bucket) -> str:
    return road.up(REGION, bucket.name, bucket.name, aws.endpoint)


def test_an_upload_arrives_in_the_queue(aws: Aws, bucket: Bucket):
    _up(aws, bucket)
    bucket.s3.put_object(Bucket=bucket.name, Key="a b.json", Body=b"[]")
    with aws.sqs() as sqs:
        url = sqs.get_queue_url(QueueName=bucket.name)["QueueUrl"]
        bodies = [
            json.loads(each["Body"])
            for _ in range(2)
            for each in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        ]
    assert [each["s3"]["object"]["key"] for body in bodies for each in body.get("Records", [])] == [
        "a+b.json"
    ]


def test_a_message_is_given_up_only_after_hundreds_of_receives(aws: Aws, bucket: Bucket):
    _up(aws, bucket)
    redrive = json.loads(_attributes(aws, bucket.name)["RedrivePolicy"])
    assert int(redrive["maxReceiveCount"]) == queue.RECEIVES_MAX >= 300
    assert redrive["deadLetterTargetArn"] == _attributes(aws, f"{bucket.name}-dead")["QueueArn"]


def test_what_waits_and_what_was_given_up_is_counted(aws: Aws, bucket: Bucket):
    arn = _up(aws, bucket)
    with aws.sqs() as sqs:
        before = queue.depths(sqs, arn)
        assert before.dead == 0
        for name in (bucket.name, bucket.name, f"{bucket.name}-dead"):
            sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"], MessageBody="x")
        sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName=bucket.name)["QueueUrl"])
        after = queue.depths(sqs, arn)
    assert (after.waiting + after.under_way) - (before.waiting + before.under_way) == 2
    assert after.under_way >= 1
    assert after.dead == 1


def test_only_this_bucket_of_this_account_may_send(aws: Aws, bucket: Bucket):
    arn = _up(aws, bucket)
    statements = json.loads(_attributes(aws, bucket.name)["Policy"])["Statement"]
    allowed = [each for each in statements if each["Effect"] == "Allow"]
    assert [each["Condition"] for each in allowed] == [
        {
            "ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{bucket.name}"},
            "StringEquals": {"aws:SourceAccount": arn.split(":")[4]},
        }
    ]


def test_doing_it_twice_changes_nothing(aws: Aws, bucket: Bucket):
    first = _up(aws, bucket)
    assert _up(aws, bucket) == first
    assert not notification.ensure(bucket.s3, bucket.name, first)


def test_notifications_of_others_are_kept_on_the_way_up_and_down(aws: Aws, bucket: Bucket):
    bucket.s3.put_bucket_notification_configuration(
        Bucket=bucket.name, NotificationConfiguration={"LambdaFunctionConfigurations": [OTHERS]}
    )
    _up(aws, bucket)
    found = bucket.s3.get_bucket_notification_configuration(Bucket=bucket.name)
    assert [each["Id"] for each in found["LambdaFunctionConfigurations"]] == ["somebody-elses"]
    assert [each["Id"] for each in found["QueueConfigurations"]] == [notification.ID]
    road.down(REGION, bucket.name, bucket.name, aws.endpoint)
    found = bucket.s3.get_bucket_notification_configuration(Bucket=bucket.name)
    assert [each["Id"] for each in found["LambdaFunctionConfigurations"]] == ["somebody-elses"]
    assert "QueueConfigurations" not in found


def test_it_can_be_undone_and_undone_again(aws: Aws, bucket: Bucket):
    _up(aws, bucket)
    assert road.down(REGION, bucket.name, bucket.name, aws.endpoint) == [
        "notification",
        bucket.name,
        f"{bucket.name}-dead",
    ]
    assert road.down(REGION, bucket.name, bucket.name, aws.endpoint) == []


def test_looking_tells_whether_the_notification_is_set(aws: Aws, bucket: Bucket):
    assert road.examine(REGION, bucket.name, aws.endpoint).endswith("not set yet")
    _up(aws, bucket)
    assert road.examine(REGION, bucket.name, aws.endpoint).endswith("is set")


def test_a_bucket_that_is_not_there_is_told_in_one_line(aws: Aws):
    with pytest.raises(AwsError, match="NoSuchBucket"):
        road.up(REGION, "no-such-bucket-here", "no-such-bucket-here", aws.endpoint)
