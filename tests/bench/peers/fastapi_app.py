"""FastAPI + asyncpg + orjson, as a good engineer would tune it: uvloop, httptools, a pool, prepared statements.

asyncpg prepares each statement once on a connection; the pool's reset between
two requests, a round trip, is left out, since nothing here changes a session.
Answers are plain Response objects: FastAPI neither validates nor encodes them.
JOIN=rows fetches rows and lets orjson write them; JOIN=database lets PostgreSQL
join the stored JSON, as this project does, and hands its bytes on.
"""
# mypy: disable-error-code="import-not-found,untyped-decorator"

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
from fastapi import FastAPI, Query, Request
from fastapi.responses import Response

from tests.bench.peers import statements

POOL = 8
Read = Callable[..., Awaitable[bytes]]


async def _leave_as_it_is(_connection: Any) -> None:
    """Nothing to reset."""


async def _uuid_as_text(connection: Any) -> None:
    await connection.set_type_codec("uuid", encoder=str, decoder=str, schema="pg_catalog", format="text")


def _from_rows(pool: Any) -> Read:
    async def read(statement: str, *values: object) -> bytes:
        rows = await pool.fetch(statement, *values)
        body: bytes = orjson.dumps([dict(row) for row in rows])
        return body

    return read


def _from_database(pool: Any) -> Read:
    async def read(statement: str, *values: object) -> bytes:
        text = await pool.fetchval(statement, *values)
        body: bytes = (text or "[]").encode()
        return body

    return read


def create() -> FastAPI:
    joined = os.environ.get("JOIN", "rows") == "database"
    sql = statements.JOINED if joined else statements.ROWS

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(
            os.environ["DATABASE_URL"],
            min_size=POOL,
            max_size=POOL,
            init=_uuid_as_text,
            reset=_leave_as_it_is,
            server_settings={"jit": "off"},
        ) as pool:
            app.state.pool = pool
            app.state.read = (_from_database if joined else _from_rows)(pool)
            yield

    app = FastAPI(lifespan=lifespan)
    _add_routes(app, sql)
    return app


def _answer(body: bytes) -> Response:
    return Response(body, media_type="application/json")


def _add_routes(app: FastAPI, sql: statements.Statements) -> None:
    limit_of_all = Query(1000, ge=1, le=1000)

    @app.get("/movies/year/{year}")
    async def of_year(request: Request, year: int, limit: int = limit_of_all) -> Response:
        return _answer(await request.app.state.read(sql.year, year, limit))

    @app.get("/movies/name/{name}")
    async def of_name(request: Request, name: str, limit: int = limit_of_all) -> Response:
        return _answer(await request.app.state.read(sql.name, name, limit))

    @app.get("/movies/castmember/{name}")
    async def of_cast(request: Request, name: str, limit: int = limit_of_all) -> Response:
        return _answer(await request.app.state.read(sql.cast, name, limit))

    @app.get("/movies")
    async def listing(
        request: Request,
        year: int | None = None,
        genre: str | None = None,
        q: str | None = None,
        limit: int = Query(100, ge=1, le=1000),
    ) -> Response:
        if q is not None:
            return _answer(await request.app.state.read(sql.search, q, limit))
        return _answer(await request.app.state.read(sql.listing, year, genre, limit))

    @app.get("/facets")
    async def facets(
        request: Request, year: int | None = None, genre: str | None = None, cast: str | None = None
    ) -> Response:
        statement, values = statements.facets(year, genre, cast)
        rows = await request.app.state.pool.fetch(statement, *values)
        counted: dict[str, list[dict[str, Any]]] = {"genres": [], "years": [], "cast": []}
        for kind, value, count in rows:
            counted[kind].append({"value": value, "count": count})
        return _answer(orjson.dumps(counted))

    @app.get("/movies/{movie_id}")
    async def one(request: Request, movie_id: str) -> Response:
        body = await request.app.state.read(sql.one, movie_id)
        return (
            _answer(body if body.startswith(b"{") else body[1:-1])
            if body != b"[]"
            else Response(status_code=404)
        )
