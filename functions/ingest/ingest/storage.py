"""The bucket, and the one place where botocore's exceptions become ours."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import boto3
import urllib3.exceptions
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from ingest.errors import ObjectChanged, ObjectGone, StorageAway
from ingest.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Found:
    """What the bucket holds under a key. `version` is the version id, or the ETag where the bucket keeps none."""

    key: str
    version: str
    version_id: str | None
    etag: str
    last_modified: datetime
    size_bytes: int


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Inside, what S3 answers or fails to answer is raised as ours."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        code = error.response.get("Error", {}).get("Code", "")
        if code in ("404", "NoSuchKey", "NoSuchVersion") or (status == 404 and code != "NoSuchBucket"):
            raise ObjectGone from None
        if status == 412:
            raise ObjectChanged from None
        raise StorageAway(f"The bucket answered {code or status}; try again.") from error
    except (BotoCoreError, HTTPClientError, urllib3.exceptions.HTTPError, OSError) as error:
        raise StorageAway("The bucket cannot be reached, or broke off; try again.") from error


class Storage:
    """The one bucket that this function serves."""

    def __init__(self, settings: Settings) -> None:
        self.bucket = settings.bucket
        self._client: S3Client = boto3.client(
            "s3",
            config=Config(
                connect_timeout=settings.s3_connect_ms / 1000,
                read_timeout=settings.s3_read_ms / 1000,
                retries={"total_max_attempts": settings.s3_attempts_max, "mode": "standard"},
                max_pool_connections=settings.threads,
                # Anything but AWS is addressed by path, and may know no trailing checksums.
                s3={"addressing_style": "auto"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def look(self, key: str) -> Found:
        """What is under the key now; raises ObjectGone, StorageAway."""
        with translated():
            return _found(key, self._client.head_object(Bucket=self.bucket, Key=key))

    @contextlib.contextmanager
    def opened(self, wanted: Found) -> Iterator[tuple[Found, Iterator[bytes]]]:
        """The object's bytes if it still is the one that was seen; raises ObjectGone, ObjectChanged, StorageAway."""
        version: dict[str, Any] = {"VersionId": wanted.version_id} if wanted.version_id else {}
        with translated():
            answer = self._client.get_object(
                Bucket=self.bucket, Key=wanted.key, IfMatch=f'"{wanted.etag}"', **version
            )
        body = answer["Body"]
        try:
            yield _found(wanted.key, answer), _chunks(body)
        finally:
            body.close()

    def put(self, key: str, body: bytes) -> None:
        """Put a JSON object; raises StorageAway."""
        with translated():
            self._client.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType="application/json")

    def pages(self, after: str = "") -> Iterator[list[Found]]:
        """Every object, in the order of keys; version is the ETag, which listings give for either kind of bucket."""
        with translated():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, StartAfter=after, PaginationConfig={"PageSize": 1000}
            )
            for page in pages:
                yield [
                    Found(
                        each["Key"],
                        _bare(each["ETag"]),
                        None,
                        _bare(each["ETag"]),
                        each["LastModified"],
                        each["Size"],
                    )
                    for each in page.get("Contents", ())
                ]


def _chunks(body: Any) -> Iterator[bytes]:
    with translated():
        while chunk := body.read(CHUNK_BYTES):
            yield chunk


def _found(key: str, answer: Any) -> Found:
    etag, version_id = _bare(answer["ETag"]), _version_id(answer)
    return Found(key, version_id or etag, version_id, etag, answer["LastModified"], answer["ContentLength"])


def _version_id(answer: Any) -> str | None:
    """A bucket whose versioning was suspended gives the version "null", which is no name to tell two apart by."""
    version_id = answer.get("VersionId")
    return version_id if version_id and version_id != "null" else None


def _bare(etag: str) -> str:
    return etag.strip('"')
