"""What cannot be stored changes nothing but the ledger, and says why."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest

from tests.integration.ingest.conftest import MakeWorld, World, movie

GOOD = json.dumps([movie(f"Film {n}") for n in range(3)])
FILES = {
    "not JSON": (b"<html></html>", "not JSON"),
    "truncated": (GOOD[:-20].encode(), "record 3"),
    "array not closed": (GOOD[:-1].encode(), "cut off"),
    "trailing garbage": ((GOOD + "x").encode(), "follows the end"),
    "two arrays": ((GOOD + GOOD).encode(), "follows the end"),
    "no comma": (b'[{"title":"a"} {"title":"b"}]', "expected ,"),
    "comma at the end": (b'[{"title":"a","year":1999},]', "not JSON"),
    "lines without line breaks": (b'{"title":"a"},{"title":"b"}', "new line"),
    "raw control character": (b'[{"title":"a\x01b","year":1999}]', "control character"),
    "NaN": (b'[{"title":"a","year":NaN}]', "NaN"),
    "minus infinity": (b'[{"title":"a","year":-Infinity}]', "Infinity"),
    "Latin-1": ('[{"title":"é","year":1999}]'.encode("latin-1"), "not UTF-8 (byte 11)"),
    "UTF-16": ('[{"title":"é"}]'.encode("utf-16"), "not UTF-8 (byte 0)"),
    "cut in a character": (b'[{"title":"\xc3', "not UTF-8"),
    "empty": (b"", "empty"),
    "white space": (b" \n\t ", "empty"),
    "only BOM": (b"\xef\xbb\xbf", "empty"),
    "a number": (b"42", "must begin with [ or {"),
    "a string": (b'"title"', "must begin with [ or {"),
    "NUL byte": (b'[{"title":"a\x00"}]', "control character"),
    "gzip cut off": (gzip.compress(GOOD.encode())[:-9], "cut off"),
    "gzip damaged": (b"\x1f\x8b" + b"\xff" * 40, "damaged"),
    "gzip checksum": (gzip.compress(GOOD.encode())[:-8] + b"\0" * 8, "damaged"),
    "gzip and something else": (gzip.compress(GOOD.encode()) + b"xyz", "follows the packed data"),
    "nothing packed": (gzip.compress(b""), "empty"),
    "nested a hundred thousand deep": (b'[{"a":' + b"[" * 100_000, "nested"),
    "nested and closed": (b'[{"a":' + b"[" * 400 + b"]" * 400 + b"}]", "nested"),
}


def test_a_file_that_cannot_be_read_is_failed_with_a_reason(world: World) -> None:
    world.upload("before.json", [movie("Before")])
    before = world.served(), world.database.rows("TABLE data_version")
    for name, (content, reason) in FILES.items():
        response = world.upload(name, content)
        assert response.status_code == 422, name
        assert response.mimetype == "application/problem+json"
        [(state, stored_reason)] = world.database.rows("SELECT state, reason FROM files WHERE key = %s", name)
        assert state == "failed", name
        assert reason in str(stored_reason), name
        assert response.get_json()["detail"] == stored_reason
    assert (world.served(), world.database.rows("TABLE data_version")) == before
    world.check_counts()


RECORDS = {
    "no title": ({"year": 1999}, "title", "missing"),
    "null title": ({"title": None, "year": 1999}, "title", "missing"),
    "blank title": ({"title": " \u2003 ", "year": 1999}, "title", "missing"),
    "title a number": ({"title": 1, "year": 1999}, "title", "must be a string, not a whole number"),
    "no year": ({"title": "a"}, "year", "missing"),
    "year a string": ({"title": "a", "year": "1999"}, "year", "must be a whole number, not a string"),
    "year true": ({"title": "a", "year": True}, "year", "not a boolean"),
    "year a fraction": ({"title": "a", "year": 1999.0}, "year", "not a number"),
    "year 19999": ({"title": "a", "year": 19999}, "year", "from 1870 to 2100"),
    "year of 400 digits": ({"title": "a", "year": 10**400}, "year", "whole number"),
    "cast a string": ({"title": "a", "year": 1999, "cast": "x"}, "cast", "must be a list"),
    "cast with null": ({"title": "a", "year": 1999, "cast": [None]}, "cast", "must hold strings, not null"),
    "genres an object": ({"title": "a", "year": 1999, "genres": {}}, "genres", "must be a list"),
    "href a list": ({"title": "a", "year": 1999, "href": []}, "href", "must be a string"),
    "width a string": (
        {"title": "a", "year": 1999, "thumbnail_width": "1"},
        "thumbnail_width",
        "whole number",
    ),
    "width negative": ({"title": "a", "year": 1999, "thumbnail_width": -1}, "thumbnail_width", "from 0"),
    "NUL in title": ({"title": "a\0b", "year": 1999}, "title", "NUL"),
    "NUL in cast": ({"title": "a", "year": 1999, "cast": ["x", "a\0b"]}, "cast", "NUL"),
    "NUL in extract": ({"title": "a", "year": 1999, "extract": "\0"}, "extract", "NUL"),
    "lone surrogate": ({"title": "a\ud800", "year": 1999}, "title", "surrogate"),
    "lone surrogate in genre": ({"title": "a", "year": 1999, "genres": ["a\udfff"]}, "genres", "surrogate"),
    "long title": ({"title": "a" * 501, "year": 1999}, "title", "501 characters, more than 500"),
    "long name": ({"title": "a", "year": 1999, "cast": ["a" * 201]}, "cast", "201 characters"),
    "long list": ({"title": "a", "year": 1999, "cast": ["a"] * 501}, "cast", "501 entries"),
    "a number": (7, None, "must be an object, not a whole number"),
    "null": (None, None, "must be an object, not null"),
    "a list": ([], None, "must be an object, not a list"),
    "nothing": ({}, "title", "missing"),
}


def test_bad_records_are_named_and_the_good_ones_are_stored(world: World) -> None:
    wanted = list(RECORDS.values())
    response = world.upload("mixed.json", [movie("First"), *(record for record, *_ in wanted), movie("Last")])
    assert response.status_code == 200
    assert world.titles() == ["First", "Last"]
    counts = world.ledger("state", "entries", "stored", "merged", "rejected")
    assert counts == [("stored", len(wanted) + 2, 2, 0, len(wanted))]
    rows = world.database.rows("SELECT position, field, reason, record FROM rejects ORDER BY position")
    for (position, field, why, kept), (name, (record, expected, reason)) in zip(
        rows, RECORDS.items(), strict=True
    ):
        assert field == expected, name
        assert reason in str(why), name
        assert str(kept).isascii(), name
        assert record == wanted[int(str(position)) - 2][0]
        assert json.loads(str(kept)) == record, name


def test_null_and_blank_optional_fields_are_absent(world: World) -> None:
    nothing = dict.fromkeys(("href", "extract", "thumbnail", "thumbnail_width", "thumbnail_height"))
    world.upload(
        "a.json", [{"title": " a ", "year": 1999, "cast": None, "genres": None, **nothing, "extract": " "}]
    )
    [doc] = world.docs()
    assert {name: value for name, value in doc.items() if name != "id"} == {
        "title": "a",
        "year": 1999,
        "cast": [],
        "genres": [],
    }


LIMITS = {
    "object": ("INGEST_OBJECT_BYTES_MAX", "100", GOOD.encode(), "more than 100 bytes"),
    "record": (
        "INGEST_RECORD_BYTES_MAX",
        "1024",
        json.dumps([movie(x="y" * 2000)]).encode(),
        "longer than 1024",
    ),
    "string without end": (
        "INGEST_RECORD_BYTES_MAX",
        "1024",
        b'[{"title":"' + b"x" * 2_000_000,
        "longer than 1024",
    ),
    "records": ("INGEST_RECORDS_MAX", "2", GOOD.encode(), "more than 2 records"),
    "rejects": (
        "INGEST_REJECTS_MAX",
        "2",
        b"[" + b"{}," * 5 + b"{}]",
        "more than 2 records cannot be stored",
    ),
    "depth": ("INGEST_DEPTH_MAX", "3", b'[{"a":[[[1]]]}]', "more than 3 levels"),
    "unpacked": ("INGEST_DECOMPRESSED_BYTES_MAX", "1000", gzip.compress(b" " * 2000), "more than 1000 bytes"),
    "ratio": ("INGEST_RATIO_MAX", "50", gzip.compress(b" " * 3_000_000), "more than 50 times"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_each_limit_refuses_the_file_and_names_itself(make_world: MakeWorld, name: str) -> None:
    variable, value, content, reason = LIMITS[name]
    world = make_world(**{variable: value})
    assert world.upload("large.json", content).status_code == 422
    [(state, why)] = world.ledger("state", "reason")
    assert state == "failed"
    assert reason in str(why)
    assert world.titles() == []


def test_a_bomb_of_a_gigabyte_is_refused_before_it_is_unpacked(world: World) -> None:
    packer = zlib.compressobj(9, wbits=31)
    zeros = b"0" * (1 << 20)
    bomb = b"".join([*(packer.compress(zeros) for _ in range(64)), packer.flush()])
    assert world.upload("bomb.json.gz", bomb).status_code == 422


def test_a_failed_file_is_not_read_again(world: World) -> None:
    etag = world.put("bad.json", b"nope")
    record = world.record("bad.json", eTag=etag)
    assert [world.deliver(record).status_code for _ in range(3)] == [422, 422, 422]
    assert world.ledger("state", "attempts") == [("failed", 1)]


def test_a_newer_version_that_fails_leaves_the_older_one(world: World) -> None:
    world.upload("a.json", [movie("Old")])
    world.upload("a.json", b"nope")
    assert world.titles() == ["Old"]
    assert world.ledger() == [("a.json", "stored"), ("a.json", "failed")]


BODIES = {
    "empty": (b"", "application/json"),
    "not JSON": (b"nope", "application/json"),
    "a list": (b"[]", "application/json"),
    "no records": (b'{"a":1}', "application/json"),
    "records an object": (b'{"Records":{}}', "application/json"),
    "a record without a key": (
        b'{"Records":[{"eventName":"ObjectCreated:Put","s3":{}}]}',
        "application/json",
    ),
    "structured, broken": (b'{"specversion":', "application/cloudevents+json"),
    "structured, no type": (b'{"specversion":"1.0","id":"1","source":"x"}', "application/cloudevents+json"),
    "another version": (
        b'{"specversion":"9","id":"1","source":"x","type":"y"}',
        "application/cloudevents+json",
    ),
    "structured, its version a list": (
        b'{"specversion":[],"id":"1","source":"x","type":"y"}',
        "application/cloudevents+json",
    ),
    "structured, its type an object": (
        b'{"specversion":"1.0","id":"1","source":"x","type":{"a":1}}',
        "application/cloudevents+json",
    ),
    "structured, its data no base64": (
        b'{"specversion":"1.0","id":"1","source":"x","type":"dev.knative.eventing.aws-sqs","data_base64":"?"}',
        "application/cloudevents+json",
    ),
    "no UTF-8": (b'{"Records":"\xff"}', "application/json"),
    "batch": (b"[]", "application/cloudevents-batch+json"),
    "deep": (b"[" * 100_000, "application/json"),
}


def test_what_is_no_event_is_refused_for_good(world: World) -> None:
    for name, (body, content_type) in BODIES.items():
        response = world.client.post("/", data=body, content_type=content_type)
        assert response.status_code == 422, name
        assert response.mimetype == "application/problem+json"
    assert world.ledger() == []


def test_an_event_whose_headers_and_content_type_disagree_is_refused_for_good(world: World) -> None:
    headers = {"ce-specversion": "1.0", "ce-id": "1", "ce-type": "dev.movies.reconcile", "ce-source": "test"}
    response = world.client.post(
        "/", data=b'"1.0", nonsense', headers=headers, content_type="application/cloudevents+json"
    )
    assert response.status_code == 422


def test_an_impossible_key_is_refused_for_good(world: World) -> None:
    for key in ("a%00b", "%FF", "", "k" * 2000, "\ud800", None, 7):
        record = world.record("x")
        record["s3"]["object"]["key"] = key
        assert world.deliver(record).status_code == 422, key


def test_an_unknown_type_of_event_is_refused_for_good(world: World) -> None:
    headers = {"ce-specversion": "1.0", "ce-id": "1", "ce-type": "other", "ce-source": "test"}
    assert world.client.post("/", json={}, headers=headers).status_code == 422


def test_an_event_about_another_bucket_is_refused_for_good(world: World) -> None:
    record = world.record("a.json")
    record["s3"]["bucket"]["name"] = "elsewhere"
    assert world.deliver(record).status_code == 422


def test_a_body_beyond_the_limit_is_refused_for_good(make_world: MakeWorld) -> None:
    world = make_world(INGEST_EVENT_BYTES_MAX="2000")
    assert world.client.post("/", data=b"x" * 3000, content_type="application/json").status_code == 413


def test_an_error_shows_neither_a_trace_nor_a_body(world: World) -> None:
    response = world.client.post("/", data=b'{"secret": "s3cr3t"}', content_type="application/json")
    assert "s3cr3t" not in response.text
