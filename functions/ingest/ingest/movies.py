"""From a JSON record to a movie as it is stored, or the reason why not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ingest.identity import movie_id
from ingest.settings import Settings

YEAR_MIN, YEAR_MAX = 1870, 2100
PIXELS_MAX = 100_000
FIELDS = (
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
KNOWN = frozenset(FIELDS)

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_escape = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class Rejected(Exception):
    """One record cannot be stored: the reason names its field, which is None where it is the record as a whole."""

    def __init__(self, field: str | None, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Movie:
    """One movie, normalised. `doc` is the JSON object as it is served."""

    id: str
    title: str
    year: int
    cast: list[str]
    genres: list[str]
    doc: str


def normalise(record: object, limits: Settings) -> Movie:
    """The movie that a record describes; raises Rejected.

    null means absent, and so does a blank string in an optional field. Fields that
    are not known are left out.
    """
    if type(record) is not dict:
        raise Rejected(None, f"a record must be an object, not {_kind(record)}")
    title = _text(record, "title", limits.title_chars_max)
    if title is None:
        raise Rejected("title", "title is missing")
    kept: dict[str, Any] = {
        "title": title,
        "year": _year(record),
        "cast": _names(record, "cast", limits),
        "genres": _names(record, "genres", limits),
    }
    for field, chars_max in (
        ("href", limits.url_chars_max),
        ("extract", limits.extract_chars_max),
        ("thumbnail", limits.url_chars_max),
    ):
        text = _text(record, field, chars_max)
        if text is not None:
            kept[field] = text
    for field in ("thumbnail_width", "thumbnail_height"):
        pixels = _pixels(record, field)
        if pixels is not None:
            kept[field] = pixels
    return _movie(kept)


def merge(earlier: Movie, later: Movie, limits: Settings) -> Movie:
    """What two records of one file say together of the same movie.

    Cast and genres are joined in order (up to the limit of a list), the longer extract
    is kept, and the earlier record's picture, or the later's where it had none.
    """
    kept, other = json.loads(earlier.doc), json.loads(later.doc)
    del kept["id"]
    for field in ("cast", "genres"):
        kept[field] = list(dict.fromkeys(kept[field] + other[field]))[: limits.list_items_max]
    if len(other.get("extract", "")) > len(kept.get("extract", "")):
        kept["extract"] = other["extract"]
    if "thumbnail" not in kept and "thumbnail" in other:
        for field in ("thumbnail", "thumbnail_width", "thumbnail_height"):
            kept.pop(field, None)
            if field in other:
                kept[field] = other[field]
    return _movie({field: kept[field] for field in FIELDS if field in kept})


def _movie(kept: dict[str, Any]) -> Movie:
    """Put the id in front and write the document; raises Rejected for what UTF-8 or PostgreSQL cannot hold."""
    try:
        identity = movie_id(kept["title"], kept["year"], kept.get("href"))
        doc = _encode({"id": identity, **kept})
        doc.encode()
    except UnicodeEncodeError:
        holder = _holder(kept, "\ud800", "\udfff")
        raise Rejected(holder, f"{holder} holds half of a surrogate pair, which is no character") from None
    if "\\u0000" in doc and (holder := _holder(kept, "\0", "\0")):
        raise Rejected(holder, f"{holder} holds the NUL character (U+0000), which cannot be stored")
    return Movie(identity, kept["title"], kept["year"], kept["cast"], kept["genres"], doc)


def _holder(kept: dict[str, Any], low: str, high: str) -> str | None:
    """The first field that holds a character between the two."""
    for field, value in kept.items():
        texts = value if isinstance(value, list) else [value]
        if any(low <= char <= high for text in texts if isinstance(text, str) for char in text):
            return field
    return None


def _text(record: dict[str, Any], field: str, chars_max: int) -> str | None:
    value = record.get(field)
    if value is None:
        return None
    if type(value) is not str:
        raise Rejected(field, f"{field} must be a string, not {_kind(value)}")
    value = value.strip()
    if len(value) > chars_max:
        raise Rejected(field, f"{field} has {len(value)} characters, more than {chars_max}")
    return value or None


def _year(record: dict[str, Any]) -> int:
    value = record.get("year")
    if value is None:
        raise Rejected("year", "year is missing")
    if type(value) is not int:
        raise Rejected("year", f"year must be a whole number, not {_kind(value)}")
    if not YEAR_MIN <= value <= YEAR_MAX:
        raise Rejected("year", f"year must be from {YEAR_MIN} to {YEAR_MAX}")
    return value


def _pixels(record: dict[str, Any], field: str) -> int | None:
    value = record.get(field)
    if value is None:
        return None
    if type(value) is not int:
        raise Rejected(field, f"{field} must be a whole number, not {_kind(value)}")
    if not 0 <= value <= PIXELS_MAX:
        raise Rejected(field, f"{field} must be from 0 to {PIXELS_MAX}")
    return value


def _names(record: dict[str, Any], field: str, limits: Settings) -> list[str]:
    """The names of a list, trimmed, each once, in order; entries without a letter or digit are scraps of mark-up."""
    value = record.get(field)
    if value is None:
        return []
    if type(value) is not list:
        raise Rejected(field, f"{field} must be a list, not {_kind(value)}")
    if len(value) > limits.list_items_max:
        raise Rejected(field, f"{field} has {len(value)} entries, more than {limits.list_items_max}")
    names: dict[str, None] = {}
    for entry in value:
        if type(entry) is not str:
            raise Rejected(field, f"{field} must hold strings, not {_kind(entry)}")
        name = entry.strip()
        if len(name) > limits.name_chars_max:
            raise Rejected(
                field, f"{field} holds a name of {len(name)} characters, more than {limits.name_chars_max}"
            )
        if name.isalnum() or any(char.isalnum() for char in name):
            names[name] = None
    return list(names)


def _kind(value: object) -> str:
    if value is None:
        return "null"
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "a boolean"),
        (int, "a whole number"),
        (str, "a string"),
        (list, "a list"),
        (dict, "an object"),
    )
    return next((words for kind, words in kinds if isinstance(value, kind)), "a number")


def field_name(name: str) -> str:
    """A field's name as the ledger shows it: short, and without what PostgreSQL cannot hold."""
    return name[:60] if name.isprintable() else _escape(name[:20])[1:-1]
