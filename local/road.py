"""The event road on a laptop: what IntegrationSource, Broker and Trigger do on the cluster.

`python -m local.road` takes S3 notifications from the queue (AWS_QUEUE_URL) and brings each
as a CloudEvent to ingest (INGEST_URL), retries with back-off, and leaves what fails to the
queue's own dead-letter queue.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import boto3
import urllib3
from botocore.exceptions import BotoCoreError, ClientError

RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0)
AT_ONCE_MAX = 5
VISIBILITY_S = 30
HEADERS = {
    "content-type": "application/json",
    "ce-specversion": "1.0",
    "ce-type": "dev.knative.eventing.aws-sqs",
    "ce-source": "dev.knative.eventing/laptop",
    "ce-subject": "aws-sqs",
}


class Road:
    """Takes messages while it is not told to stop."""

    def __init__(self, queue_url: str, ingest_url: str) -> None:
        self._sqs = boto3.client("sqs")
        self._queue_url = queue_url
        self._ingest_url = ingest_url
        self._http = urllib3.PoolManager(maxsize=AT_ONCE_MAX, retries=False, timeout=urllib3.Timeout(2, 120))
        self.stopping = threading.Event()

    def run(self) -> None:
        """Until stopping is set."""
        with ThreadPoolExecutor(AT_ONCE_MAX) as pool:
            while not self.stopping.is_set():
                try:
                    answer = self._sqs.receive_message(
                        QueueUrl=self._queue_url,
                        MaxNumberOfMessages=AT_ONCE_MAX,
                        WaitTimeSeconds=1,
                        VisibilityTimeout=VISIBILITY_S,
                    )
                except (BotoCoreError, ClientError) as error:
                    print(f"road: the queue does not answer: {type(error).__name__}", flush=True)
                    self.stopping.wait(1)
                    continue
                list(pool.map(self._bring, answer.get("Messages", [])))

    def _bring(self, message: object) -> None:
        assert isinstance(message, dict)  # noqa: S101 - what the client gives
        for pause_s in (*RETRY_SECONDS, None):
            if self._delivered(message["Body"]):
                self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])
                return
            if pause_s is None or self.stopping.wait(pause_s):
                return  # the queue brings it again, and in the end sets it aside

    def _delivered(self, body: str) -> bool:
        started = time.monotonic()
        try:
            headers = HEADERS | {"ce-id": str(uuid.uuid4())}
            answer = self._http.request("POST", self._ingest_url, body=body.encode(), headers=headers)
        except urllib3.exceptions.HTTPError as error:
            print(f"road: ingest does not answer: {type(error).__name__}", flush=True)
            return False
        print(f"road: {answer.status} in {time.monotonic() - started:.2f} s", flush=True)
        # What will never work is in the ledger by then; bringing it again helps nobody.
        return answer.status < 300 or answer.status == 422


def main() -> None:
    try:
        road = Road(os.environ["AWS_QUEUE_URL"], os.environ["INGEST_URL"])
    except KeyError as missing:
        sys.exit(f"road: {missing.args[0]} is not set")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: road.stopping.set())
    road.run()


if __name__ == "__main__":
    main()
