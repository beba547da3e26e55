"""Formats: lines of JSON and CSV out of what the database joins."""

import csv
import io
import json

import pytest
from query.formats import FORMATS, MEMBERS
from query.negotiation import CSV, JSON, NDJSON

MOVIES = [
    {
        "id": "1",
        "title": '=HYPERLINK("x")',
        "year": 1999,
        "cast": ["+A", "B"],
        "genres": [],
        "extract": 'a,\n"b"',
    },
    {"id": "2", "title": "Amélie\u2028", "year": 2001, "cast": [], "genres": ["Comedy"], "href": "Amélie"},
]
LINES = "\n".join(json.dumps(movie, ensure_ascii=False) for movie in MOVIES).encode()


def rows(documents: bytes, fields=None) -> list[dict]:
    form = FORMATS[CSV]
    text = (form.head(fields) + form.encode(documents, fields)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_lines_are_the_documents_as_they_are():
    assert FORMATS[NDJSON].encode(LINES, None) == LINES + b"\n"
    assert FORMATS[NDJSON].encode(b"", None) == b""


def test_fields_leave_members_out_in_every_format():
    some = [{"title": movie["title"], "year": movie["year"]} for movie in MOVIES]
    array = json.dumps(MOVIES).encode()
    assert json.loads(FORMATS[JSON].encode(array, {"year", "title"})) == some
    assert [
        json.loads(each) for each in FORMATS[NDJSON].encode(LINES, {"year", "title"}).split(b"\n")[:-1]
    ] == some
    assert list(rows(LINES, {"year", "title"})[0]) == ["title", "year"]


def test_a_csv_has_a_head_and_a_column_for_every_member():
    first, second = rows(LINES)
    assert tuple(first) == MEMBERS
    assert (second["title"], second["genres"], second["href"], second["extract"]) == (
        "Amélie\u2028",
        "Comedy",
        "Amélie",
        "",
    )
    assert first["extract"] == MOVIES[0]["extract"]
    assert rows(b"") == []


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_no_cell_begins_as_a_formula_does(start):
    movie = {"title": f"{start}1+1", "year": 1999, "cast": [f"{start}A"], "genres": []}
    (row,) = rows(json.dumps(movie).encode())
    assert row["title"] == f"'{start}1+1"
    assert row["cast"] == f"'{start}A"
