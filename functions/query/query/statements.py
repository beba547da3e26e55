"""The statements of pages: one for each shape of filters, prepared once on each session."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from query import sql
from query.cursors import Position
from query.filters import Filters, Shape
from query.folding import fold
from query.searches import Search
from query.session import Row, Statement
from query.walks import Walk

MOVIE = Statement("movie", sql.text("movie"), ("uuid",), is_short=True)
# Matches are counted no further than this.
COUNT_MAX = 10_000


class Ask(NamedTuple):
    """What makes one prepared statement: the filters' shape and what is wanted of the matches."""

    shape: Shape
    after: bool = False  # a page after the first one
    total: bool = False  # how many match, beside the page


class Found(NamedTuple):
    """What a page's statement gave. last: where the next page starts; total: how many match, if that was asked."""

    version: str
    documents: list[bytes]
    last: Position | None
    total: str | None


class Places:
    """The parameters' places in a statement; values_of() gives the values in the same order."""

    def __init__(self, ask: Ask) -> None:
        shape = ask.shape
        self.types: list[str] = []
        self.limit = self._add("int")
        self.cast = [self._add("text") for _ in range(shape.cast)]
        self.genre = [self._add("text") for _ in range(shape.genre)]
        self.years = [self._add("smallint") for _ in range({"": 0, "one": 1}.get(shape.years, 2))]
        self.name = self._add("text") if shape.name else None
        self.q = self._add("text") if shape.q else None
        keys = (
            ("text", "smallint", "uuid", "int") if shape.sort == "relevance" else ("text", "smallint", "uuid")
        )
        self.after = [self._add(each) for each in keys] if ask.after else []

    def _add(self, type_: str) -> str:
        self.types.append(type_)
        return f"${len(self.types)}"


def source(shape: Shape, places: Places) -> Walk | Search:
    """Where a shape's movies come from."""
    return Search(shape, places) if shape.q else Walk(shape, places)


def values_of(
    filters: Filters, shape: Shape, limit: int, after: Position | None = None
) -> tuple[object, ...]:
    """The parameters' values, in the order of Places."""
    asked = fold if shape.keys else str
    values: list[object] = [limit, *map(asked, filters.cast), *map(asked, filters.genre)]
    if filters.years is not None:
        first, last = filters.years
        values.extend((first,) if first == last else (first, last))
    if filters.name is not None:
        values.append(asked(filters.name))
    if filters.q is not None:
        values.append(filters.q)
    if after is not None:
        values.extend(after[:4] if filters.sort == "relevance" else after[:3])
    return tuple(values)


def page(
    filters: Filters, after: Position | None, limit: int, *, count: bool = False
) -> tuple[Statement, tuple[object, ...]]:
    """The statement for a page of at most `limit` movies after a position, and its parameters."""
    shape = filters.shape
    return _page(Ask(shape, after is not None, count)), values_of(filters, shape, limit, after)


def found(rows: Sequence[Row], limit: int) -> Found:
    """What the rows of a page's statement mean.

    The first row: version, how many match or null, null, and the sort keys where a scan ended
    or nulls. Each further row: null, null, document, sort keys and, in a search, score.
    """
    head, movies = rows[0], rows[1 : limit + 1]
    version = head[0].decode()
    # Of a full page its last movie; of a short one, where the scan ended that could not fill it.
    *_, title_key, year, movie_id, score = movies[-1] if len(rows) > limit + 1 else head
    last = Position(title_key.decode(), year, movie_id, score or 0, version) if title_key else None
    return Found(version, [row[2] for row in movies], last, head[1] and head[1].decode())


@lru_cache(maxsize=4096)
def _page(ask: Ask) -> Statement:
    places = Places(ask)
    walk = source(ask.shape, places)
    parts = {
        "limit": places.limit,
        "keys": walk.keys(),
        "order": walk.order_of("keys"),
        "score": "keys.score" if ask.shape.q else "NULL::integer",
        "total": walk.count(COUNT_MAX) if ask.total else "NULL",
    }
    text = walk.within_scan(parts) if walk.scans else sql.text("page").format(**parts)
    return Statement(_name(ask), text, tuple(places.types), is_short=True)


def _name(ask: Ask) -> str:
    parts = (*ask.shape, *ask[1:])
    return "page_" + "_".join(str(int(part) if isinstance(part, bool) else part) for part in parts).replace(
        "-", "down_"
    )
