"""What ingest's ledger says of the files, asked over HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import urllib3

from local.errors import StackError

Row = Mapping[str, Any]
UNDECIDED = "received"


class Ledger:
    """A client of ingest's GET /files."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._pool = urllib3.PoolManager(retries=urllib3.Retry(2), timeout=urllib3.Timeout(15))

    def find(self, key: str, etag: str) -> Row | None:
        """The newest row of this content under this key, decided or not."""
        rows = self._get(f"/files?limit=100&key={quote(key, safe='')}")
        return next((row for row in rows if row["etag"] == etag), None)

    def rejects(self, file_id: int, count: int) -> list[Row]:
        """The first records of a file that could not be stored."""
        return self._get(f"/files/{file_id}/rejects?limit={count}")

    def _get(self, path: str) -> list[Row]:
        try:
            answer = self._pool.request("GET", self.url + path, headers={"Accept": "application/json"})
        except urllib3.exceptions.HTTPError as error:
            raise StackError(f"ingest does not answer at {self.url} ({type(error).__name__})") from error
        if answer.status != 200:
            raise StackError(f"ingest answers {answer.status} at {self.url}{path}")
        rows: list[Row] = json.loads(answer.data)
        return rows


def describe(row: Row) -> str:
    """One line on what became of a file."""
    if row["state"] == "failed":
        return f"failed: {row['reason']}"
    if row["state"] not in ("stored", "duplicate"):
        return str(row["state"])
    parts = [f"{row['stored']:,} {'movie' if row['stored'] == 1 else 'movies'}"]
    parts += [f"{row[name]:,} {name}" for name in ("merged", "rejected") if row[name]]
    return f"{row['state']}, {', '.join(parts)}"
