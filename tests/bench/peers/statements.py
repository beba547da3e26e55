"""The SQL of the FastAPI peers, in asyncpg's spelling."""

from __future__ import annotations

from typing import NamedTuple


class Statements(NamedTuple):
    """A statement for each question; the limit is the last parameter, but for `one`."""

    year: str
    name: str
    cast: str
    listing: str  # year, genre
    search: str
    one: str


_COLUMNS = 'id, title, year, "cast", genres, href, extract, thumbnail, thumbnail_width, thumbnail_height'
_SEARCH = """
SELECT {columns} FROM peer.films, plainto_tsquery('simple', $1) AS wanted
WHERE words @@ wanted ORDER BY ts_rank(words, wanted) DESC, title_key LIMIT $2"""


def _rows(where: str, limit: str) -> str:
    return f"SELECT {_COLUMNS} FROM peer.films WHERE {where} ORDER BY title_key, year, id LIMIT {limit}"  # noqa: S608


# One row a movie, with the columns that a developer would give it.
ROWS = Statements(
    year=_rows("year = $1", "$2"),
    name=_rows("title = $1", "$2"),
    cast=_rows('"cast" @> ARRAY[$1]', "$2"),
    listing=_rows("year = $1 AND genres @> ARRAY[$2]", "$3"),
    search=_SEARCH.format(columns=_COLUMNS),
    one=f"SELECT {_COLUMNS} FROM peer.films WHERE id = $1",  # noqa: S608
)


def _joined(docs: str) -> str:
    return f"SELECT '[' || string_agg(doc, ',') || ']' FROM ({docs}) AS page"  # noqa: S608


def _linked(table: str, column: str, names: str, where: str, limit: str) -> str:
    return _joined(
        f"SELECT doc FROM (SELECT movie_id, title_key, year FROM {table} "  # noqa: S608
        f"WHERE {column} = (SELECT id FROM {names}) AND {where} "
        f"ORDER BY title_key, year, movie_id LIMIT {limit}) AS keys JOIN movies ON id = movie_id "
        "ORDER BY keys.title_key, keys.year, keys.movie_id"
    )


_MOVIES = "SELECT doc FROM movies WHERE {where} ORDER BY title_key, year, id LIMIT $2"
_SEARCH_OF_OURS = """
SELECT doc FROM (
    SELECT * FROM search_movies($1, NULL, NULL, NULL, NULL, NULL, $2 + 1)
    ORDER BY score DESC, title_key, year, movie_id LIMIT $2
) AS found JOIN movies ON id = movie_id
ORDER BY found.score DESC, found.title_key, found.year, found.movie_id"""
# This project's own tables, search and stored JSON: what the peer would be with this project's design.
JOINED = Statements(
    year=_joined(_MOVIES.format(where="year = $1")),
    name=_joined(_MOVIES.format(where="title_key = fold($1)")),
    cast=_linked("movie_people", "person_id", "people WHERE key = fold($1)", "true", "$2"),
    listing=_linked("movie_genres", "genre_id", "genres WHERE key = fold($2)", "year = $1", "$3"),
    search=_joined(_SEARCH_OF_OURS),
    one="SELECT doc FROM movies WHERE id = $1",
)

FACETS = """
WITH found AS (SELECT year, "cast", genres FROM peer.films WHERE {where})
(SELECT 'genres' AS kind, name AS value, count(*) AS count
 FROM found, unnest(genres) AS name GROUP BY name ORDER BY count DESC, name)
UNION ALL (SELECT 'years', year::text, count(*) FROM found GROUP BY year ORDER BY year)
UNION ALL (SELECT 'cast', name, count(*)
 FROM found, unnest("cast") AS name GROUP BY name ORDER BY 3 DESC, name LIMIT 20)"""


def facets(year: int | None, genre: str | None, cast: str | None) -> tuple[str, list[object]]:
    """The statement for the filters that are set, and its parameters."""
    filters = (("year = ${}", year), ("genres @> ARRAY[${}]", genre), ('"cast" @> ARRAY[${}]', cast))
    given = [(condition, value) for condition, value in filters if value is not None]
    where = " AND ".join(condition.format(place) for place, (condition, _) in enumerate(given, 1))
    return FACETS.format(where=where or "true"), [value for _, value in given]
