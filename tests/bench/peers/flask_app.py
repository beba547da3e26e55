"""Plain Flask + psycopg2: rows to dicts to JSON, one connection for each thread, no cache.

One file, the way a good first version is written. It is served by gunicorn's
threads, and by functions-framework's own server (`handle`).
"""
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

import os
import threading
from typing import Any

import flask
import functions_framework
import psycopg2
from psycopg2.extras import RealDictCursor

from tests.bench.peers import statements

COLUMNS = 'id::text, title, year, "cast", genres, href, extract, thumbnail, thumbnail_width, thumbnail_height'
_thread = threading.local()


def rows(statement: str, *values: object) -> list[dict[str, Any]]:
    if not hasattr(_thread, "connection"):
        _thread.connection = psycopg2.connect(os.environ["DATABASE_URL"])
        _thread.connection.autocommit = True
    with _thread.connection.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(statement, values)
        return [dict(row) for row in cursor.fetchall()]


def page(where: str, *values: object) -> flask.Response:
    limit = int(flask.request.args.get("limit", 1000))
    statement = f"SELECT {COLUMNS} FROM peer.films WHERE {where} ORDER BY title_key, year, id LIMIT %s"  # noqa: S608
    return flask.jsonify(rows(statement, *values, limit))


def of_year(year: int) -> flask.Response:
    return page("year = %s", year)


def of_name(name: str) -> flask.Response:
    return page("title = %s", name)


def of_cast(name: str) -> flask.Response:
    return page('"cast" @> ARRAY[%s]', name)


def listing() -> flask.Response:
    arguments = flask.request.args
    if "q" in arguments:
        return search(arguments["q"], int(arguments.get("limit", 100)))
    conditions, values = where(arguments)
    return page(conditions, *values)


def where(arguments: Any) -> tuple[str, list[object]]:
    filters = {
        "year": "year = %s",
        "genre": "genres @> ARRAY[%s]",
        "cast": '"cast" @> ARRAY[%s]',
    }
    given = [name for name in filters if name in arguments]
    return " AND ".join(filters[name] for name in given) or "true", [arguments[name] for name in given]


def search(text: str, limit: int) -> flask.Response:
    statement = (
        f"SELECT {COLUMNS} FROM peer.films, plainto_tsquery('simple', %s) AS wanted "  # noqa: S608
        "WHERE words @@ wanted ORDER BY ts_rank(words, wanted) DESC, title_key LIMIT %s"
    )
    return flask.jsonify(rows(statement, text, limit))


def one(movie_id: str) -> flask.Response:
    found = rows(f"SELECT {COLUMNS} FROM peer.films WHERE id = %s", movie_id)  # noqa: S608
    return flask.jsonify(found[0] if found else flask.abort(404))


def facets() -> flask.Response:
    conditions, values = where(flask.request.args)
    counted: dict[str, list[dict[str, Any]]] = {"genres": [], "years": [], "cast": []}
    for row in rows(statements.FACETS.format(where=conditions), *values):
        counted[row.pop("kind")].append(row)
    return flask.jsonify(counted)


def create_app() -> flask.Flask:
    app = flask.Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.get("/movies")(listing)
    app.get("/facets")(facets)
    app.get("/movies/<movie_id>")(one)
    app.get("/movies/year/<int:year>")(of_year)
    app.get("/movies/name/<name>")(of_name)
    app.get("/movies/castmember/<name>")(of_cast)
    return app


@functions_framework.http
def handle(request: flask.Request) -> flask.Response:
    """The same reads as a function: it has one entry, and finds out by the path what is asked."""
    parts = request.path.strip("/").split("/")
    if parts == ["movies"]:
        return listing()
    if parts == ["facets"]:
        return facets()
    if len(parts) == 2:
        return one(parts[1])
    if parts[1] == "year":
        return of_year(int(parts[2]))
    return of_name(parts[2]) if parts[1] == "name" else of_cast(parts[2])
