"""Any bytes as a file: it is read, or refused by name. No other exception, nothing that PostgreSQL cannot hold."""

from __future__ import annotations

import contextlib
import gzip
import json
import sys
from dataclasses import replace
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ingest"]):
    from ingest.errors import FileRefused
    from ingest.movies import Movie, Rejected, merge, normalise
    from ingest.reading import Reading
    from ingest.records import Splitter
    from ingest.settings import load
    from ingest.staging import _movie_line, _reject_line

# Small, so that the fuzzer meets each of them.
LIMITS = replace(
    load({"DATABASE_URL": "host=/nowhere", "AWS_BUCKET_NAME": "unused"}),
    record_bytes_max=4096,
    decompressed_bytes_max=1 << 20,
    depth_max=8,
    records_max=50,
    title_chars_max=40,
    list_items_max=6,
)
SEEDS = [
    b'[{"title":"A","year":1999,"cast":["B","\\u00e9"],"genres":[],"href":"A_(film)","extract":"x"}]',
    '\ufeff{"title":"é","year":1870,"thumbnail":"t","thumbnail_width":1}\n{"title":"é","year":1870}\n'.encode(),
    gzip.compress(b'[{"title":"A","year":1e3},null,[[{}]],-0.5E+3,"\\ud800",true]', mtime=0),
    b'[{"title":"\\u0000","year":2100,"cast":["\\\\","\\t\\n"]}]',
    b"[]",
]


def one_input(data: bytes) -> None:
    """The first byte says in what chunks the others come."""
    size = data[0] + 1 if data else 1
    chunks = (data[at : at + size] for at in range(1, len(data), size))
    earlier: dict[str, Movie] = {}
    position = 0
    with contextlib.suppress(FileRefused):
        for record in Splitter(Reading(chunks, LIMITS).pieces(), LIMITS):
            position += 1
            assert record.position == position
            try:
                movie = normalise(record.value, LIMITS)
            except Rejected as rejected:
                _check(_reject_line(record, rejected))
                continue
            if movie.id in earlier:
                movie = merge(earlier[movie.id], movie, LIMITS)
            earlier[movie.id] = movie
            assert json.loads(movie.doc)["id"] == movie.id
            _check(_movie_line(position, movie))


def _check(line: str) -> None:
    """One line of COPY: UTF-8, without NUL, with one line break, at its end."""
    line.encode()
    assert "\0" not in line
    assert line.index("\n") == len(line) - 1


def main() -> None:
    for number, seed in enumerate(SEEDS):
        (Path(sys.argv[1]) / f"seed-{number}").write_bytes(b"\xff" + seed)
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
