"""A page of movies: what a request asks of the database, and the answer that its row makes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from query import cursors, statements
from query.cursors import Position
from query.errors import InvalidParameter
from query.filters import Filters
from query.session import Statement

# The old routes' path parameters that are no filters by that name: the filter, given once.
FILTER_OF_PATH = {"castmember": "cast", "genre": "genre"}


@dataclass(frozen=True)
class Page:
    """One page as it was asked for: the path, and the parameters' values as the contract gives them."""

    path: str
    values: Mapping[str, Any]

    @classmethod
    def of_path(cls, path: str, values: Mapping[str, Any]) -> Page:
        """A page of one of the old routes, whose path holds the filter."""
        return cls(
            path,
            {
                FILTER_OF_PATH.get(name, name): (value,) if name in FILTER_OF_PATH else value
                for name, value in values.items()
            },
        )

    @cached_property
    def filters(self) -> Filters:
        return Filters.of(self.values)

    @property
    def is_first(self) -> bool:
        return "cursor" not in self.values

    @cached_property
    def after(self) -> Position | None:
        """Where the page before ended; InvalidParameter for a broken cursor."""
        return None if self.is_first else cursors.decode(self.values["cursor"], self._scope)

    @property
    def _scope(self) -> str:
        """What a cursor belongs to: it cannot be used with other filters or in another order."""
        return repr((self.path, self.filters))

    def statement(self) -> tuple[Statement, tuple[object, ...]]:
        """The statement that reads the page, and its parameters; InvalidParameter for a broken cursor."""
        values = self.values
        if self.filters.sort == "relevance" and self.filters.q is None:
            raise InvalidParameter("sort", "relevance", "one of title, year, -year where there is no q")
        return statements.page(self.filters, self.after, values["limit"], count=bool(values.get("count")))

    def body(self, movies: bytes) -> bytes:
        """A JSON array of movies, with the members that were asked for."""
        fields = self.values.get("fields")
        return movies if fields is None else _projected(movies, frozenset(fields))

    def headers(self, version: str, row: Sequence[Any]) -> list[tuple[str, str]]:
        """The headers that follow from the statement's row after its version and body."""
        more, title_key, year, movie_id, *rest = row
        score = rest.pop(0) if self.filters.q is not None else 0
        headers = []
        if more:
            position = Position(title_key.decode(), year, movie_id.decode(), score, version)
            headers.append(("Link", self._next(cursors.encode(position, self._scope))))
        if self.values.get("count"):
            total = rest[0].decode()
            headers.append(("X-Total-Count", total.rstrip("+")))
            headers.append(("X-Total-Count-Relation", "at-least" if total.endswith("+") else "exact"))
        return headers

    def _next(self, cursor: str) -> str:
        kept: dict[str, object] = {}
        if not self.path.startswith("/movies/"):
            kept = {name: value for name, value in self.values.items() if name not in ("cursor", "limit")}
        if "fields" in kept:
            kept["fields"] = ",".join(self.values["fields"])
        if "count" in kept:
            kept["count"] = "true" if kept["count"] else "false"
        query = urlencode({**kept, "limit": self.values["limit"], "cursor": cursor}, doseq=True, safe=",")
        return f'<{quote(self.path)}?{query}>; rel="next"'


def _projected(movies: bytes, fields: frozenset[str]) -> bytes:
    """Some members of each movie, in the order in which it has them.

    Here and not in the database: 5 us a movie instead of 25.
    """
    kept = [{name: value for name, value in movie.items() if name in fields} for movie in json.loads(movies)]
    return _encode(kept).encode()


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
