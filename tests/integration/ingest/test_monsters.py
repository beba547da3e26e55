"""Files made to exhaust a reader are refused with a reason, by a process that stays small."""

from __future__ import annotations

import gzip
import json
import sys

import pytest

from tests.integration.ingest.conftest import movie
from tests.support.aws import Bucket
from tests.support.databases import Database
from tests.support.functions import Function
from tests.support.memory import peak_resident_bytes
from tests.support.notifications import deliver, notification, put

MIB = 1 << 20
GOOD = json.dumps(movie()).encode()
MONSTERS = {
    "nested 100,000 deep": (b'[{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}]", "levels deep (record 1,"),
    "nested 100,000 deep in lines": (GOOD + b'\n{"a":' * 100_000, "levels deep (record 2,"),
    "a string of 50 MB": (
        b'[{"title":"' + b"x" * 50_000_000 + b'","year":1999}]',
        "longer than 1048576 bytes",
    ),
    "a number of 50 MB": (b'[{"year":' + b"1" * 50_000_000 + b"}]", "longer than 1048576 bytes"),
    "50 MB of white space in a record": (b'[{"year":' + b" " * 50_000_000 + b"1}]", "longer than"),
    "a list of 5 million names": (
        b'[{"cast":[' + b'"x",' * 5_000_000 + b'"x"]}]',
        "longer than 1048576 bytes",
    ),
    "10 million empty records": (
        b"[" + b"{}," * 9_999_999 + b"{}]",
        "10000 records cannot be stored; record 10001",
    ),
    "10 million empty lines of records": (b"{}\n" * 10_000_000, "record 10001: title is missing"),
    "a bomb of a gigabyte": (gzip.compress(b" " * MIB) * 1024, "200 times its size"),
    "a bomb of a gigabyte behind a good record": (
        gzip.compress(b"[" + GOOD + b"," + b" " * MIB) + gzip.compress(b" " * MIB) * 1024,
        "200 times its size",
    ),
    "a bomb in a bomb": (gzip.compress(gzip.compress(b"[" * 100 * MIB, 1), 1), "not UTF-8"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process from /proc")
def test_monsters_are_refused_with_a_reason_and_memory_stays_bounded(
    ingest: Function, bucket: Bucket, database: Database
) -> None:
    for name, (content, reason) in MONSTERS.items():
        answer = deliver(ingest, notification(bucket.name, name, put(bucket, name, content)))
        assert answer.status_code == 422, name
        [(state, why)] = database.rows("SELECT state, reason FROM files WHERE key = %s", name)
        assert state == "failed", name
        assert reason in str(why), name
    assert database.rows("SELECT count(*) FROM movies") == [(0,)]
    assert peak_resident_bytes(ingest.process.pid) < 128 * MIB


@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process from /proc")
def test_a_large_file_is_stored_by_a_process_that_stays_small(
    ingest: Function, bucket: Bucket, database: Database
) -> None:
    """100 MB, a hundred times what a record may have."""
    lines = (json.dumps(movie(f"Film {n % 20_000}", extract="x" * 3000)) for n in range(33_000))
    body = "\n".join(lines).encode()
    assert len(body) > 100_000_000
    answer = deliver(ingest, notification(bucket.name, "large", put(bucket, "large", body)))
    assert answer.status_code == 200
    assert database.rows("SELECT entries, stored, merged FROM files") == [(33_000, 20_000, 13_000)]
    assert peak_resident_bytes(ingest.process.pid) < 128 * MIB
