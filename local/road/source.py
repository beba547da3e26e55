"""IntegrationSource aws.sqs: each message becomes an event; a message is deleted once its event is done with."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.road.broker import Broker
from local.road.event import Event
from local.road.settings import RoadSettings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

TYPE = "dev.knative.eventing.aws-sqs"
SOURCE = "dev.knative.eventing.aws-sqs-source"
SUBJECT = "aws-sqs-source"
_BATCH = 10  # the most that SQS gives at once


class Source:
    """Polls until told to stop. At most `at_once_max` events are under way.

    As on a cluster, a message that is not dealt with within the visibility
    time is delivered once more, as another event, while the first is under way.
    """

    def __init__(self, settings: RoadSettings, broker: Broker, stopping: threading.Event) -> None:
        self._settings = settings
        self._broker = broker
        self._stopping = stopping
        self._sqs: SQSClient = boto3.client(
            "sqs",
            config=Config(
                connect_timeout=5,
                read_timeout=settings.wait_s + 20,
                retries={"total_max_attempts": 1},
                max_pool_connections=settings.at_once_max + 1,
            ),
        )
        self._room = threading.Semaphore(settings.at_once_max + _BATCH)
        self._workers = ThreadPoolExecutor(settings.at_once_max, thread_name_prefix="deliver")

    def run(self) -> None:
        """Poll; an SQS that does not answer is asked again after a second."""
        while not self._stopping.is_set():
            try:
                answer = self._sqs.receive_message(
                    QueueUrl=self._settings.queue_url,
                    MaxNumberOfMessages=_BATCH,
                    WaitTimeSeconds=self._settings.wait_s,
                    VisibilityTimeout=self._settings.visibility_s,
                )
            except (BotoCoreError, ClientError) as error:
                print(f"SQS does not answer: {error}", flush=True)
                self._stopping.wait(1)
                continue
            for message in answer.get("Messages", []):
                self._submit(message)

    def close(self) -> None:
        """Let what is under way come to its end; what has not begun stays in the queue."""
        self._workers.shutdown(wait=True, cancel_futures=True)

    def _submit(self, message: MessageTypeDef) -> None:
        while not self._room.acquire(timeout=1):
            if self._stopping.is_set():
                return
        if self._stopping.is_set():
            return
        future = self._workers.submit(self._carry, message)
        future.add_done_callback(lambda _: self._room.release())

    def _carry(self, message: MessageTypeDef) -> None:
        event = Event(TYPE, SOURCE, message.get("Body", "").encode(), SUBJECT)
        if not self._broker.deliver(event):
            return
        try:
            self._sqs.delete_message(
                QueueUrl=self._settings.queue_url, ReceiptHandle=message.get("ReceiptHandle", "")
            )
        except (BotoCoreError, ClientError) as error:
            # It will be delivered once more, which does no harm.
            print(f"{event.id}: the message could not be deleted: {error}", flush=True)
