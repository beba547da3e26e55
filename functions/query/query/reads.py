"""What each operation of the contract reads from the database, and the answer that it makes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from query import facets, statements
from query.answers import Answer
from query.counting import Counting
from query.database import Database
from query.errors import DatabaseBehind, NoMovies, NoSuchMovie
from query.filters import Filters
from query.formats import FORMATS, encode
from query.negotiation import CSV, JSON, NDJSON
from query.pages import Page
from query.streams import Stream, batches
from query.versions import is_older

CACHE_CONTROL = "public, max-age=1, stale-while-revalidate=10, stale-if-error=86400"
# Media types whose answer is all that matches, unless a limit is given.
STREAMED = (NDJSON, CSV)
# Up to this many movies such an answer is made whole, and kept.
WHOLE_MAX = 500

Read = Callable[[str, Mapping[str, Any], str], Awaitable[Answer]]


class Reads:
    """The operations by their ids. Each takes the path, the parameters' values and a media type; raises Problem."""

    def __init__(self, database: Database, statement_ms_max: int) -> None:
        self._database = database
        self._counts = Counting(database)
        self._statement_seconds_max = statement_ms_max / 1000
        self.operations: Mapping[str, Read] = {
            "listMovies": self._page,
            "listMoviesOfYear": self._page,
            "listMoviesOfName": self._page,
            "listMoviesOfCastMember": self._page,
            "listMoviesOfGenre": self._page,
            "getMovie": self._movie,
            "suggest": self._suggest,
            "getFacets": self._facets,
        }

    async def _page(self, path: str, values: Mapping[str, Any], media_type: str) -> Answer:
        page = Page(path, values, FORMATS[media_type])
        limit = values.get("limit", WHOLE_MAX)
        statement = page.statement(limit, page.after, count=bool(values.get("count")))
        found = statements.found(await self._database.run(*statement), limit)
        refuse_older(found.version, page.after and page.after.version)
        if found.last is not None and "limit" not in values:
            return Answer(200, b"", version=found.version, goes_on=True)
        if page.promises_movies and not found.documents:
            return _missing(found.version)
        body = page.form.head(page.fields) + await encode(page.form, found.documents, page.fields)
        answer = _labelled(200, body, found.version, page.form.content_type, page.form.tag)
        answer.headers.extend(page.headers(found))
        return answer

    async def stream(self, page: Page, seen: Answer, coding: str) -> Answer:
        """All that matches, more than WHOLE_MAX and no older than what was seen of it; not kept in memory."""
        rest = batches(self._database, page, self._statement_seconds_max)
        try:
            first = await anext(rest)
            refuse_older(first.version, seen.version)
        except BaseException:
            await rest.aclose()
            raise
        answer = _labelled(200, b"", first.version, page.form.content_type, page.form.tag)
        answer.route = seen.route
        answer.stream = Stream(first, rest, page, coding)
        answer.timing = "cache;desc=miss"
        answer.headers.extend(page.headers(first))
        answer.vary(coding)
        return answer

    async def _movie(self, _path: str, values: Mapping[str, Any], _media_type: str) -> Answer:
        [(version, body)] = await self._database.run(statements.MOVIE, (values["id"],))
        if body is None:
            missing = NoSuchMovie("No movie has this id.")
            return _labelled(404, missing.body(), version.decode(), "application/problem+json")
        return _labelled(200, body, version.decode())

    async def _suggest(self, _path: str, values: Mapping[str, Any], _media_type: str) -> Answer:
        [(version, body)] = await self._database.run(facets.SUGGEST, (values["q"],))
        return _labelled(200, body, version.decode())

    async def _facets(self, _path: str, values: Mapping[str, Any], _media_type: str) -> Answer:
        counts = await self._counts.of(Filters.of(values))
        return _labelled(200, counts.body(), counts.version)


def refuse_older(version: str | None, than: str | None) -> None:
    """Raise DatabaseBehind for a version that is of a time before what the caller has seen."""
    if is_older(version, than):
        raise DatabaseBehind


def _labelled(status: int, body: bytes, label: str, content_type: str = JSON, tag: str = "") -> Answer:
    etag = f'"{label}{tag}"' if status == 200 else None
    return Answer(status, body, content_type, [("Cache-Control", CACHE_CONTROL)], label, etag)


def _missing(version: str) -> Answer:
    missing = NoMovies("No movie has what this path asks for; case and accents do not matter.")
    return _labelled(404, missing.body(), version, "application/problem+json")
