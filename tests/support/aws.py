"""S3 and SQS over HTTP: moto's server in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from local import processes
from local.ports import HOST, free_port
from tests.support.waiting import wait_for_http

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

REGION, ACCESS_KEY = "eu-central-1", "testing"
SECRET_KEY = "testing"  # noqa: S105 # pragma: allowlist secret - the stand-in takes any


@dataclass(frozen=True)
class Aws:
    """Where the stand-in listens, and the process, for tests that stop it."""

    endpoint: str
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make boto3, and so a function, use it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    @contextmanager
    def s3(self) -> Iterator[S3Client]:
        with closing(self._session().client("s3", endpoint_url=self.endpoint)) as client:
            yield client

    @contextmanager
    def sqs(self) -> Iterator[SQSClient]:
        with closing(self._session().client("sqs", endpoint_url=self.endpoint)) as client:
            yield client

    def _session(self) -> boto3.Session:
        return boto3.Session(ACCESS_KEY, SECRET_KEY, region_name=REGION)


@dataclass(frozen=True)
class Bucket:
    """An empty bucket, and a client that speaks to it."""

    name: str
    s3: S3Client


@contextmanager
def moto(folder: Path) -> Iterator[Aws]:
    """Run moto's server on a free port."""
    port = free_port()
    process = processes.start(
        [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)], log=folder / "moto.log"
    )
    try:
        endpoint = f"http://{HOST}:{port}"
        wait_for_http(f"{endpoint}/moto-api/data.json", process, folder / "moto.log")
        yield Aws(endpoint, process)
    finally:
        processes.stop(process, timeout_s=5)
