"""The event road as a real process, between a real queue and a receiver."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from local import processes
from local.ports import free_port
from local.settings import ROOT
from tests.support.aws import Aws
from tests.support.receiver import Receiver
from tests.support.waiting import wait_until

Road = Callable[..., tuple[str, Path]]
WAIT_S = 15


@pytest.fixture
def road(aws: Aws, tmp_path: Path) -> Iterator[Road]:
    """Start the road with a queue of its own; gives the queue's URL and the file of dead letters."""
    started = []
    with aws.sqs() as sqs:
        queue = sqs.create_queue(QueueName=f"q-{uuid4().hex[:12]}")["QueueUrl"]
    dead = tmp_path / "dead.ndjson"

    def start(sink: str, **settings: str) -> tuple[str, Path]:
        environment = {
            **os.environ,
            **aws.environment,
            "PYTHONPATH": str(ROOT),
            "ROAD_SINK": sink,
            "ROAD_QUEUE_URL": queue,
            "ROAD_DEAD_LETTERS": str(dead),
            "ROAD_BACKOFF_MS": "10",
            "ROAD_WAIT_S": "1",
            "RECONCILE_S": "0",
            **settings,
        }
        program = [sys.executable, "-m", "local.road"]
        started.append(processes.start(program, log=tmp_path / "road.log", environment=environment))
        return queue, dead

    yield start
    for process in started:
        assert processes.stop(process, timeout_s=10) == 0


def send(aws: Aws, queue: str, *bodies: str) -> None:
    with aws.sqs() as sqs:
        for body in bodies:
            sqs.send_message(QueueUrl=queue, MessageBody=body)


