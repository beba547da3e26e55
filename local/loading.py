"""The data goes into the bucket; the events do the rest, and we look on."""

from __future__ import annotations

import json
import time
from contextlib import closing
from pathlib import Path

import urllib3

from local import uploads
from local.errors import StackError
from local.ledger import Ledger, describe
from local.stack import Stack

_QUIET_S_MAX = 120  # without any file being decided


def load(stack: Stack, paths: list[Path]) -> None:
    """Upload what the bucket does not have, and return when all of it is visible at /movies."""
    began = time.monotonic()
    with uploads.client() as s3:
        sent = []
        for path in paths:
            stack.check()
            sent.append(uploads.put(s3, stack.settings.bucket, path, skip_same=True))
    fresh = [upload for upload in sent if upload.fresh]
    if len(fresh) < len(sent):
        print(f"{len(sent) - len(fresh)} of {len(sent)} files are in the bucket already, unchanged")
    records = version = 0
    decided = uploads.outcomes(Ledger(stack.ingest_url), fresh, _QUIET_S_MAX, stack.check)
    for done, (upload, row, seconds) in enumerate(decided, 1):
        records += row["stored"] or 0
        version = max(version, row["data_version"] or 0)
        print(
            f"  {done}/{len(fresh)} {upload.key}: {describe(row)}, {seconds:.1f} s after its upload",
            flush=True,
        )
    if fresh:
        movies = wait_until_visible(stack, version)
        seconds = time.monotonic() - began
        print(
            f"from the first upload to visible at /movies: {seconds:.1f} s, {records:,} records, {movies:,} movies"
        )


def wait_until_visible(stack: Stack, version: int, timeout_s: float = 30) -> int:
    """Return the number of movies once query answers from this data version or a later one."""
    end = time.monotonic() + timeout_s
    with closing(urllib3.HTTPConnectionPool("127.0.0.1", stack.settings.query_port, timeout=5)) as pool:
        while time.monotonic() < end:
            stack.check()
            answer = pool.request("GET", "/status")
            status = json.loads(answer.data)
            shown = int(status["data_version"].rpartition("-")[2]) if answer.status == 200 else -1
            if shown >= version and pool.request("GET", "/movies?limit=1").status == 200:
                return int(status["movies"])
            time.sleep(0.05)
    raise StackError(f"query does not show data version {version} after {timeout_s:.0f} s")
