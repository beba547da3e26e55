"""Putting files into the bucket, and waiting until the ledger tells what became of them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.errors import StackError
from local.ledger import UNDECIDED, Ledger, Row

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MIB = 1 << 20
_PARTS = TransferConfig(multipart_threshold=64 * _MIB, multipart_chunksize=16 * _MIB, max_concurrency=4)
_CONFIG = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 4})
# For reading a file that a key must not say twice: kept with the object.
_SHA256 = "sha256"


@dataclass(frozen=True)
class Upload:
    """A file in the bucket: under which key, what S3 calls its content, and when it was sent."""

    path: Path
    key: str
    etag: str
    began_at: float  # time.monotonic, before the first byte was sent
    fresh: bool  # False: the bucket had it already


@contextmanager
def client() -> Iterator[S3Client]:
    """An S3 client as boto3's own variables say, whose failures are told in one line."""
    made = boto3.client("s3", config=_CONFIG)
    try:
        yield made
    except (BotoCoreError, ClientError, S3UploadFailedError) as error:
        raise StackError(f"S3: {error}") from error
    finally:
        made.close()


def put(
    s3: S3Client,
    bucket: str,
    path: Path,
    *,
    skip_same: bool = False,
    tell: Callable[[int], None] | None = None,
) -> Upload:
    """Send one file under its name, in parts where it is large; with `skip_same` only if the bucket has other content there.

    `tell` is called with each number of bytes that was sent, from several threads.
    """
    began_at, key = time.monotonic(), path.name
    digest = _sha256(path)
    if skip_same:
        etag = _etag_of_same(s3, bucket, key, digest)
        if etag:
            return Upload(path, key, etag, began_at, fresh=False)
    extra = {"Metadata": {_SHA256: digest}, "ContentType": _content_type(path)}
    s3.upload_file(str(path), bucket, key, ExtraArgs=extra, Config=_PARTS, Callback=tell)
    etag = s3.head_object(Bucket=bucket, Key=key)["ETag"].strip('"')
    return Upload(path, key, etag, began_at, fresh=True)


def outcomes(
    ledger: Ledger, uploads: Iterable[Upload], timeout_s: float, check: Callable[[], None] = lambda: None
) -> Iterator[tuple[Upload, Row, float]]:
    """Each upload as soon as the ledger has decided on it, with its row and the seconds since it was sent.

    `check` is called while waiting, and may raise. Raises StackError when
    `timeout_s` pass without any file being decided.
    """
    waiting = list(uploads)
    end = time.monotonic() + timeout_s
    pause_s = 0.05
    while waiting:
        check()
        before = len(waiting)
        for upload in list(waiting):
            row = ledger.find(upload.key, upload.etag)
            if row is not None and row["state"] != UNDECIDED:
                waiting.remove(upload)
                yield upload, row, time.monotonic() - upload.began_at
        if len(waiting) < before:
            end = time.monotonic() + timeout_s
        elif time.monotonic() > end:
            names = ", ".join(upload.key for upload in waiting[:5])
            raise StackError(f"nothing was stored for {timeout_s:.0f} s; still waiting for {names}")
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.2, 0.5)


def _etag_of_same(s3: S3Client, bucket: str, key: str, digest: str) -> str:
    try:
        found = s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
            return ""
        raise
    return found["ETag"].strip('"') if found["Metadata"].get(_SHA256) == digest else ""


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_MIB):
            digest.update(block)
    return digest.hexdigest()


def _content_type(path: Path) -> str:
    if path.suffix == ".gz":
        return "application/gzip"
    return "application/x-ndjson" if path.suffix in (".ndjson", ".jsonl") else "application/json"
