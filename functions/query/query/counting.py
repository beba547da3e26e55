"""Facets: how many of the movies that match have each genre, year and cast member.

Where few movies match, which is what most callers ask for, their documents are
read as a page is and counted here: PostgreSQL takes ten times as long to set up
a statement that counts them. Where more match, it counts them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cachetools import LRUCache

from query import facets, statements
from query.database import Database
from query.filters import Filters
from query.folding import KEYS_MAX, fold
from query.formats import encode_json
from query.session import Row

# So many are counted here; more by PostgreSQL.
FEW_MAX = 100

Count = tuple[str | int, int]


@dataclass(frozen=True)
class Counts:
    """Values with their numbers of movies, in the order in which they are given."""

    version: str
    movies: int
    exact: bool
    genres: Sequence[Count]
    years: Sequence[Count]
    cast: Sequence[Count]

    def body(self) -> bytes:
        """The answer's JSON."""
        lists = {"genres": self.genres, "years": self.years, "cast": self.cast}
        listed = {
            name: [{"value": value, "count": count} for value, count in counts]
            for name, counts in lists.items()
        }
        answer = {"movies": self.movies, "exact": self.exact, **listed}
        return encode_json(answer).encode()


class Counting:
    """Counts on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._told: LRUCache[str, str] = LRUCache(KEYS_MAX)

    async def of(self, filters: Filters) -> Counts:
        """What there is among the movies that match. Raises Unavailable."""
        if filters == Filters():
            return _counted(await self._database.run(facets.OF_ALL))
        # The order of an index that holds the filters: where counting ends before all are counted,
        # it is the same movies.
        in_order = replace(filters, sort="title" if filters.years is None else "year")
        rows = await self._database.run(*statements.page(in_order, None, FEW_MAX))
        found = statements.found(rows, FEW_MAX)
        if found.last is not None:
            return _counted(await self._database.run(*facets.of(in_order)))
        return await self._count(found.version, [json.loads(document) for document in found.documents])

    async def _count(self, version: str, movies: Sequence[dict[str, Any]]) -> Counts:
        genres = [movie["genres"] for movie in movies]
        cast = [movie["cast"] for movie in movies]
        keys = await self._folded({name for names in (*genres, *cast) for name in names})
        return Counts(
            version,
            len(movies),
            True,
            _most(genres, keys, facets.GENRES_MAX),
            sorted(Counter(movie["year"] for movie in movies).items()),
            _most(cast, keys, facets.CAST_MAX),
        )

    async def _folded(self, names: Iterable[str]) -> dict[str, str]:
        """The key of each name; the database is asked for those that only it knows, once for each."""
        keys = {name: fold(name) or self._told.get(name, "") for name in names}
        unknown = [name for name, key in keys.items() if not key]
        if unknown:
            rows = await self._database.run(facets.FOLD, (unknown,))
            told = {name: row[0].decode() for name, row in zip(unknown, rows, strict=True)}
            self._told.update(told)
            keys.update(told)
        return keys


def _most(lists: Sequence[Sequence[str]], keys: Mapping[str, str], most: int) -> list[Count]:
    """The most frequent names of movies' lists, each as it is written where it stands first."""
    numbers: dict[str, int] = {}
    written: dict[str, str] = {}
    for names in lists:
        for key in {keys[name] for name in names}:  # a movie counts once, however often it spells a name
            numbers[key] = numbers.get(key, 0) + 1
        for name in names:
            written.setdefault(keys[name], name)
    ranked = sorted(numbers.items(), key=lambda each: (-each[1], each[0]))
    return [(written[key], number) for key, number in ranked[:most]]


def _counted(rows: Sequence[Row]) -> Counts:
    """What a statement of facets.py counted."""
    (_, version, movies, exact), *counts = rows
    of: dict[bytes, list[Count]] = {b"genres": [], b"years": [], b"cast": []}
    for kind, value, number, _ in counts:
        of[kind].append((int(value) if kind == b"years" else value.decode(), number))
    return Counts(version.decode(), movies, exact, of[b"genres"], of[b"years"], of[b"cast"])
