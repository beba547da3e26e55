"""The stand-in for S3 remembers its objects from one run to the next."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from local import processes
from local.ports import HOST, free_port
from local.settings import ROOT
from tests.support.aws import Aws
from tests.support.waiting import wait_for_http

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef


@contextmanager
def server(folder: Path) -> Iterator[Aws]:
    port, log = free_port(), folder / "aws.log"
    program: list[str | Path] = [sys.executable, "-m", "local.aws_server", str(port), folder / "bucket"]
    process = processes.start(program, log=log, folder=ROOT)
    try:
        wait_for_http(f"http://{HOST}:{port}/moto-api/data.json", process, log)
        yield Aws(f"http://{HOST}:{port}", process)
    finally:
        processes.stop(process, by=signal.SIGKILL)


def test_objects_come_back_as_they_were_even_after_a_kill(tmp_path: Path) -> None:
    where = {"LocationConstraint": "eu-central-1"}
    with server(tmp_path) as aws, aws.s3() as s3:
        s3.create_bucket(Bucket="kept", CreateBucketConfiguration=where)  # type: ignore[arg-type]
        s3.put_object(Bucket="kept", Key="a b+é", Body=b"old")
        s3.put_object(
            Bucket="kept", Key="a b+é", Body=b"new", Metadata={"sha256": "x"}, ContentType="text/csv"
        )
        s3.put_object(Bucket="kept", Key="gone", Body=b"")
        s3.delete_object(Bucket="kept", Key="gone")
        upload = s3.create_multipart_upload(Bucket="kept", Key="parts")["UploadId"]
        part = s3.upload_part(Bucket="kept", Key="parts", UploadId=upload, PartNumber=1, Body=b"p" * 10)
        parts: list[CompletedPartTypeDef] = [{"PartNumber": 1, "ETag": part["ETag"]}]
        s3.complete_multipart_upload(
            Bucket="kept",
            Key="parts",
            UploadId=upload,
            MultipartUpload={"Parts": parts},
        )
        before = [s3.head_object(Bucket="kept", Key=key) for key in ("a b+é", "parts")]
    with server(tmp_path) as aws, aws.s3() as s3:
        after = [s3.head_object(Bucket="kept", Key=key) for key in ("a b+é", "parts")]
        assert [each["Key"] for each in s3.list_objects_v2(Bucket="kept")["Contents"]] == ["a b+é", "parts"]
        assert s3.get_object(Bucket="kept", Key="a b+é")["Body"].read() == b"new"
    for name in ("ETag", "LastModified", "Metadata", "ContentType"):
        assert [each[name] for each in before] == [each[name] for each in after]
