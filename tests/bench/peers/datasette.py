"""Datasette: the same movies in SQLite, with indexes and a full-text table, and a named query for each question."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlencode

from tests.bench.data import Stack
from tests.bench.workloads import Request

_TABLES = """
CREATE TABLE films (
    id TEXT PRIMARY KEY, title_key TEXT, title TEXT, year INTEGER, "cast" TEXT, genres TEXT, href TEXT,
    extract TEXT, thumbnail TEXT, thumbnail_width INTEGER, thumbnail_height INTEGER
) WITHOUT ROWID;
CREATE TABLE film_cast (name TEXT, title_key TEXT, year INTEGER, id TEXT, PRIMARY KEY (name, title_key, year, id)) WITHOUT ROWID;
CREATE TABLE film_genres (name TEXT, year INTEGER, title_key TEXT, id TEXT, PRIMARY KEY (name, year, title_key, id)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(id UNINDEXED, title, "cast", extract);
"""
_INDEXES = """
CREATE INDEX films_year ON films (year, title_key, id);
CREATE INDEX films_title ON films (title, year, id);
ANALYZE;
"""
_FILL = """
SELECT id::text, title_key, title, year, array_to_json("cast")::text, array_to_json(genres)::text,
       href, extract, thumbnail, thumbnail_width, thumbnail_height
FROM peer.films"""
_COLUMNS = 'id, title, year, "cast", genres, href, extract, thumbnail, thumbnail_width, thumbnail_height'
_FILMS = ", ".join(f"films.{column}" for column in _COLUMNS.split(", "))
_ORDER = "ORDER BY films.title_key, films.year, films.id LIMIT :limit"
_FOUND = {
    "cast": "SELECT films.* FROM film_cast AS l JOIN films USING (id) WHERE l.name = :cast",
    "listing": "SELECT films.* FROM film_genres AS l JOIN films USING (id) WHERE l.name = :genre AND l.year = :year",
}
_FACETS = """
WITH found AS ({found})
SELECT * FROM (SELECT 'genres' AS kind, value, count(*) AS count FROM found, json_each(found.genres) GROUP BY value)
UNION ALL SELECT 'years', year, count(*) FROM found GROUP BY year
UNION ALL SELECT * FROM (SELECT 'cast', value, count(*) AS count FROM found, json_each(found."cast")
                         GROUP BY value ORDER BY count DESC, value LIMIT 20)"""
QUERIES = {
    "year": f"SELECT {_COLUMNS} FROM films WHERE year = :year {_ORDER}",  # noqa: S608
    "name": f"SELECT {_COLUMNS} FROM films WHERE title = :name {_ORDER}",  # noqa: S608
    "id": f"SELECT {_COLUMNS} FROM films WHERE id = :id",  # noqa: S608
    "cast": f"SELECT {_FILMS} FROM film_cast AS l JOIN films USING (id) WHERE l.name = :cast {_ORDER}",  # noqa: S608
    "listing": (
        f"SELECT {_FILMS} FROM film_genres AS l JOIN films USING (id) "  # noqa: S608
        f"WHERE l.name = :genre AND l.year = :year {_ORDER}"
    ),
    "search": (
        f"SELECT {_FILMS} FROM words JOIN films USING (id) "  # noqa: S608
        "WHERE words MATCH :q ORDER BY words.rank LIMIT :limit"
    ),
    "facets_cast": _FACETS.format(found=_FOUND["cast"]),
    "facets_listing": _FACETS.format(found=_FOUND["listing"]),
}


def prepare(stack: Stack) -> tuple[Path, Path]:
    """The database file and Datasette's metadata with the named queries."""
    database, metadata = stack.folder / "films.db", stack.folder / "metadata.json"
    films = stack.rows(_FILL)
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(_TABLES)
        _insert(connection, "films", films)
        _insert(
            connection, "film_cast", {(n, f[1], f[3], f[0]) for f in films for n in json.loads(str(f[4]))}
        )
        _insert(
            connection, "film_genres", {(n, f[3], f[1], f[0]) for f in films for n in json.loads(str(f[5]))}
        )
        _insert(connection, "words", [(f[0], f[2], " ".join(json.loads(str(f[4]))), f[7]) for f in films])
        connection.executescript(_INDEXES)
        connection.commit()
    queries = {name: {"sql": statement} for name, statement in QUERIES.items()}
    metadata.write_text(json.dumps({"databases": {"films": {"queries": queries}}}))
    return database, metadata


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    found = sorted(rows, key=str)
    places = ", ".join("?" * len(found[0]))
    connection.executemany(f"INSERT INTO {table} VALUES ({places})", found)  # noqa: S608 - our own names


def path(request: Request) -> str:
    """The named query for a request, as an array of objects."""
    values = {"_shape": "array", **dict(request.values)}
    name: str = request.kind
    if name == "facets":
        name = "facets_cast" if "cast" in values else "facets_listing"
    elif name != "id":
        values.setdefault("limit", "1000")
    return f"/films/{name}.json?{urlencode(values, quote_via=quote)}"
