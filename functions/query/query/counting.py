"""Facets: how many of the movies that match have each genre, year and cast member.

Where few movies match, which is what most callers ask for, their documents are
read as a page is and counted here: PostgreSQL takes ten times as long to set up
a statement that counts them. Where more match, it counts them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from itertools import chain, islice
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from cachetools import LRUCache

from query import facets, statements
from query.database import Database
from query.filters import Filters
from query.folding import KEYS_MAX, fold_all
from query.session import Row

# So many are counted here; more by PostgreSQL.
FEW_MAX = 100
NO_FILTERS = Filters()

Count = tuple[str | int, int]
Names = Sequence[str]
# What raw_decode() calls: a third less for lists as short as these.
_value_at = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


class Counts(NamedTuple):
    """Values with their numbers of movies, in the order in which they are given."""

    version: str
    movies: int
    exact: bool
    genres: Sequence[Count]
    years: Sequence[Count]
    cast: Sequence[Count]

    def body(self) -> bytes:
        """The answer's JSON."""
        exact = "true" if self.exact else "false"
        genres, cast = (_listed(counts, encode_basestring) for counts in (self.genres, self.cast))
        years = _listed(self.years, str)
        text = f'{{"movies":{self.movies},"exact":{exact},"genres":{genres},"years":{years},"cast":{cast}}}'
        return text.encode()


def _listed(counts: Sequence[Count], written: Callable[[Any], str]) -> str:
    """JSON, put together here in half the time that the encoder takes for so many small objects."""
    return "[" + ",".join([f'{{"value":{written(value)},"count":{count}}}' for value, count in counts]) + "]"


class Counting:
    """Counts on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._told: LRUCache[str, str] = LRUCache(KEYS_MAX)

    async def of(self, filters: Filters) -> Counts:
        """What there is among the movies that match. Raises Unavailable."""
        if filters == NO_FILTERS:
            return _counted(await self._database.run(facets.OF_ALL))
        # The order of an index that holds the filters: where counting ends before all are counted,
        # it is the same movies.
        sort = "title" if filters.years is None else "year"
        in_order = filters if filters.sort == sort else filters._replace(sort=sort)
        rows = await self._database.run(*statements.page(in_order, None, FEW_MAX))
        found = statements.found(rows, FEW_MAX)
        if found.last is not None:
            return _counted(await self._database.run(*facets.of(in_order)))
        return await self._count(found.version, [year for *_, year, _, _ in rows[1:]], found.documents)

    async def _count(self, version: str, years: Sequence[int], documents: Sequence[bytes]) -> Counts:
        lists = [_lists(document) for document in documents]
        return Counts(
            version,
            len(documents),
            True,
            await self._most([genres for _, genres in lists], facets.GENRES_MAX),
            sorted(Counter(years).items()),
            await self._most([cast for cast, _ in lists], facets.CAST_MAX),
        )

    async def _most(self, lists: Sequence[Names], most: int) -> list[Count]:
        """The most frequent names of movies' lists, each as it is written where it stands first."""
        names = [*chain.from_iterable(lists)]
        keys = fold_all(names)
        if "" in keys:
            keys = await self._all_keys(names, keys)
        rest = iter(keys)
        # A movie counts once, however often it spells a name.
        numbers = Counter(chain.from_iterable([{*islice(rest, len(each))} for each in lists]))
        ranked = sorted(sorted(numbers), key=numbers.__getitem__, reverse=True)[:most]
        written = dict(zip(keys[::-1], names[::-1], strict=True))  # of equal keys the first one stays
        return [(written[key], numbers[key]) for key in ranked]

    async def _all_keys(self, names: Names, keys: Names) -> list[str]:
        """The keys of all names; the database is asked for those that only it knows, once for each."""
        told = await self._told_by_database({name for name, key in zip(names, keys, strict=True) if not key})
        return [key or told[name] for name, key in zip(names, keys, strict=True)]

    async def _told_by_database(self, names: Collection[str]) -> dict[str, str]:
        told = {name: self._told.get(name, "") for name in names}
        unknown = [name for name, key in told.items() if not key]
        if unknown:
            rows = await self._database.run(facets.FOLD, (unknown,))
            told.update((name, row[0].decode()) for name, row in zip(unknown, rows, strict=True))
            self._told.update(told)
        return told


def _lists(document: bytes) -> tuple[Names, Names]:
    """Cast and genres out of a movie's JSON, where they stand side by side; the rest of it is not decoded."""
    text = document.decode()
    cast, end = _value_at(text, text.index('"cast":') + len('"cast":'))
    genres, _ = _value_at(text, end + len(',"genres":'))
    return cast, genres


def _counted(rows: Sequence[Row]) -> Counts:
    """What a statement of facets.py counted."""
    (_, version, movies, exact), *counts = rows
    of: dict[bytes, list[Count]] = {b"genres": [], b"years": [], b"cast": []}
    for kind, value, number, _ in counts:
        of[kind].append((int(value) if kind == b"years" else value.decode(), number))
    return Counts(version.decode(), movies, exact, of[b"genres"], of[b"years"], of[b"cast"])
