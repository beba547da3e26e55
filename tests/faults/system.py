"""The whole system on this machine: everything that a fault can break, each part a real process.

prober ─▶ gateway ─▶ query, query ─▶ wires ─▶ PostgreSQL primary, standby
files ─▶ S3, SQS ─▶ a faulty proxy ─▶ event road ─▶ ingest ─▶ wires ─▶ the same; ingest reads S3 through a faulty proxy
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests

from local import bucket as buckets
from local import part
from local.part import Part
from local.ports import free_port
from local.settings import ROOT
from tests.faults.gateway import Gateway
from tests.faults.pair import Pair
from tests.faults.records import BASE_FILE, KEPT, base, file_of
from tests.faults.target import Target
from tests.support import aws as aws_support
from tests.support.faulty import FaultyProxy
from tests.support.functions import Function, start_function
from tests.support.waiting import wait_until

BUCKET = "faults"
RECONCILE_S = 5  # on a cluster minutes; here it is what a recovery waits for at most
DRAIN_MS = 1000
QUERIES = 2
FILES_BACK_S_MAX = 60


class System(Target):
    """Made by `system`; `make_whole` before each try."""

    host, bucket = "query", BUCKET

    pair: Pair
    gateway: Gateway
    queries: list[Function]
    ingest: Function
    road: Part
    proxy: FaultyProxy  # between ingest and S3
    queue_proxy: FaultyProxy  # between the event road and SQS

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._ports = [free_port() for _ in range(QUERIES)]
        self._ingest_port = free_port()
        self._broker_port = free_port()

    def start(self, opened: ExitStack) -> None:
        """Start every part; `opened` ends them."""
        self.pair = Pair(self.folder)
        opened.callback(self.pair.stop)
        self.pair.start()
        self._aws = opened.enter_context(aws_support.moto(self.folder))
        os.environ.update(self._aws.environment)
        self.s3 = opened.enter_context(self._aws.s3())
        self._queue_url = buckets.set_up(BUCKET, f"{BUCKET}-events")
        self.proxy = FaultyProxy(self._aws.endpoint)
        opened.callback(self.proxy.close)
        self.queue_proxy = FaultyProxy(self._aws.endpoint)
        opened.callback(self.queue_proxy.close)
        self.ingest = self.start_ingest()
        opened.callback(self._stop_ingest)
        self.road = self.start_road()
        opened.callback(self.stop_road)
        self.s3.put_object(Bucket=BUCKET, Key=BASE_FILE, Body=file_of(base()))
        wait_until(self.has_all_files, FILES_BACK_S_MAX)
        self.gateway = Gateway(self._ports, self.folder)
        self.queries = [self._start_query(number) for number in range(QUERIES)]
        opened.callback(self._stop_queries)
        opened.callback(self.gateway.stop)
        self.gateway.start()

    @property
    def port(self) -> int:
        return self.gateway.port

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        return self.pair.primary.execute(statement)

    def end_query(self, number: int) -> None:
        """Tell the process at that place to end, and the gateway; return when it has."""
        self.gateway.take_out(self._ports[number])
        self.queries[number].stop()

    def start_query(self, number: int, *, ready: bool = True, **environment: str) -> None:
        """Another process in the place of one that has ended."""
        self.queries[number] = self._start_query(number, ready=ready, **environment)
        self.gateway.put_back(self._ports[number])

    def _start_query(self, number: int, *, ready: bool = True, **environment: str) -> Function:
        settings = {
            "DATABASE_URL": self.pair.url_of_query,
            "QUERY_DRAIN_MS": str(DRAIN_MS),
            **environment,
        }
        return start_function("query", settings, self.folder, port=self._ports[number], ready=ready)

    def start_ingest(self) -> Function:
        """`python -m ingest`, which reads the bucket through the faulty proxy."""
        environment = {
            **self._aws.environment,
            "AWS_ENDPOINT_URL": self.proxy.url,
            "AWS_BUCKET_NAME": BUCKET,
            "DATABASE_URL": self.pair.url_of_ingest,
            "K_SINK": f"http://127.0.0.1:{self._broker_port}",
            "S3_READ_TIMEOUT_MS": "2000",
        }
        return start_function("ingest", environment, self.folder, port=self._ingest_port)

    def start_road(self) -> Part:
        """The event road, which receives from SQS through a faulty proxy."""
        environment = {
            "PYTHONPATH": str(ROOT),
            "AWS_ENDPOINT_URL": self.queue_proxy.url,
            "ROAD_PORT": str(self._broker_port),
            "ROAD_QUEUE_URL": self._queue_url,
            "ROAD_SINK": self.ingest.url,
            "ROAD_DEAD_LETTERS": str(self.folder / "dead.ndjson"),
            "RECONCILE_S": str(RECONCILE_S),
        }
        return part.start("road", [sys.executable, "-m", "local.road"], self.folder / "road.log", environment)

    def stop_road(self) -> None:
        """End the event road: nothing is delivered, nothing compared."""
        self.road.stop()

    # What runs at the end may be another process than the one that was started first.
    def _stop_ingest(self) -> None:
        self.ingest.stop()

    def _stop_queries(self) -> None:
        for query in self.queries:
            query.stop()

    def make_whole(self) -> None:
        """Everything runs, the standby follows, every file is there, both query processes are ready."""
        self.found, self.late = [], []
        self.proxy.share, self.proxy.away = 0.0, False
        self.queue_proxy.away = False
        self.pair.make_whole()
        if self.ingest.process.poll() is not None:
            self.ingest = self.start_ingest()
        if self.road.process.poll() is not None:
            self.road = self.start_road()
        for number, query in enumerate(self.queries):
            if query.process.poll() is not None:
                self.start_query(number)
        wait_until(self.has_all_files, FILES_BACK_S_MAX, 0.1)
        time.sleep(1.5)  # the gateway's probe and the poll of the data version have been there again
        for query in self.queries:
            query.wait_until_ready()
            for path in KEPT:
                # As the prober asks: an answer in another coding is another one.
                headers = {"Accept-Encoding": "identity"}
                requests.get(query.url + path, headers=headers, timeout=10).raise_for_status()


@contextmanager
def system() -> Iterator[System]:
    """In a temporary folder; every process is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="movie-faults-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        with ExitStack() as opened:
            made = System(folder)
            made.start(opened)
            yield made
