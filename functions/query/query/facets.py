"""Facets and suggestions: what there is to ask for, counted or completed."""

from __future__ import annotations

from dataclasses import replace
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


def _name_of(link: Link, list_: str, id_: str, key: str) -> str:
    return sql.text("name_of").format(table=link.table, column=link.column, list=list_, id=id_, key=key)


def _names(person_id: str, genre_id: str, key: str) -> dict[str, str]:
    """The statements that give a person's and a genre's name, by what they are placed as."""
    return {
        "person_name": _name_of(PEOPLE, "cast", person_id, key),
        "genre_name": _name_of(GENRES, "genres", genre_id, key),
    }


_ANSWER = sql.text("facets_answer").format(
    **_names("shown.id", "shown.id", "shown.key"), genres_max=GENRES_MAX, cast_max=CAST_MAX
)
_MOST = sql.text("most_frequent").format(cast_max=CAST_MAX)
FACETS_OF_ALL = Statement("facets_of_all", sql.text("facets_of_all").format(answer=_ANSWER, most=_MOST), ())
_ID_OF_PERSON, _ID_OF_GENRE = (
    sql.text("id_of").format(names=names, key="best.key") for names in ("people", "genres")
)
SUGGEST = Statement(
    "suggest",
    sql.text("suggest").format(**_names(_ID_OF_PERSON, _ID_OF_GENRE, "best.key")),
    ("text",),
)


def facets(filters: Filters) -> tuple[Statement, tuple[object, ...]]:
    """The statement that counts what matches, and its parameters."""
    if filters == Filters():
        return FACETS_OF_ALL, ()
    # The order of an index that holds the filters: where counting ends before all are counted, it is the same movies.
    in_order = replace(filters, sort="title" if filters.years is None else "year")
    return _facets(in_order.shape), values_of(in_order, MOVIES_MAX)


@lru_cache(maxsize=1024)
def _facets(shape: Shape) -> Statement:
    places = Places(Ask(shape))
    matches, exact = source(shape, places).matches()
    text = sql.text("facets").format(limit=places.limit, matches=matches, exact=exact, answer=_ANSWER)
    name = "facets_" + "_".join(str(int(part) if isinstance(part, bool) else part) for part in shape)
    return Statement(name, text, tuple(places.types))
