"""Movies as JSON, as lines of JSON and as CSV; whole, or with some of their members."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable, Collection, Iterable
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
_encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Format(NamedTuple):
    """A media type: how the database joins the documents and what is made of them.

    joined: "array" or "lines". head: what stands before the first movie. encode:
    the bytes of joined documents with the fields that are wanted (None: all).
    """

    content_type: str
    tag: str  # in the ETag
    joined: str
    head: Callable[[Fields], bytes]
    encode: Callable[[bytes, Fields], bytes]

    @property
    def none(self) -> bytes:
        """What the database joins where there is no movie."""
        return b"[]" if self.joined == "array" else b""


def _no_head(_fields: Fields) -> bytes:
    return b""


def _array(documents: bytes, fields: Fields) -> bytes:
    if fields is None:
        return documents
    return _encode_json([_projected(movie, fields) for movie in json.loads(documents)]).encode()


def _lines(documents: bytes, fields: Fields) -> bytes:
    if not documents:
        return b""
    if fields is None:
        return documents + b"\n"
    lines = (_encode_json(_projected(movie, fields)) + "\n" for movie in _each(documents))
    return "".join(lines).encode()


def _csv_head(fields: Fields) -> bytes:
    return _csv([_columns(fields)])


def _csv_rows(documents: bytes, fields: Fields) -> bytes:
    columns = _columns(fields)
    return _csv([_cell(movie.get(column)) for column in columns] for movie in _each(documents))


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


def _each(documents: bytes) -> Iterable[dict[str, Any]]:
    return map(json.loads, documents.split(b"\n")) if documents else ()


def _projected(movie: dict[str, Any], fields: Collection[str]) -> dict[str, Any]:
    return {member: value for member, value in movie.items() if member in fields}


FORMATS = {
    JSON: Format(JSON, "", "array", _no_head, _array),
    NDJSON: Format(NDJSON, "-ndjson", "lines", _no_head, _lines),
    CSV: Format("text/csv; charset=utf-8; header=present", "-csv", "lines", _csv_head, _csv_rows),
}


async def encode(form: Format, documents: bytes, fields: Fields) -> bytes:
    """The movies of joined documents; in a thread where it would hold up the loop."""
    if len(documents) <= INLINE_BYTES_MAX or (fields is None and form.encode is not _csv_rows):
        return form.encode(documents, fields)
    return await asyncio.to_thread(form.encode, documents, fields)
