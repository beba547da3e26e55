"""What a search reads: the database's own search function, in the order of relevance or in another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from query import sql
from query.filters import Shape
from query.walks import after, order_by

if TYPE_CHECKING:
    from query.statements import Places


class Search:
    """The parts of the statement for one shape that has a q."""

    scans = False

    def __init__(self, shape: Shape, places: Places) -> None:
        self._shape, self._places = shape, places

    def order_of(self, table: str) -> str:
        """The sort keys of the page in a query that has them."""
        return order_by(self._shape.sort, table)

    def keys(self) -> str:
        """The rows of a page: sort keys and documents, one row too many where there is a next page."""
        places = self._places
        # The tiers of a search follow one another in the order of relevance: a first page ends the search.
        ends_early = self._shape.sort == "relevance" and not places.after
        found = sql.text("search").format(
            search=self._search(f"{places.limit} + 1" if ends_early else "NULL"),
            conditions=after(self._shape.sort, places.after) or "true",
            order=self.order_of("walk"),
            limit=places.limit,
        )
        return sql.text("with_doc").format(walk=found)

    def count(self, _count_max: int) -> str:
        """How many are found as text: a number, with a plus behind it where there may be more."""
        return sql.text("count_found").format(search=self._search("NULL"))

    def matches(self) -> tuple[str, str]:
        """The movies that are found, and the condition under which that is all there are."""
        found = sql.text("found").format(search=self._search("NULL"), limit=self._places.limit)
        return found, f"count(*) < least(1000, {self._places.limit})"

    def within_scan(self, page: Mapping[str, str]) -> str:
        """A search is bounded as it is."""
        return sql.text("page").format(**page)

    def _search(self, enough: str) -> str:
        places = self._places
        first, last = (places.years * 2)[:2] or ("NULL", "NULL")
        cast, genre = (
            f"ARRAY[{', '.join(names)}]" if names else "NULL" for names in (places.cast, places.genre)
        )
        return (
            f"search_movies({places.q}, {first}, {last}, {places.name or 'NULL'}, {cast}, {genre}, {enough})"
        )
