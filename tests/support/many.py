"""Many movies in a moment: more than one answer holds, more than a socket takes."""

from __future__ import annotations

from tests.support.databases import Database

_FILL = """
INSERT INTO movies (id, title_key, year, person_ids, genre_ids, doc)
SELECT made.id, made.title, 1950, '{}', '{}',
       json_build_object('id', made.id, 'title', made.title, 'year', 1950, 'cast', '[]'::json, 'genres', '[]'::json,
                         'extract', repeat('reel ', %s / 5))::text
FROM (SELECT md5(n::text)::uuid AS id, 'film ' || lpad(n::text, 6, '0') AS title FROM generate_series(1, %s) AS n) AS made
"""


def fill_with_many(database: Database, movies: int, extract_characters: int) -> None:
    """Films of 1950, "film 000001" and so on, each with an extract of that length; the ledger knows nothing of them."""
    database.rows(_FILL, extract_characters, movies)
