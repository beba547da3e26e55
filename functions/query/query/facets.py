"""The statements of facets and suggestions: what there is to ask for, counted or completed."""

from __future__ import annotations

from functools import lru_cache

from query import sql
from query.filters import Filters, Shape
from query.session import Statement
from query.statements import Ask, Places, source, values_of
from query.walks import GENRES, PEOPLE, Link

# Facets are counted among this many movies at most; those of all movies are kept by the database.
MOVIES_MAX = 20_000
GENRES_MAX = 100
CAST_MAX = 20


def _name_in(doc: str, list_: str, key: str) -> str:
    return sql.text("name_of").format(doc=doc, list=list_, key=key)


def _names(person_doc: str, genre_doc: str, key: str) -> dict[str, str]:
    """The statements that give a person's and a genre's name, out of the movie that says it."""
    return {
        "person_name": _name_in(person_doc, "cast", key),
        "genre_name": _name_in(genre_doc, "genres", key),
    }


def _first_of_all(link: Link, id_: str) -> str:
    return sql.text("first_of_all").format(table=link.table, column=link.column, id=id_)


def _rows(person_doc: str, genre_doc: str) -> str:
    names = _names(person_doc, genre_doc, "shown.key")
    return sql.text("facets_rows").format(**names, genres_max=GENRES_MAX, cast_max=CAST_MAX)


_ROWS_OF_MATCHES = _rows(*[sql.text("first_of_matches")] * 2)
OF_ALL = Statement(
    "facets_of_all",
    sql.text("facets_of_all").format(
        rows=_rows(_first_of_all(PEOPLE, "shown.id"), _first_of_all(GENRES, "shown.id")),
        most=sql.text("most_frequent").format(cast_max=CAST_MAX),
    ),
    (),
)
_ID_OF_PERSON, _ID_OF_GENRE = (
    sql.text("id_of").format(names=names, key="best.key") for names in ("people", "genres")
)
SUGGEST = Statement(
    "suggest",
    sql.text("suggest").format(
        **_names(_first_of_all(PEOPLE, _ID_OF_PERSON), _first_of_all(GENRES, _ID_OF_GENRE), "best.key")
    ),
    ("text",),
    is_short=True,
)
FOLD = Statement("fold", sql.text("fold"), ("text[]",))


def of(filters: Filters) -> tuple[Statement, tuple[object, ...]]:
    """The statement that counts what matches, and its parameters."""
    shape = filters.shape
    return _of(shape), values_of(filters, shape, MOVIES_MAX)


@lru_cache(maxsize=1024)
def _of(shape: Shape) -> Statement:
    places = Places(Ask(shape))
    matches, exact = source(shape, places).matches()
    text = sql.text("facets").format(limit=places.limit, matches=matches, exact=exact, rows=_ROWS_OF_MATCHES)
    name = "facets_" + "_".join(str(int(part) if isinstance(part, bool) else part) for part in shape)
    return Statement(name, text, tuple(places.types))
