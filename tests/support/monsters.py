"""Files made to exhaust a reader, and how much of each may be read before it is refused."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass

KIB, MIB = 1 << 10, 1 << 20
GOOD = json.dumps({"title": "Solaris", "year": 1972}).encode()
CHUNK_BYTES = 256 * KIB  # what is read at once
RECORD_BYTES_MAX = MIB  # the default
RATIO_MAX = 200  # the default


@dataclass(frozen=True)
class Monster:
    """`read_bytes_max`: of the object; `unpacked_max`: characters of text; before the refusal that holds `reason`."""

    make: Callable[[], bytes]
    reason: str
    read_bytes_max: int = CHUNK_BYTES
    unpacked_max: int = CHUNK_BYTES


def _endless(make: Callable[[], bytes]) -> Monster:
    """One record without an end: what is held doubles until it is over the limit, by a chunk at most."""
    most = 2 * RECORD_BYTES_MAX + CHUNK_BYTES
    return Monster(make, f"longer than {RECORD_BYTES_MAX} bytes", most, most)


def _bomb(make: Callable[[], bytes], reason: str = f"{RATIO_MAX} times its size") -> Monster:
    """A chunk unpacks to so many times its size at most."""
    return Monster(make, reason, CHUNK_BYTES, RATIO_MAX * CHUNK_BYTES)


MONSTERS = {
    "nested 100,000 deep": Monster(
        lambda: b'[{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}]", "levels deep (record 1,"
    ),
    "nested 100,000 deep in lines": Monster(
        lambda: GOOD + b'\n{"a":' * 100_000, "levels deep (record 2,", 3 * CHUNK_BYTES, 3 * CHUNK_BYTES
    ),
    "a string of 50 MB": _endless(lambda: b'[{"title":"' + b"x" * 50_000_000 + b'","year":1999}]'),
    "a number of 50 MB": _endless(lambda: b'[{"year":' + b"1" * 50_000_000 + b"}]"),
    "50 MB of white space in a record": _endless(lambda: b'[{"year":' + b" " * 50_000_000 + b"1}]"),
    "a list of 5 million names": _endless(lambda: b'[{"cast":[' + b'"x",' * 5_000_000 + b'"x"]}]'),
    "10 million empty records": Monster(
        lambda: b"[" + b"{}," * 9_999_999 + b"{}]", "10000 records cannot be stored; record 10001"
    ),
    "10 million empty lines of records": Monster(
        lambda: b"{}\n" * 10_000_000, "record 10001: title is missing"
    ),
    "a bomb of a gigabyte": _bomb(lambda: gzip.compress(b" " * MIB) * 1024),
    "a bomb of a gigabyte behind a good record": _bomb(
        lambda: gzip.compress(b"[" + GOOD + b"," + b" " * MIB) + gzip.compress(b" " * MIB) * 1024
    ),
    "a bomb in a bomb": _bomb(lambda: gzip.compress(gzip.compress(b"[" * 100 * MIB, 1), 1), "not UTF-8"),
}
