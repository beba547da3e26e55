"""Movies as JSON, as lines of JSON and as CSV; whole, or with some of their members."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

from query.negotiation import CSV, JSON, NDJSON

# The members of a movie, in the order in which it has them; the columns of a CSV.
MEMBERS = (
    "id",
    "title",
    "year",
    "cast",
    "genres",
    "href",
    "extract",
    "thumbnail",
    "thumbnail_width",
    "thumbnail_height",
)
# Up to this it takes less than handing it to a thread.
INLINE_BYTES_MAX = 64 * 1024
# What a spreadsheet takes for a formula where a cell begins with it.
_FORMULA = tuple(
    "=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)

Fields = Collection[str] | None
Documents = Sequence[bytes]
encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Format(NamedTuple):
    """A media type and what is made of movies for it.

    head: what stands before the first movie. encode: the bytes of movies, each the
    JSON that the database keeps, with the fields that are wanted (None: all).
    """

    content_type: str
    tag: str  # in the ETag
    head: Callable[[Fields], bytes]
    encode: Callable[[Documents, Fields], bytes]


def _no_head(_fields: Fields) -> bytes:
    return b""


def _array(documents: Documents, fields: Fields) -> bytes:
    if fields is None:
        return b"[" + b",".join(documents) + b"]"
    return encode_json([_projected(movie, fields) for movie in map(json.loads, documents)]).encode()


def _lines(documents: Documents, fields: Fields) -> bytes:
    if fields is None:
        return b"".join([document + b"\n" for document in documents])
    lines = (encode_json(_projected(movie, fields)) + "\n" for movie in map(json.loads, documents))
    return "".join(lines).encode()


def _csv_head(fields: Fields) -> bytes:
    return _csv([_columns(fields)])


def _csv_rows(documents: Documents, fields: Fields) -> bytes:
    columns = _columns(fields)
    movies = map(json.loads, documents)
    return _csv([_cell(movie.get(column)) for column in columns] for movie in movies)


def _columns(fields: Fields) -> list[str]:
    return [member for member in MEMBERS if fields is None or member in fields]


def _cell(value: object) -> str:
    """A value as a cell: lists with semicolons, and nothing that a spreadsheet would compute."""
    text = "" if value is None else "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _projected(movie: dict[str, Any], fields: Collection[str]) -> dict[str, Any]:
    return {member: value for member, value in movie.items() if member in fields}


FORMATS = {
    JSON: Format(JSON, "", _no_head, _array),
    NDJSON: Format(NDJSON, "-ndjson", _no_head, _lines),
    CSV: Format("text/csv; charset=utf-8; header=present", "-csv", _csv_head, _csv_rows),
}


async def encode(form: Format, documents: Documents, fields: Fields) -> bytes:
    """The bytes of movies; made in a thread where that would hold up the loop."""
    as_they_are = fields is None and form.encode is not _csv_rows
    if as_they_are or sum(map(len, documents)) <= INLINE_BYTES_MAX:
        return form.encode(documents, fields)
    return await asyncio.to_thread(form.encode, documents, fields)
