"""A page of movies: what a request asks of the database, and the headers that its row makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from query import cursors, statements
from query.cursors import Position
from query.errors import InvalidParameter
from query.filters import Filters
from query.formats import Format
from query.session import Statement
from query.statements import Found

# The old routes' path parameters that stand for a filter which takes several names.
FILTERS_OF_PATH = {"castmember": "cast", "genre": "genre"}


class Page:
    """A page, or all that follows it, as it was asked for. Raises InvalidParameter for a broken cursor.

    filters: what is asked of the movies. fields: the members of each movie that are wanted, None for
    all. after: where the page before ended. promises_movies: whether none at all is a 404: the old routes, not
    their further pages.
    """

    def __init__(self, path: str, values: Mapping[str, Any], form: Format) -> None:
        self.path, self.values, self.form = path, values, form
        self._filter_in_path = path.startswith("/movies/")
        self.filters = Filters.of(_by_filter(values) if self._filter_in_path else values)
        self.fields = frozenset(values["fields"]) if "fields" in values else None
        self.after = cursors.decode(values["cursor"], self._scope) if "cursor" in values else None
        self.promises_movies = self._filter_in_path and self.after is None

    @property
    def _scope(self) -> str:
        """What a cursor belongs to: it cannot be used with other filters or in another order."""
        return repr((self.path, self.filters))

    def statement(
        self, limit: int, after: Position | None, *, count: bool = False
    ) -> tuple[Statement, tuple[object, ...]]:
        """The statement that reads `limit` movies after a position, and its parameters."""
        if self.filters.sort == "relevance" and self.filters.q is None:
            raise InvalidParameter("sort", "relevance", "one of title, year, -year where there is no q")
        return statements.page(self.filters, after, limit, count=count)

    def headers(self, found: Found) -> list[tuple[str, str]]:
        """The headers that only pages have."""
        headers = []
        if found.last is not None and "limit" in self.values:
            headers.append(("Link", self._next(cursors.encode(found.last, self._scope))))
        if found.total is not None:
            headers.append(("X-Total-Count", found.total.rstrip("+")))
            headers.append(("X-Total-Count-Relation", "at-least" if found.total.endswith("+") else "exact"))
        return headers

    def _next(self, cursor: str) -> str:
        kept: dict[str, object] = {}
        if not self._filter_in_path:
            kept = {name: value for name, value in self.values.items() if name not in ("cursor", "limit")}
        if "fields" in kept:
            kept["fields"] = ",".join(self.values["fields"])
        if "count" in kept:
            kept["count"] = "true" if kept["count"] else "false"
        query = urlencode({**kept, "limit": self.values["limit"], "cursor": cursor}, doseq=True, safe=",")
        return f'<{quote(self.path)}?{query}>; rel="next"'


def _by_filter(values: Mapping[str, Any]) -> dict[str, Any]:
    """An old route's values, by the names of the filters that they are."""
    names = FILTERS_OF_PATH
    return {names.get(name, name): (value,) if name in names else value for name, value in values.items()}
