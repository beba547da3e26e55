"""The reads: which answer a request gets, from memory or from the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from query import contract, cursors, statements
from query.answers import Answer
from query.cache import Cache
from query.contract import Route
from query.database import Database
from query.errors import DatabaseSlow, NoMovies, NoSuchMovie, Unavailable
from query.filters import Filters
from query.settings import Settings
from query.status import status
from query.versions import Versions

# The path parameter of the old routes, and the filter that it is.
FILTER_OF_PATH = {"castmember": "cast"}
CACHE_CONTROL = "public, max-age=1, stale-while-revalidate=10, stale-if-error=86400"


class Service:
    """Answers reads; one for each process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.contract = contract.load()
        self.cache = Cache(settings.cache_bytes_max)
        self.versions = Versions(settings.database_url, settings.poll_ms)
        self.database = Database(
            settings.database_url,
            connections=settings.connections,
            waiters_max=settings.waiters_max,
            wait_ms_max=settings.wait_ms_max,
            statement_ms_max=settings.statement_ms_max,
        )
        self._operations: Mapping[str, Callable[[str, Mapping[str, Any]], Answer]] = {
            "listMovies": self._page,
            "listMoviesOfYear": self._page_or_none,
            "listMoviesOfName": self._page_or_none,
            "listMoviesOfCastMember": self._page_or_none,
            "listMoviesOfGenre": self._page_or_none,
            "getMovie": self._movie,
        }

    def kept(self, path: str, query: str) -> Answer | None:
        """The answer in memory, if it is still the answer; no parsing, no routing, no database."""
        answer = self.cache.get((path, query))
        if answer is not None and self._is_current(answer):
            return answer
        return None

    def answer(self, path: str, query: str) -> Answer:
        """The answer to GET path?query (path decoded, query as sent). Raises Problem."""
        route, path_value = self.contract.match(path)
        values = route.values(path_value, query)
        if route.operation in self._operations:
            return self._read(path, query, route, values)
        return self._about_itself(route)

    def _read(self, path: str, query: str, route: Route, values: Mapping[str, Any]) -> Answer:
        key = (path, query)

        def compute() -> Answer:
            answer = self._operations[route.operation](path, values)
            if answer.version is not None:
                self.versions.observe(answer.version)
                self.cache.put(key, answer)
            return answer

        try:
            return self.cache.once(key, compute, self.settings.statement_ms_max / 1000 + 1)
        except TimeoutError:
            raise DatabaseSlow from None
        except Unavailable:
            # An older answer beats none; the read path marks it.
            answer = self.cache.get(key)
            if answer is None:
                raise
            return answer

    def _is_current(self, answer: Answer) -> bool:
        current = self.versions.current
        return current is None or answer.version == current.label or self.versions.is_stale

    def _page(self, path: str, values: Mapping[str, Any]) -> Answer:
        filters = Filters.of(values)
        scope = repr((path, filters))
        after = cursors.decode(values["cursor"], scope) if "cursor" in values else None
        statement, parameters = statements.page(filters, after, values["limit"])
        version, body, found, *last = self.database.run(statement, parameters)
        answer = _labelled(200, body, version.decode())
        if found > values["limit"]:
            title_key, year, movie_id = last
            position = cursors.Position(title_key.decode(), year, movie_id.decode())
            answer.headers.append(("Link", _next(path, values, cursors.encode(position, scope))))
        return answer

    def _page_or_none(self, path: str, values: Mapping[str, Any]) -> Answer:
        as_filters = {
            FILTER_OF_PATH.get(name, name): (value,) if name in ("castmember", "genre") else value
            for name, value in values.items()
        }
        answer = self._page(path, as_filters)
        if answer.body != b"[]" or "cursor" in values:
            return answer
        missing = NoMovies("No movie has what this path asks for; case and accents do not matter.")
        return _labelled(404, missing.body(), answer.version, "application/problem+json")

    def _movie(self, _path: str, values: Mapping[str, Any]) -> Answer:
        version, body = self.database.run(statements.MOVIE, (values["id"],))
        if body is None:
            missing = NoSuchMovie("No movie has this id.")
            return _labelled(404, missing.body(), version.decode(), "application/problem+json")
        return _labelled(200, body, version.decode())

    def _about_itself(self, route: Route) -> Answer:
        if route.operation == "getContractJson":
            return Answer(200, contract.as_json(self.contract), headers=[("Cache-Control", "no-cache")])
        if route.operation == "getContractYaml":
            body = contract.DOCUMENT.read_bytes()
            return Answer(200, body, "application/yaml", [("Cache-Control", "no-cache")])
        return status(route.operation, self.versions)

    def close(self) -> None:
        self.versions.close()
        self.database.close()


def _labelled(status: int, body: bytes, label: str | None, content_type: str = "application/json") -> Answer:
    etag = f'"{label}"' if status == 200 else None
    return Answer(status, body, content_type, [("Cache-Control", CACHE_CONTROL)], label, etag)


def _next(path: str, values: Mapping[str, Any], cursor: str) -> str:
    in_path = path.startswith("/movies/")
    kept = (
        {} if in_path else {name: value for name, value in values.items() if name not in ("cursor", "limit")}
    )
    query = urlencode({**kept, "limit": values["limit"], "cursor": cursor}, doseq=True)
    return f'<{quote(path)}?{query}>; rel="next"'


@lru_cache(maxsize=1)
def instance() -> Service:
    """The process's service, made from the environment when it is first asked for."""
    return Service(Settings.from_environment())
