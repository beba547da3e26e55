"""What the server calls: one request in, one answer out, its time measured.

request ─▶ kept answer ─────────────────────────▶ bytes
     │
     └───▶ Service ─▶ Database ─▶ bytes or stream
"""

from __future__ import annotations

import asyncio
import gc
import logging
from time import perf_counter
from typing import Any, NamedTuple

from query import piping
from query.answers import Answer, ByteStream, Headers
from query.errors import MethodNotAllowed, NoSuchRoute, Problem, UriTooLong
from query.logs import log_request
from query.negotiation import negotiate
from query.service import Key, Service
from query.settings import Settings

log = logging.getLogger(__name__)

URI_CHARACTERS_MAX = 8192
PREFLIGHT: Headers = [
    ("Allow", "GET, HEAD, OPTIONS"),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"),
    ("Access-Control-Allow-Headers", "Accept, If-None-Match"),
    ("Access-Control-Max-Age", "86400"),
]


class Request(NamedTuple):
    """What of a request counts: path decoded, query as sent, the rest as header fields have it."""

    method: str
    path: str
    query: str
    accept: str = ""
    accept_encoding: str = ""
    if_none_match: str | None = None
    request_id: str = ""
    trace_parent: str = ""


class Response(NamedTuple):
    """What goes out; `stream` takes the place of the body where there is one."""

    status: int
    headers: Headers
    body: bytes
    stream: ByteStream | None = None


class Application:
    """The service on an event loop, with the interface (RSGI) that granian serves fastest."""

    def __init__(self, settings: Settings) -> None:
        self.service = Service(settings)
        self._log_requests = settings.log_requests

    async def start(self) -> None:
        self.service.start()
        # What there is now stays. Looking through all that is kept would stop the loop for tens of
        # milliseconds, so only the young generations are searched for cycles.
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 20, 1_000_000)

    async def close(self) -> None:
        await self.service.close()

    async def respond(self, request: Request) -> Response:
        """The response to a request; problems are responses too, surprises a plain 500."""
        started = perf_counter()
        key = Key(request.path, request.query, negotiate(request.accept, request.accept_encoding))
        kept = self.service.kept(key, request.if_none_match) if request.method in ("GET", "HEAD") else None
        answer = kept or await self._answer(request, key)
        response = await self._response(request, answer, kept is not None)
        result = "hit" if kept is not None else "miss" if answer.timing else "none"
        seconds = perf_counter() - started
        self.service.metrics.observe(answer.route, response.status, result, seconds)
        if self._log_requests == "all" or (self._log_requests == "problems" and response.status >= 500):
            log_request(request, response.status, answer.route, result, seconds)
        return response

    async def _answer(self, request: Request, key: Key) -> Answer:
        try:
            _examine(request)
            if request.method == "OPTIONS":
                return Answer(204, b"", headers=PREFLIGHT, route="preflight")
            return await self.service.answer(key, request.if_none_match)
        except Problem as problem:
            return Answer.of_problem(problem, self.service.operation(request.path))
        except Exception:  # the last line of defence: the caller gets no detail, the log gets all
            log.exception("a request failed")
            return Answer.of_problem(Problem("Something went wrong here; the request was not at fault."))

    async def _response(self, request: Request, answer: Answer, was_kept: bool) -> Response:
        """As it goes out: 304 where the caller has it, marked where it may be behind the database."""
        etag = answer.etag
        if etag is not None and request.if_none_match is not None and _matches(request.if_none_match, etag):
            status, headers, body = 304, answer.headers_of_304(), b""
        elif answer.status == 204:
            return Response(204, answer.headers, b"")
        else:
            headers = answer.headers_kept() if was_kept else answer.headers_of_body()
            status, body = answer.status, answer.body
        stream = answer.stream
        if stream is not None and (status == 304 or request.method == "HEAD"):
            await stream.aclose()
            stream = None
        if self.service.is_marked(answer):
            self.service.metrics.stale_answers += 1
            age = str(int(self.service.versions.age_seconds or 0))
            headers = [*headers, ("Age", age), ("Warning", '110 - "Response is Stale"')]
        return Response(status, headers, body, stream)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.run_until_complete(self.start())

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.run_until_complete(self.close())

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        field = scope.headers.get
        request = Request(
            scope.method,
            scope.path,
            scope.query_string,
            field("accept", ""),
            field("accept-encoding", ""),
            field("if-none-match"),
            field("x-request-id", ""),
            field("traceparent", ""),
        )
        response = await self.respond(request)
        if request.method == "HEAD":
            protocol.response_empty(response.status, response.headers)
        elif response.stream is None:
            protocol.response_bytes(response.status, response.headers, response.body)
        else:
            await piping.send(protocol, response.status, response.headers, response.stream, scope.client)


def _examine(request: Request) -> None:
    """Raise the Problem that a request is before anyone looks at what it asks for."""
    if len(request.path) + len(request.query) > URI_CHARACTERS_MAX:
        raise UriTooLong(f"Path and query may have {URI_CHARACTERS_MAX} characters.")
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        raise MethodNotAllowed("Read with GET or HEAD.")
    if "\ufffd" in request.path:
        raise NoSuchRoute("The path is not percent-encoded UTF-8.")


def _matches(if_none_match: str, etag: str) -> bool:
    if if_none_match == etag:
        return True
    given = (each.strip().removeprefix("W/") for each in if_none_match.split(","))
    return any(each in (etag, "*") for each in given)


def create() -> Application:
    """The process's application, from the environment."""
    return Application(Settings.from_environment())
