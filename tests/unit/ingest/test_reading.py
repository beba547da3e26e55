"""Bytes to text: unpacked, decoded and bounded, whatever the chunks."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest.errors import FileRefused, StorageAway
from ingest.reading import Reading
from ingest.settings import Settings, load

LIMITS = load({"DATABASE_URL": "host=/nowhere", "AWS_BUCKET_NAME": "unused"})


def read(data: bytes, size: int = 1 << 20, limits: Settings = LIMITS) -> tuple[str, Reading]:
    """The text of bytes that come in chunks of one size."""
    reading = Reading((data[at : at + size] for at in range(0, len(data), size)), limits)
    return "".join(reading.pieces()), reading


@given(st.text(), st.integers(1, 30), st.booleans(), st.integers(1, 3))
def test_text_comes_back_and_the_hash_is_of_the_object(
    text: str, size: int, packed: bool, members: int
) -> None:
    data = gzip.compress(text.encode()) * members if packed else text.encode()
    if data.startswith(b"\x1f\x8b") != packed:
        return
    got, reading = read(data, size)
    assert got == (text * members if packed else text)
    assert (reading.sha256, reading.size_bytes) == (hashlib.sha256(data).digest(), len(data))


@given(st.binary(max_size=200), st.integers(1, 30))
def test_any_bytes_are_text_or_refused(data: bytes, size: int) -> None:
    try:
        got, _ = read(data, size)
    except FileRefused:
        with pytest.raises((UnicodeDecodeError, OSError, EOFError)):
            (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode()
    else:
        if not data.startswith(b"\x1f\x8b"):
            assert got.encode() == data


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_the_byte_that_is_not_utf8_is_named(size: int) -> None:
    for data, at in (
        (b"ab\xff", 2),
        ("aé".encode() + b"\xe9x", 3),
        (b"a\xe2\x82", 1),
        (b"\xc3", 0),
        ("é".encode("utf-16"), 0),
    ):
        with pytest.raises(FileRefused, match=rf"\(byte {at}\)"):
            read(data, size)


def test_a_cut_or_damaged_gzip_is_refused() -> None:
    packed = gzip.compress(b"x" * 100_000)
    for data, reason in (
        (packed[:-1], "cut off"),
        (packed[:15], "cut off"),
        (packed[:-8] + bytes(8), "damaged"),
        (packed + b"zz", "follows"),
    ):
        with pytest.raises(FileRefused, match=reason):
            read(data, 7)


def test_a_bomb_is_refused_early() -> None:
    bomb = gzip.compress(bytes(50 << 20))
    with pytest.raises(FileRefused, match="200 times"):
        read(bomb)
    with pytest.raises(FileRefused, match="unpacks to more than"):
        read(bomb, limits=replace(LIMITS, decompressed_bytes_max=1 << 20))


def test_an_object_that_takes_too_long_is_trouble_of_the_bucket() -> None:
    with pytest.raises(StorageAway):
        read(b"xx", 1, replace(LIMITS, object_ms_max=-1))
