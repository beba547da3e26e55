"""A file's records into the work tables: COPY in batches, then repeats merged."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from ingest.database import Cursor
from ingest.errors import FileRefused
from ingest.movies import KNOWN, Movie, Rejected, field_name, merge, normalise
from ingest.records import Record
from ingest.settings import Settings
from ingest.sql import STAGE

IGNORED_FIELDS_MAX = 20


@dataclass
class Counts:
    """Records of a file: entries = stored + merged + rejected."""

    entries: int = 0
    merged: int = 0
    rejected: int = 0
    ignored_fields: dict[str, None] = field(default_factory=dict)

    @property
    def stored(self) -> int:
        """Movies that the file gives."""
        return self.entries - self.merged - self.rejected


def stage(cursor: Cursor, records: Iterable[Record], limits: Settings) -> Counts:
    """Read every record and copy it; raises FileRefused, StorageAway."""
    counts = Counts()
    movies = _Batches(cursor, "copy_incoming", limits)
    rejects = _Batches(cursor, "copy_rejects", limits)
    for record in records:
        counts.entries += 1
        value = record.value
        if (
            type(value) is dict
            and not value.keys() <= KNOWN
            and len(counts.ignored_fields) < IGNORED_FIELDS_MAX
        ):
            _note(counts, value.keys() - KNOWN)
        try:
            movies.add(_movie_line(record.position, normalise(value, limits)))
        except Rejected as rejected:
            counts.rejected += 1
            if counts.rejected > limits.rejects_max:
                raise FileRefused(
                    f"more than {limits.rejects_max} records cannot be stored;"
                    f" record {record.position}: {rejected.reason}"
                ) from None
            rejects.add(_reject_line(record, rejected))
    movies.flush()
    rejects.flush()
    counts.merged = _merge_repeats(cursor, limits)
    return counts


class _Batches:
    """COPY in batches: lines are held until they are worth a round trip."""

    def __init__(self, cursor: Cursor, statement: str, limits: Settings) -> None:
        self._cursor = cursor
        self._statement = STAGE[statement]
        self._chars_max = limits.batch_bytes_max
        self._lines: list[str] = []
        self._chars = 0

    def add(self, line: str) -> None:
        self._lines.append(line)
        self._chars += len(line)
        if self._chars >= self._chars_max:
            self.flush()

    def flush(self) -> None:
        if self._lines:
            data = io.BytesIO("".join(self._lines).encode())
            self._lines, self._chars = [], 0
            self._cursor.copy_expert(self._statement, data, size=1 << 16)


def _note(counts: Counts, names: Iterable[str]) -> None:
    for name in sorted(names):
        if len(counts.ignored_fields) < IGNORED_FIELDS_MAX:
            counts.ignored_fields[field_name(name)] = None


def _merge_repeats(cursor: Cursor, limits: Settings) -> int:
    """Merge the records that speak of one movie; how many went into another.

    The rows come through a server-side cursor: a file that repeats itself all through is
    no reason to hold it in memory.
    """
    merged = _Batches(cursor, "copy_merging", limits)
    rows = movies = 0
    with cursor.connection.cursor("repeats") as repeats:
        repeats.itersize = 500
        repeats.execute(STAGE["repeats"])
        for _, group in groupby(_movies(repeats), key=lambda each: each[1].id):
            movies += 1
            first, movie = 0, None
            for position, later in group:
                first, movie = (position, later) if movie is None else (first, merge(movie, later, limits))
                rows += 1
            if movie is not None:
                merged.add(_movie_line(first, movie))
    if movies:
        merged.flush()
        cursor.execute(STAGE["drop_repeats"])
        cursor.execute(STAGE["put_merged"])
    return rows - movies


def _movies(
    rows: Iterable[tuple[int, str, str, int, list[str], list[str], str]],
) -> Iterator[tuple[int, Movie]]:
    for position, *values in rows:
        yield position, Movie(*values)  # type: ignore[arg-type]


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _escaped(text: str) -> str:
    """A value as COPY's text format has it."""
    return text.translate(_ESCAPES) if not text.isprintable() or "\\" in text else text


def _array(items: list[str]) -> str:
    """An array literal, already escaped for COPY."""
    if not items:
        return "{}"
    text = '","'.join(items)
    if "\\" in text or text.count('"') != 2 * (len(items) - 1) or not text.isprintable():
        quoted = (each.replace("\\", "\\\\").replace('"', '\\"') for each in items)
        return _escaped('{"' + '","'.join(quoted) + '"}')
    return '{"' + text + '"}'


def _movie_line(position: int, movie: Movie) -> str:
    doc = movie.doc.replace("\\", "\\\\")  # JSON holds no control characters that are raw
    return (
        f"{position}\t{movie.id}\t{_escaped(movie.title)}\t{movie.year}\t{_array(movie.cast)}"
        f"\t{_array(movie.genres)}\t{doc}\n"
    )


def _reject_line(record: Record, rejected: Rejected) -> str:
    # On one line; in JSON a line break that is raw stands between tokens.
    text = record.text.replace("\r", " ").replace("\n", " ")
    ascii_text = text if text.isascii() else _ascii(text)
    return (
        f"{record.position}\t{rejected.field or _NULL}\t{_escaped(rejected.reason)}\t{_escaped(ascii_text)}\n"
    )


_NULL = "\\N"


def _ascii(text: str) -> str:
    """JSON with every other character as \\uXXXX."""
    units = text.encode("utf-16-be", "surrogatepass")
    codes = (int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2))
    return "".join(chr(code) if code < 0x80 else f"\\u{code:04x}" for code in codes)
