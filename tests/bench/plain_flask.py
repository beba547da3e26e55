"""The peer: what one writes first. Flask and psycopg2, a connection a thread, no cache, JSON by json."""

import json
import os
import threading

import flask
import psycopg2

app = flask.Flask(__name__)
_local = threading.local()
_MOVIES = """
SELECT m.doc FROM movies m {join}
WHERE {where} ORDER BY m.title_key, m.year, m.id LIMIT 1000
"""
_BY_YEAR = _MOVIES.format(join="", where="m.year = %s")
_BY_CAST = _MOVIES.format(
    join="JOIN movie_people mp ON mp.movie_id = m.id JOIN people p ON p.id = mp.person_id",
    where="p.key = fold(%s)",
)


def _rows(statement: str, value: object) -> flask.Response:
    if not hasattr(_local, "connection"):
        _local.connection = psycopg2.connect(os.environ["DATABASE_URL"])
        _local.connection.autocommit = True
    with _local.connection.cursor() as cursor:
        cursor.execute(statement, (value,))
        movies = [json.loads(doc) for (doc,) in cursor.fetchall()]
    return flask.Response(json.dumps(movies, ensure_ascii=False), content_type="application/json")


@app.get("/movies/year/<int:year>")
def by_year(year: int) -> flask.Response:
    return _rows(_BY_YEAR, year)


@app.get("/movies/castmember/<name>")
def by_cast(name: str) -> flask.Response:
    return _rows(_BY_CAST, name)
