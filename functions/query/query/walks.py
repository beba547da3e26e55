"""Which index a shape of filters is read from, and how.

A page is read by walking one index in the order of the page, from the cursor on,
until the page is full:

- a cast member's movies, if there is one (few each); else a genre's; else all;
- each further cast member or genre is a probe by full key into the same table;
- a range of years in the order of titles is walked year by year, each no further
  than one page;
- of several genres the rarest is walked, no further than SCAN_ENTRIES_MAX.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from query import sql
from query.filters import Shape

if TYPE_CHECKING:
    from query.statements import Places

# What is examined for one page at most, where no index holds the filters together.
SCAN_ENTRIES_MAX = 10_000
# A long range of years is first looked for in this many pages of all titles.
STRETCH_PAGES = 8
_ORDERS = {
    "title": "{0}.title_key, {0}.year, {0}.{1}",
    "year": "{0}.year, {0}.title_key, {0}.{1}",
    "-year": "{0}.year DESC, {0}.title_key, {0}.{1}",
    "relevance": "{0}.score DESC, {0}.title_key, {0}.year, {0}.{1}",
}
# What follows a position in that order.
_AFTER = {
    "title": "({0}.title_key, {0}.year, {0}.{1}) > ({title_key}, {year}, {movie_id})",
    "year": "({0}.year, {0}.title_key, {0}.{1}) > ({year}, {title_key}, {movie_id})",
    "-year": "({0}.year < {year} OR ({0}.year = {year} AND ({0}.title_key, {0}.{1}) > ({title_key}, {movie_id})))",
    "relevance": "({0}.score < {score} OR ({0}.score = {score}"
    " AND ({0}.title_key, {0}.year, {0}.{1}) > ({title_key}, {year}, {movie_id})))",
}


def order_by(sort: str, table: str, movie_id: str = "movie_id") -> str:
    """The sort keys of an order, in a table or a query that has them."""
    return _ORDERS[sort].format(table, movie_id)


def after(sort: str, position: list[str], movie_id: str = "movie_id") -> str:
    """The condition on `walk` for what follows a position; position: places of its keys, empty for none."""
    if not position:
        return ""
    title_key, year, last_id, *score = position
    return _AFTER[sort].format(
        "walk", movie_id, title_key=title_key, year=year, movie_id=last_id, score="".join(score)
    )


class Link(NamedTuple):
    """A table that lists movies by person or by genre, with the sort keys."""

    table: str
    column: str
    names: str


PEOPLE = Link("movie_people", "person_id", "people")
GENRES = Link("movie_genres", "genre_id", "genres")


class Walk:
    """The parts of the statement for one shape."""

    def __init__(self, shape: Shape, places: Places) -> None:
        links = [(PEOPLE, each) for each in places.cast] + [(GENRES, each) for each in places.genre]
        self._shape, self._places = shape, places
        self._table, self._id = (links[0][0].table, "movie_id") if links else ("movies", "id")
        # No index holds several genres together; a cast member's movies are few enough to probe.
        self.scans = shape.genre > 1 and not shape.cast
        # One title's or one person's movies are few: where their index has another order, they are sorted.
        self._few = shape.name or bool(shape.cast)
        self._probes = [self._condition("probe", *link) for link in links[0 if self.scans else 1 :]]
        self._link = [self._condition("linked", *link) for link in links[:1]]
        if self.scans:
            self._link = [sql.text("rarest").format(keys=", ".join(map(self._key, places.genre)))]

    def order_of(self, table: str, movie_id: str = "movie_id") -> str:
        """The sort keys of the page in a table or a query that has them."""
        return order_by(self._shape.sort, table, movie_id)

    def keys(self) -> str:
        """The rows of a page: sort keys and documents, one row too many where there is a next page."""
        shape, limit = self._shape, self._places.limit
        if self.scans:
            return sql.text("with_doc").format(walk=self._scanned())
        if shape.sort == "-year" and not self._few:
            return sql.text("with_doc").format(walk=self._years_down(f"{limit} + 1", self._link))
        if shape.sort == "title" and shape.years in ("narrow", "wide") and not self._few:
            return sql.text("with_doc").format(walk=self._range())
        conditions = [*self._link, *self._years(), *self._name(), *self._after(), *self._probes]
        if self._table == "movies":
            return self._walk(conditions, f"{limit} + 1", ", walk.doc")
        return sql.text("with_doc").format(walk=self._walk(conditions, f"{limit} + 1"))

    def within_scan(self, page: Mapping[str, str]) -> str:
        """A page out of a bounded scan, and where the next one starts if the scan ended first."""
        return sql.text("scan").format(
            **page,
            entries_max=SCAN_ENTRIES_MAX,
            stretch=self._stretch(),
            order_of_stretch=self.order_of("stretch"),
        )

    def count(self, count_max: int) -> str:
        """How many match as text: a number, with a plus behind it where there are more."""
        conditions = [*self._link, *self._years(), *self._name(), *self._probes]
        if not conditions:
            return sql.text("count_all")
        if not self.scans:
            return sql.text("count").format(
                table=self._table, conditions=" AND ".join(conditions), count_max=count_max
            )
        walked, probes = self._split()
        return sql.text("count_scanned").format(
            table=self._table,
            conditions=" AND ".join(walked),
            probes=" AND ".join(probes),
            count_max=count_max,
        )

    def _scanned(self) -> str:
        _, probes = self._split()
        return sql.text("scanned").format(
            stretch=self._stretch(),
            conditions=" AND ".join(probes),
            order=self.order_of("walk"),
            limit=self._places.limit,
        )

    def _stretch(self) -> str:
        """What a scan examines."""
        if self._shape.sort == "-year" and not self._few:
            return self._years_down(str(SCAN_ENTRIES_MAX), [*self._link, *self._name()])
        walked, _ = self._split()
        return self._walk([*walked, *self._after()], str(SCAN_ENTRIES_MAX))

    def matches(self) -> tuple[str, str]:
        """As many of the movies that match as the limit says, and the condition under which that is all."""
        limit = self._places.limit
        if self.scans:
            _, probes = self._split()
            keys = sql.text("matches_scanned").format(
                stretch=self._stretch(), conditions=" AND ".join(probes), limit=limit
            )
            ended = sql.text("stretch_ended").format(entries_max=SCAN_ENTRIES_MAX, stretch=self._stretch())
            return keys, f"count(*) < {limit} AND {ended}"
        conditions = [*self._link, *self._years(), *self._name(), *self._probes]
        return self._walk(conditions, limit), f"count(*) < {limit}"

    def _split(self) -> tuple[list[str], list[str]]:
        """A scan's conditions: those that its index holds in the order of the page, and the rest."""
        years = self._years()
        if self._shape.sort == "title" and self._shape.years != "one" and not self._shape.name:
            return [*self._link, *self._name()], [*self._probes, *years]
        return [*self._link, *years, *self._name()], self._probes

    def _walk(self, conditions: list[str], limit: str, doc: str = "") -> str:
        return sql.text("walk").format(
            table=self._table,
            id=self._id,
            doc=doc,
            conditions=" AND ".join(conditions) or "true",
            order=self.order_of("walk", self._id),
            limit=limit,
        )

    def _range(self) -> str:
        """A range of years in the order of titles."""
        limit, (first, last) = self._places.limit, self._places.years
        of_year = self._walk([*self._link, "walk.year = one.year", *self._after()], f"{limit} + 1")
        merged = sql.text("merge_years").format(first=first, last=last, walk=of_year, limit=limit)
        if self._shape.years == "narrow":
            return merged
        stretch = self._walk([*self._link, *self._after()], f"{STRETCH_PAGES} * ({limit} + 1)")
        return sql.text("dense_or_merged").format(
            stretch=stretch, merged=merged, first=first, last=last, limit=limit
        )

    def _years_down(self, limit: str, conditions: list[str]) -> str:
        """Years from the last to the first, in each the order of titles."""
        first, last = {0: ("1870", "2100"), 1: self._places.years * 2, 2: self._places.years}[
            len(self._places.years)
        ]
        of_year = [*conditions, "walk.year = one.year"]
        if self._places.after:
            title_key, year, movie_id = self._places.after[:3]
            last = f"least({last}, {year})"
            of_year.append(
                sql.text("after_in_year").format(
                    id=self._id, title_key=title_key, year=year, movie_id=movie_id
                )
            )
        walk = self._walk(of_year, limit)
        return sql.text("years_down").format(first=first, last=last, walk=walk, limit=limit)

    def _years(self) -> list[str]:
        match self._places.years:
            case [year]:
                return [f"walk.year = {year}"]
            case [first, last]:
                return [f"walk.year BETWEEN {first} AND {last}"]
        return []

    def _name(self) -> list[str]:
        return [f"walk.title_key = {self._key(self._places.name)}"] if self._places.name else []

    def _after(self) -> list[str]:
        condition = after(self._shape.sort, self._places.after, self._id)
        return [condition] if condition else []

    def _key(self, name: str) -> str:
        """The key of the name at a place."""
        return name if self._shape.keys else f"fold({name})"

    def _condition(self, template: str, link: Link, name: str) -> str:
        return sql.text(template).format(
            table=link.table, column=link.column, names=link.names, key=self._key(name)
        )