def left(aws: Aws, queue: str) -> int:
    """Messages that the queue still has, seen by nobody or under way."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    with aws.sqs() as sqs:
        found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)  # type: ignore[arg-type]
    return sum(int(found["Attributes"][name]) for name in names)  # type: ignore[index, misc]


def test_a_message_arrives_as_the_event_of_an_integration_source(
    aws: Aws, road: Road, receiver: Receiver
) -> None:
    queue, _ = road(receiver.url)
    send(aws, queue, '{"Event": "s3:TestEvent", "é": 1}')
    wait_until(lambda: len(receiver.seen) == 1, WAIT_S)
    headers, body = receiver.seen[0]
    assert body == '{"Event": "s3:TestEvent", "é": 1}'.encode()
    assert {name: headers[name] for name in ("ce-specversion", "ce-type", "ce-source", "ce-subject")} == {
        "ce-specversion": "1.0",
        "ce-type": "dev.knative.eventing.aws-sqs",
        "ce-source": "dev.knative.eventing.aws-sqs-source",
        "ce-subject": "aws-sqs-source",
    }
    wait_until(lambda: left(aws, queue) == 0, WAIT_S)


def test_a_refusal_that_may_pass_is_tried_again_under_the_same_id(
    aws: Aws, road: Road, receiver: Receiver
) -> None:
    receiver.answers = [503, 404, 200]
    queue, dead = road(receiver.url)
    send(aws, queue, "x")
    wait_until(lambda: left(aws, queue) == 0 and len(receiver.seen) == 3, WAIT_S)
    assert len({headers["ce-id"] for headers, _ in receiver.seen}) == 1
    assert not dead.exists()


def test_after_the_last_try_the_event_is_a_dead_letter_and_leaves_the_queue(
    aws: Aws, road: Road, receiver: Receiver
) -> None:
    receiver.answers = [503]
    queue, dead = road(receiver.url, ROAD_RETRIES="2")
    send(aws, queue, "x")
    wait_until(lambda: dead.exists() and left(aws, queue) == 0, WAIT_S)
    letter = json.loads(dead.read_text())
    assert len(receiver.seen) == 3
    assert (letter["data"], letter["knativeerrorcode"], letter["knativeerrordest"]) == (
        "x",
        "503",
        receiver.url,
    )


def test_what_will_never_work_is_tried_once(aws: Aws, road: Road, receiver: Receiver) -> None:
    receiver.answers = [422]
    queue, dead = road(receiver.url)
    send(aws, queue, "x")
    wait_until(lambda: dead.exists() and left(aws, queue) == 0, WAIT_S)
    assert len(receiver.seen) == 1


def test_at_most_five_events_are_under_way(aws: Aws, road: Road, receiver: Receiver) -> None:
    receiver.hold.clear()
    queue, _ = road(receiver.url)
    send(aws, queue, *(str(number) for number in range(12)))
    wait_until(lambda: len(receiver.seen) == 5, WAIT_S)
    time.sleep(0.5)
    receiver.hold.set()
    wait_until(lambda: left(aws, queue) == 0, WAIT_S)
    assert receiver.most_at_once == 5


def test_a_message_not_dealt_with_in_time_comes_again_under_another_id(
    aws: Aws, road: Road, receiver: Receiver
) -> None:
    receiver.hold.clear()
    queue, _ = road(receiver.url, ROAD_VISIBILITY_S="1")
    send(aws, queue, "x")
    wait_until(lambda: len(receiver.seen) >= 2, WAIT_S)
    receiver.hold.set()
    assert len({headers["ce-id"] for headers, _ in receiver.seen[:2]}) == 2


def test_a_reply_event_is_given_to_the_subscribers(aws: Aws, road: Road, receiver: Receiver) -> None:
    receiver.reply_headers = {
        "ce-specversion": "1.0",
        "ce-type": "dev.movies.file.ingested",
        "ce-source": "t",
    }
    queue, _ = road(receiver.url, ROAD_SUBSCRIBERS=receiver.url)
    send(aws, queue, "x")
    wait_until(lambda: len(receiver.seen) == 2, WAIT_S)
    assert receiver.seen[1][0]["ce-type"] == "dev.movies.file.ingested"


def test_a_reply_that_asks_for_the_next_turn_goes_to_the_sink(
    aws: Aws, road: Road, receiver: Receiver
) -> None:
    receiver.reply_headers = {"ce-specversion": "1.0", "ce-type": "dev.movies.reconcile", "ce-source": "t"}
    receiver.answers = [200, 422]
    queue, _ = road(receiver.url)
    send(aws, queue, "x")
    wait_until(lambda: len(receiver.seen) == 2, WAIT_S)
    assert receiver.seen[1][0]["ce-type"] == "dev.movies.reconcile"


def test_an_answer_that_is_neither_empty_nor_an_event_is_a_failed_delivery(
    aws: Aws, road: Road, receiver: Receiver
) -> None:
    receiver.reply_headers = {"x-nothing": "an event would have more"}
    queue, dead = road(receiver.url, ROAD_RETRIES="1")
    send(aws, queue, "x")
    wait_until(lambda: dead.exists() and left(aws, queue) == 0, WAIT_S)
    assert json.loads(dead.read_text())["knativeerrorcode"] == "502"


def test_the_broker_takes_events_and_answers_when_they_are_delivered(road: Road, receiver: Receiver) -> None:
    port = free_port()
    road(receiver.url, ROAD_PORT=str(port))
    event = {"ce-specversion": "1.0", "ce-id": "7", "ce-type": "t", "ce-source": "s"}
    url = f"http://127.0.0.1:{port}"
    wait_until(lambda: answers(url), WAIT_S)
    receiver.answers = [503, 200]
    assert requests.post(url, data=b"[1]", headers=event, timeout=10).status_code == 202
    assert [(headers["ce-id"], body) for headers, body in receiver.seen] == [("7", b"[1]")] * 2
    assert requests.post(url, data=b"[1]", timeout=10).status_code == 400
    assert requests.post(url, data=b"x" * 2_000_000, headers=event, timeout=10).status_code == 413


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).status_code > 0
    except requests.ConnectionError:
        return False


def test_the_ping_asks_for_a_comparison(road: Road, receiver: Receiver) -> None:
    road(receiver.url, RECONCILE_S="1")
    wait_until(lambda: len(receiver.seen) >= 1, WAIT_S)
    assert receiver.seen[0][0]["ce-type"] == "dev.movies.reconcile"
