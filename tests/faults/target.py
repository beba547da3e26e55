"""What a fault is tried on, as the prober, the uploader and the audit see it: on one machine or on a cluster."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.records import arrival, file_of, key_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Target(ABC):
    """A whole system; callers ask it at `port` of this machine for `host`."""

    host: str
    bucket: str
    s3: S3Client

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.uploaded = 0  # arrivals, each with the next number
        self.vanished: list[str] = []  # keys of objects that were deleted before anyone could read them
        # What a fault saw beside the prober, in this try.
        self.found: list[str] = []
        self.late: list[str] = []

    @property
    @abstractmethod
    def port(self) -> int:
        """Where its gateway listens."""

    @abstractmethod
    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """The rows of a statement, asked of the primary. Raises psycopg2.Error."""

    @abstractmethod
    def make_whole(self) -> None:
        """Everything runs, every file is there, every process of query has in memory what is asked again and again."""

    def upload(self) -> None:
        """Put the next file into the bucket."""
        body = file_of(arrival(self.uploaded))
        self.s3.put_object(Bucket=self.bucket, Key=key_of(self.uploaded), Body=body)
        self.uploaded += 1

    def has_all_files(self) -> bool:
        """Every file that was uploaded is stored."""
        rows = self.execute("SELECT count(*) FROM files WHERE content_id IS NOT NULL")
        return rows == [(self.uploaded + 1,)]
