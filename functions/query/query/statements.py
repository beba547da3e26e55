"""Builds the statement for a shape of filters: which index is walked, what is probed beside it.

A page is read by walking one index in the order of the page, from the cursor on,
until the page is full. The index is chosen by the shape alone:

- a cast member, if there is one (few movies each); else a genre; else the movies;
- each further cast member or genre is a probe by full key into the same table;
- a short range of years is walked year by year, each no further than one page.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from query import sql
from query.cursors import Position
from query.filters import Filters, Shape
from query.session import Statement

MOVIE = Statement("movie", sql.text("movie"), ("uuid",))


class _Link(NamedTuple):
    """A table that lists movies by person or by genre, with the sort keys."""

    table: str
    column: str
    names: str


PEOPLE = _Link("movie_people", "person_id", "people")
GENRES = _Link("movie_genres", "genre_id", "genres")


class _Parameters:
    """Numbers parameters as they are named: the order of `values` and that of the text agree."""

    def __init__(self) -> None:
        self.types: list[str] = []

    def add(self, type_: str) -> str:
        self.types.append(type_)
        return f"${len(self.types)}"


def page(filters: Filters, after: Position | None, limit: int) -> tuple[Statement, tuple[object, ...]]:
    """The statement for a page of at most `limit` movies after a position, and its parameters."""
    statement = _page(filters.shape(after=after is not None))
    values: list[object] = [limit, *filters.cast, *filters.genre]
    if filters.year is not None:
        values.append(filters.year)
    if filters.year_from is not None or filters.year_to is not None:
        values.extend(filters.years)
    if filters.name is not None:
        values.append(filters.name)
    values.extend(after or ())
    return statement, tuple(values)


@lru_cache(maxsize=4096)
def _page(shape: Shape) -> Statement:
    parameters = _Parameters()
    limit = parameters.add("int")
    links = [(PEOPLE, parameters.add("text")) for _ in range(shape.cast)]
    links += [(GENRES, parameters.add("text")) for _ in range(shape.genre)]
    table, movie_id = (links[0][0].table, "movie_id") if links else ("movies", "id")
    conditions = [_condition("probe" if place else "linked", *link) for place, link in enumerate(links)]
    if shape.year:
        conditions.append(f"walk.year = {parameters.add('smallint')}")
    first, last = (parameters.add("smallint"), parameters.add("smallint")) if shape.years else ("", "")
    year_by_year = shape.years == "narrow" and not shape.cast
    if year_by_year:
        conditions.append("walk.year = one.year")
    elif shape.years:
        conditions.append(f"walk.year BETWEEN {first} AND {last}")
    if shape.name:
        conditions.append(f"walk.title_key = fold({parameters.add('text')})")
    if shape.after:
        after = ", ".join(parameters.add(type_) for type_ in ("text", "smallint", "uuid"))
        conditions.append(f"(walk.title_key, walk.year, walk.{movie_id}) > ({after})")
    keys = sql.text("walk").format(
        table=table,
        id=movie_id,
        doc="" if links else ", walk.doc",
        conditions=" AND ".join(conditions) or "true",
        limit=limit,
    )
    if year_by_year:
        keys = sql.text("walk_years").format(first=first, last=last, walk=keys, limit=limit)
    if links:
        keys = sql.text("with_doc").format(walk=keys)
    return Statement(_name(shape), sql.text("page").format(limit=limit, keys=keys), tuple(parameters.types))


def _condition(template: str, link: _Link, name: str) -> str:
    return sql.text(template).format(table=link.table, column=link.column, names=link.names, name=name)


def _name(shape: Shape) -> str:
    return "page_" + "_".join(str(int(part) if isinstance(part, bool) else part) for part in shape)
