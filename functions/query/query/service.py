"""The reads: which answer a request gets, from memory or from the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from time import perf_counter
from typing import Any, NamedTuple

from query import contract, facets, statements
from query.answers import Answer
from query.cache import Cache
from query.compression import BYTES_MIN, compress
from query.connecting import Connector
from query.contract import Route
from query.database import Database
from query.errors import DatabaseBehind, NoMovies, NoSuchMovie, NoSuchRoute, NotAcceptable, Unavailable
from query.filters import Filters
from query.formats import FORMATS, encode
from query.metrics import CONTENT_TYPE, Metrics
from query.negotiation import CSV, JSON, NDJSON, Wanted
from query.pages import Page
from query.settings import Settings
from query.status import NOT_CACHED, status
from query.streams import Stream, rows
from query.versions import Versions, is_older

CACHE_CONTROL = "public, max-age=1, stale-while-revalidate=10, stale-if-error=86400"
VARY = "Accept, Accept-Encoding"
# Media types whose answer is all that matches, unless a limit is given.
STREAMED = (NDJSON, CSV)
# Up to this many movies such an answer is made whole, and kept.
WHOLE_MAX = 500
# After a new data version the most used answers are made anew before they are asked for; this many.
REFRESH_MAX = 200


class Key(NamedTuple):
    """What an answer is kept under: the request as it came, and what the caller accepts."""

    path: str
    query: str
    wanted: Wanted


class Service:
    """Answers reads; one for each process. Everything happens on the event loop that `start` ran on."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.contract = contract.load()
        self.cache = Cache(settings.cache_bytes_max)
        self.metrics = Metrics()
        self._connector = Connector(settings.database_url, settings.statement_ms_max)
        self.database = Database(self._connector, settings.limits)
        self.versions = Versions(Database(self._connector, settings.limits_of_poll), settings.poll_ms)
        self._refresh: asyncio.Task[None] | None = None
        self._operations: Mapping[str, Callable[[str, Mapping[str, Any], str], Awaitable[Answer]]] = {
            "listMovies": self._page,
            "listMoviesOfYear": self._page,
            "listMoviesOfName": self._page,
            "listMoviesOfCastMember": self._page,
            "listMoviesOfGenre": self._page,
            "getMovie": self._movie,
            "suggest": self._suggest,
            "getFacets": self._facets,
        }

    def start(self) -> None:
        """Begin to connect and to follow the data version."""
        self.versions.on_change = self._on_new_version
        self.database.start()
        self.versions.start()

    def kept(self, key: Key, seen: str | None = None) -> Answer | None:
        """The answer in memory, if it is still the answer and no older than the ETag `seen`.

        No parsing, no routing, no database.
        """
        answer = self.cache.get(key)
        if answer is None or not self._is_current(answer):
            return None
        if seen is not None and answer.version is not None and is_older(answer.version, seen):
            return None
        answer.uses += 1
        return answer

    def operation(self, path: str) -> str:
        """The operation of a path, "" where there is none."""
        try:
            return self.contract.match(path)[0].operation
        except NoSuchRoute:
            return ""

    async def answer(self, key: Key, seen: str | None = None) -> Answer:
        """The answer to GET path?query (path decoded, query as sent), no older than the ETag `seen`.

        Raises Problem.
        """
        route, path_value = self.contract.match(key.path)
        if route.operation not in self._operations:
            return self._about_itself(route, key)
        media_type = _chosen(route, key.wanted)
        try:
            answer = await self.cache.once(key, partial(self._compute, key, route, path_value))
            if answer.version is not None:
                _refuse_older(answer.version, seen)
            if answer.goes_on:
                values = route.given(path_value, key.query)
                return await self._stream(key, Page(key.path, values, FORMATS[media_type]), answer)
        except Unavailable:
            # An older answer beats none; it goes out marked.
            kept = self.cache.get(key)
            if kept is None or (seen is not None and is_older(kept.version or "", seen)):
                raise
            return kept
        return answer

    async def _compute(self, key: Key, route: Route, path_value: str | None) -> Answer:
        media_type, values = _chosen(route, key.wanted), route.given(path_value, key.query)
        if media_type not in STREAMED:
            values = {**route.defaults, **values}
        started = perf_counter()
        answer = await self._operations[route.operation](key.path, values, media_type)
        answered = perf_counter()
        answer.route = route.operation
        await self._encode(answer, key.wanted.coding)
        encoded = perf_counter()
        database_ms, encode_ms = (answered - started) * 1000, (encoded - answered) * 1000
        answer.timing = f"cache;desc=miss, db;dur={database_ms:.2f}, encode;dur={encode_ms:.2f}"
        if answer.version is not None:
            self.versions.observe(answer.version)
            before = self.cache.get(key)
            answer.uses = before.uses // 2 if before is not None else 0
            if not answer.goes_on:
                self.cache.put(key, answer)
        return answer

    async def _encode(self, answer: Answer, coding: str) -> None:
        """Let the answer say what it depends on; compress it where that is wanted and worth it."""
        answer.headers.append(("Vary", VARY))
        if coding and answer.status == 200 and len(answer.body) >= BYTES_MIN:
            answer.body = await compress(answer.body, coding)
            answer.headers.append(("Content-Encoding", coding))
            answer.etag = _tagged(answer.etag, coding)

    def _is_current(self, answer: Answer) -> bool:
        current = self.versions.current
        return current is None or answer.version == current.label or self.versions.is_stale

    def is_marked(self, answer: Answer) -> bool:
        """Whether an answer may be behind the database, and has to say so."""
        if answer.version is None:
            return False
        current = self.versions.current
        return self.versions.is_stale or (current is not None and is_older(answer.version, current.label))

    def _on_new_version(self) -> None:
        if self._refresh is None or self._refresh.done():
            self._refresh = asyncio.create_task(self._refresh_kept())

    async def _refresh_kept(self) -> None:
        """Make the most used answers anew, one after the other: whoever asks meanwhile shares the work."""
        most_used = [key for key, _ in zip(self.cache, range(REFRESH_MAX), strict=False)]
        for key in most_used:
            kept = self.cache.get(key)
            if isinstance(key, Key) and kept is not None and kept.uses and not self._is_current(kept):
                try:
                    await self.cache.once(key, partial(self._compute, key, *self.contract.match(key.path)))
                except Unavailable:
                    return  # the next request for each of them tries again

    async def _page(self, path: str, values: Mapping[str, Any], media_type: str) -> Answer:
        page = Page(path, values, FORMATS[media_type])
        limit = values.get("limit", WHOLE_MAX)
        label, documents, *row = await self.database.run(
            *page.statement(limit, page.after, count=bool(values.get("count")))
        )
        version = label.decode()
        _refuse_older(version, page.after and page.after.version)
        last = page.last(version, row)
        if last is not None and "limit" not in values:
            return Answer(200, b"", version=version, goes_on=True)
        if page.promises_movies and documents == page.form.none:
            return _missing(version)
        body = page.form.head(page.fields) + await encode(page.form, documents, page.fields)
        answer = _labelled(200, body, version, page.form.content_type, page.form.tag)
        answer.headers.extend(page.headers(last, row))
        return answer

    async def _stream(self, key: Key, page: Page, seen: Answer) -> Answer:
        """All that matches, more than WHOLE_MAX and no older than what was seen of it; not kept in memory."""
        rest = rows(self.database, page, self.settings.statement_ms_max / 1000)
        try:
            first = await anext(rest)
            version = first[0].decode()
            _refuse_older(version, seen.version)
        except BaseException:
            await rest.aclose()
            raise
        answer = _labelled(200, b"", version, page.form.content_type, page.form.tag)
        answer.route, coding = seen.route, key.wanted.coding
        answer.stream = Stream(first, rest, page, coding)
        answer.headers.append(("Vary", VARY))
        answer.headers.extend(page.headers(None, first[2:]))
        if coding:
            answer.headers.append(("Content-Encoding", coding))
            answer.etag = _tagged(answer.etag, coding)
        return answer

    async def _movie(self, _path: str, values: Mapping[str, Any], _media_type: str) -> Answer:
        version, body = await self.database.run(statements.MOVIE, (values["id"],))
        if body is None:
            missing = NoSuchMovie("No movie has this id.")
            return _labelled(404, missing.body(), version.decode(), "application/problem+json")
        return _labelled(200, body, version.decode())

    async def _suggest(self, _path: str, values: Mapping[str, Any], _media_type: str) -> Answer:
        version, body = await self.database.run(facets.SUGGEST, (values["q"],))
        return _labelled(200, body, version.decode())

    async def _facets(self, _path: str, values: Mapping[str, Any], _media_type: str) -> Answer:
        version, body = await self.database.run(*facets.facets(Filters.of(values)))
        return _labelled(200, body, version.decode())

    def _about_itself(self, route: Route, key: Key) -> Answer:
        route.given(None, key.query)
        if route.operation == "getContractJson":
            answer = Answer(200, contract.as_json(self.contract), headers=[("Cache-Control", "no-cache")])
        elif route.operation == "getContractYaml":
            body = contract.DOCUMENT.read_bytes()
            answer = Answer(200, body, "application/yaml", [("Cache-Control", "no-cache")])
        elif route.operation == "getMetrics":
            answer = Answer(200, self.metrics.text(self._gauges()), CONTENT_TYPE, list(NOT_CACHED))
        else:
            answer = status(route.operation, self.versions)
        answer.route = route.operation
        return answer

    def _gauges(self) -> list[tuple[str, str, float]]:
        ready, busy, waiting = self.database.sessions
        gauges: list[tuple[str, str, float]] = [
            ("query_database_sessions_ready", "Sessions that no request uses", ready),
            ("query_database_sessions_busy", "Sessions that a request uses", busy),
            ("query_database_requests_waiting", "Requests that wait for a session", waiting),
            ("query_cache_bytes", "Size of the answers in memory", self.cache.bytes_used),
            ("query_cache_answers", "Number of answers in memory", len(self.cache)),
            ("query_stale", "1 while answers may be behind the database", self.versions.is_stale),
        ]
        current, age = self.versions.current, self.versions.age_seconds
        if current is not None and age is not None:
            number = int(current.label.rpartition("-")[2])
            gauges += [
                ("query_data_version", "The data version that is served", number),
                ("query_data_age_seconds", "Since the database last confirmed the data version", age),
                ("query_movies", "Movies that are served", current.movies),
            ]
        return gauges

    async def close(self) -> None:
        """Let go of the database."""
        if self._refresh is not None:
            self._refresh.cancel()
        await self.versions.close()
        await self.database.close()
        self._connector.close()


def _chosen(route: Route, wanted: Wanted) -> str:
    """The media type that the caller likes best of those that the route gives. Raises NotAcceptable."""
    for media_type in wanted.media_types:
        if media_type in route.media_types:
            return media_type
    raise NotAcceptable(route.media_types)


def _refuse_older(version: str, than: str | None) -> None:
    """Raise DatabaseBehind for a version that is of a time before what the caller has seen."""
    if than is not None and is_older(version, than):
        raise DatabaseBehind


def _labelled(status: int, body: bytes, label: str, content_type: str = JSON, tag: str = "") -> Answer:
    etag = f'"{label}{tag}"' if status == 200 else None
    return Answer(status, body, content_type, [("Cache-Control", CACHE_CONTROL)], label, etag)


def _tagged(etag: str | None, coding: str) -> str | None:
    """The ETag of the same answer in a coding: other bytes, another tag."""
    return f'{etag[:-1]}-{coding}"' if etag else None


def _missing(version: str) -> Answer:
    missing = NoMovies("No movie has what this path asks for; case and accents do not matter.")
    return _labelled(404, missing.body(), version, "application/problem+json")
