"""Text to records: the same whatever the pieces, refused by name otherwise."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest.errors import FileRefused
from ingest.records import Splitter
from ingest.settings import Settings, load

LIMITS = load({"DATABASE_URL": "host=/nowhere", "AWS_BUCKET_NAME": "unused"})


def split(text: str, size: int = 1 << 20, limits: Settings = LIMITS) -> list[object]:
    """The records of a text that comes in pieces of one size."""
    pieces = (text[at : at + size] for at in range(0, len(text), size))
    return [record.value for record in Splitter(pieces, limits)]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=5)


@given(st.lists(VALUES), st.integers(1, 40), st.booleans(), st.sampled_from([None, 1]))
def test_an_array_is_what_json_says_whatever_the_pieces(
    values: list[object], size: int, ascii_only: bool, indent: int | None
) -> None:
    text = json.dumps(values, ensure_ascii=ascii_only, indent=indent)
    assert split(text, size) == json.loads(text)


@given(st.lists(OBJECTS, min_size=1), st.integers(1, 40), st.sampled_from(["\n", "\r\n", "\n\n \t"]))
def test_lines_are_what_json_says_whatever_the_pieces(
    values: list[dict[str, object]], size: int, ending: str
) -> None:
    text = "".join(json.dumps(value) + ending for value in values)
    assert split(text, size) == values


@settings(max_examples=300)
@given(st.text(alphabet='[]{}",:0123456789.eE+-truefalsn \n\\u\ud7ff\x00', max_size=60), st.integers(1, 20))
def test_any_text_is_split_as_json_has_it_or_refused(text: str, size: int) -> None:
    found = None
    with contextlib.suppress(FileRefused):
        found = split(text, size)
    if text.lstrip(" \n").startswith("["):
        try:
            wanted = json.loads(text, parse_constant=lambda _: 1 / 0)
        except (ValueError, ZeroDivisionError):
            wanted = None
        assert found == wanted


@given(st.lists(OBJECTS, min_size=1, max_size=5), st.data())
def test_a_cut_array_is_refused_and_the_record_is_named(
    values: list[dict[str, object]], data: st.DataObject
) -> None:
    text = json.dumps(values)
    cut = text[: data.draw(st.integers(1, len(text) - 1))]
    with pytest.raises(FileRefused, match=r"record \d+, byte \d+"):
        split(cut, 7)


def test_positions_and_texts_are_those_of_the_file() -> None:
    records = list(Splitter(iter(['[{"a": 1} ,', ' {"é" :2}]']), LIMITS))
    assert [(record.position, record.text) for record in records] == [(1, '{"a": 1}'), (2, '{"é" :2}')]


def test_a_reason_names_the_byte_where_it_stands() -> None:
    text = '\ufeff[{"title":"é"}, {"title":!}]'
    at = text.encode().index(b"!")
    with pytest.raises(FileRefused, match=rf"record 2, byte {at}\b"):
        split(text)
    with pytest.raises(FileRefused, match=rf"record 2, byte {at}\b"):
        split(text, 3)


def test_a_byte_order_mark_is_no_part_of_the_file() -> None:
    assert split("\ufeff[1]") == split("[1]") == [1]


def test_a_number_cut_by_the_pieces_is_one_number() -> None:
    for text in ("[12345,678]", "[1.5]", "[1e+5, -2E-3]", "[-0.0]"):
        for size in range(1, len(text)):
            assert split(text, size) == json.loads(text)


def test_a_long_record_takes_time_in_proportion_to_its_length() -> None:
    limits = replace(LIMITS, record_bytes_max=64 << 20)
    times = []
    for size in (1 << 20, 1 << 23):
        began = time.perf_counter()
        assert len(split(json.dumps([{"a": "x" * size}]), 1000, limits)) == 1
        times.append(time.perf_counter() - began)
    assert times[1] < 40 * max(times[0], 0.01)


def test_a_string_without_end_is_refused_before_all_of_it_is_read() -> None:
    read = 0

    def endless() -> Iterator[str]:
        nonlocal read
        yield '[{"title":"'
        while True:
            read += 1000
            yield "x" * 1000

    with pytest.raises(FileRefused, match="longer than"):
        list(Splitter(endless(), LIMITS))
    assert read < 4 * LIMITS.record_bytes_max


def test_deep_nesting_is_refused_however_it_is_written() -> None:
    for text in (
        "[" * 200_000,
        '[{"a":' * 5000,
        "[" + "[" * 40 + "]" * 40 + "]",
        '[{"a":[' + "{}," * 99 + "[" * 40,
    ):
        began = time.perf_counter()
        with pytest.raises(FileRefused):
            split(text, 4096)
        assert time.perf_counter() - began < 2


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert split(json.dumps([{"a": [[]] * 100}]))
