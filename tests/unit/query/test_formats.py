"""Formats: arrays and lines of JSON and CSV out of the documents that the database keeps."""

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
DOCUMENTS = [json.dumps(movie, ensure_ascii=False).encode() for movie in MOVIES]


def rows(documents: list[bytes], fields=None) -> list[dict]:
    form = FORMATS[CSV]
    text = (form.head(fields) + form.encode(documents, fields)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_lines_are_the_documents_as_they_are():
    assert FORMATS[NDJSON].encode(DOCUMENTS, None) == b"\n".join([*DOCUMENTS, b""])
    assert FORMATS[NDJSON].encode([], None) == b""


def test_fields_leave_members_out_in_every_format():
    some = [{"title": movie["title"], "year": movie["year"]} for movie in MOVIES]
    assert json.loads(FORMATS[JSON].encode(DOCUMENTS, {"year", "title"})) == some
    assert [
        json.loads(each) for each in FORMATS[NDJSON].encode(DOCUMENTS, {"year", "title"}).split(b"\n")[:-1]
    ] == some
    assert list(rows(DOCUMENTS, {"year", "title"})[0]) == ["title", "year"]


def test_a_csv_has_a_head_and_a_column_for_every_member():
    first, second = rows(DOCUMENTS)
    assert tuple(first) == MEMBERS
    assert (second["title"], second["genres"], second["href"], second["extract"]) == (
        "Amélie\u2028",
        "Comedy",
        "Amélie",
        "",
    )
    assert first["extract"] == MOVIES[0]["extract"]
    assert rows([]) == []


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_no_cell_begins_as_a_formula_does(start):
    movie = {"title": f"{start}1+1", "year": 1999, "cast": [f"{start}A"], "genres": []}
    (row,) = rows([json.dumps(movie).encode()])
    assert row["title"] == f"'{start}1+1"
    assert row["cast"] == f"'{start}A"
