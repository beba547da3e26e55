"""The function as functions-framework serves it: the same application, on an event loop of its own.

Production does not take this way: `python -m query` serves the application itself
(docs/decisions.md says why). This is what `functions-framework --target query`
and any WSGI server give.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from functools import lru_cache

import flask
import functions_framework

from query import application
from query.answers import ByteStream
from query.application import Application, Request, Response

SECONDS_MAX = 10


class Background:
    """The application on an event loop in a thread, for callers that wait."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="event-loop", daemon=True).start()
        self._application: Application = asyncio.run_coroutine_threadsafe(_started(), self._loop).result(
            SECONDS_MAX
        )

    def respond(self, request: Request) -> Response:
        """The response, within SECONDS_MAX."""
        waiting = asyncio.run_coroutine_threadsafe(self._application.respond(request), self._loop)
        return waiting.result(SECONDS_MAX)

    def chunks(self, stream: ByteStream) -> Iterator[bytes]:
        """A stream of the event loop, as one that blocks."""
        try:
            while True:
                waiting = asyncio.run_coroutine_threadsafe(_next(stream), self._loop)
                chunk = waiting.result(SECONDS_MAX)
                if chunk is None:
                    return
                yield chunk
        finally:
            asyncio.run_coroutine_threadsafe(stream.aclose(), self._loop).result(SECONDS_MAX)


async def _started() -> Application:
    made = application.create()
    await made.start()
    return made


async def _next(stream: ByteStream) -> bytes | None:
    return await anext(stream, None)


@lru_cache(maxsize=1)
def background() -> Background:
    """The process's application, made when it is first asked for."""
    return Background()


@functions_framework.http
def query(request: flask.Request) -> flask.Response:
    """Any request, the way functions-framework brings it."""
    response = background().respond(
        Request(
            request.method,
            request.environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
            request.query_string.decode("latin-1"),
            request.headers.get("Accept", ""),
            request.headers.get("Accept-Encoding", ""),
            request.headers.get("If-None-Match"),
            request.headers.get("X-Request-Id", ""),
            request.headers.get("traceparent", ""),
        )
    )
    if request.method == "HEAD":
        return flask.Response(status=response.status, headers=response.headers)
    body = response.body if response.stream is None else background().chunks(response.stream)
    return flask.Response(body, response.status, response.headers)
