"""What the server calls: one request in, one answer out, its time measured.

request ─▶ kept answer ─────────────────────────▶ bytes
     │
     └───▶ Service ─▶ Database ─▶ bytes or stream
"""

from __future__ import annotations

import logging
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from query.answers import EVERY_ANSWER, Answer, ByteStream, Headers, encode_head
from query.cache import Key
from query.errors import MethodNotAllowed, NoSuchRoute, Overloaded, Problem, UriTooLong
from query.logs import log_request
from query.negotiation import negotiate
from query.service import Service
from query.settings import Settings

if TYPE_CHECKING:
    from query.tracing import Tracer

log = logging.getLogger(__name__)

URI_CHARACTERS_MAX = 8192
PREFLIGHT: Headers = [
    ("Allow", "GET, HEAD, OPTIONS"),
    *EVERY_ANSWER,
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
    """What goes out; `stream` takes the place of the body, `head` is the headers as bytes where they are ready."""

    status: int
    headers: Headers
    body: bytes
    stream: ByteStream | None = None
    head: bytes | None = None


def _ready(problem: Problem) -> Response:
    answer = Answer.of_problem(problem)
    headers = answer.headers_of_body()
    return Response(answer.status, headers, answer.body, head=encode_head(answer.status, headers))


TURNED_AWAY = _ready(Overloaded())


class Application:
    """The service on an event loop, apart from any server."""

    def __init__(self, settings: Settings) -> None:
        self.service = Service(settings)
        self._log_requests = settings.log_requests
        self._tracer = _tracer(settings)
        self._coming = 0  # let in, and `answer` has not begun

    async def start(self) -> None:
        self.service.start()

    async def close(self) -> None:
        await self.service.close()
        if self._tracer is not None:
            self._tracer.close()

    async def respond(self, request: Request) -> Response:
        """The response to a request, whatever it takes."""
        return self.at_once(request) or await self.answer(request)

    def at_once(self, request: Request) -> Response | None:
        """The response that needs no waiting: out of memory, or to who is turned away.

        None to who is let in, for whom `answer` has to follow. The event loop reads a hundred
        requests before the first of them joins the line: so they count from here on.
        """
        if request.method in ("GET", "HEAD"):
            started = perf_counter()
            key, service = _key(request), self.service
            answer = service.kept(key, request.if_none_match)
            if answer is None:
                operation = service.turned_away(key, self._coming)
                if operation:
                    # Counted and not logged: too many requests are not made fewer by a line for each.
                    service.metrics.observe(operation, TURNED_AWAY.status, "none", perf_counter() - started)
                    return TURNED_AWAY
            elif service.is_current(answer):
                service.cache.use(key, answer)
                response = self._response(request, answer, answer.headers_kept, answer.head_kept)
                self._tell(request, answer, response.status, "hit", perf_counter() - started)
                return response
        self._coming += 1
        return None

    async def answer(self, request: Request) -> Response:
        """The response to who was let in; problems are responses too, surprises a plain 500."""
        self._coming -= 1
        started = perf_counter()
        answer = await self._answer(request)
        response = self._response(request, answer, answer.headers_of_body())
        if answer.stream is not None and response.stream is None:
            await answer.stream.aclose()
        result = "miss" if answer.timing else "none"
        self._tell(request, answer, response.status, result, perf_counter() - started)
        return response

    def _tell(self, request: Request, answer: Answer, status: int, cache: str, seconds: float) -> None:
        """Count, and log where that is wanted."""
        self.service.metrics.observe(answer.route, status, cache, seconds)
        if self._log_requests == "all" or (self._log_requests == "problems" and status >= 500):
            log_request(request, status, answer.route, cache, seconds)
        if self._tracer is not None:
            self._tracer.answered(request.trace_parent, answer, status, cache, seconds)

    async def _answer(self, request: Request) -> Answer:
        try:
            _examine(request)
            if request.method == "OPTIONS":
                return Answer(204, b"", headers=PREFLIGHT, route="preflight")
            return await self.service.answer(_key(request), request.if_none_match)
        except Problem as problem:
            return Answer.of_problem(problem, self.service.operation(request.path))
        except Exception:  # the last line of defence: the caller gets no detail, the log gets all
            log.exception("a request failed")
            return Answer.of_problem(Problem("Something went wrong here; the request was not at fault."))

    def _response(
        self, request: Request, answer: Answer, headers: Headers, head: bytes | None = None
    ) -> Response:
        """As it goes out: 304 where the caller has it, marked where it may be behind the database."""
        status, body, stream = answer.status, answer.body, answer.stream
        if answer.status == 204:
            return Response(204, answer.headers, b"")
        if answer.etag is not None and _matches(request.if_none_match, answer.etag):
            status, body, stream = 304, b"", None
            headers, head = answer.headers_of_304, answer.head_of_304
        if self.service.is_marked(answer):
            self.service.metrics.stale_answers += 1
            age = str(int(self.service.versions.age_seconds or 0))
            headers, head = [*headers, ("Age", age), ("Warning", '110 - "Response is Stale"')], None
        return Response(status, headers, body, None if request.method == "HEAD" else stream, head)


def _tracer(settings: Settings) -> Tracer | None:
    if not settings.traces_endpoint:
        return None
    from query.tracing import Tracer  # noqa: PLC0415 - not even imported when nobody wants it

    return Tracer(settings.traces_endpoint, settings.traces_share)


def _key(request: Request) -> Key:
    return Key(request.path, request.query, negotiate(request.accept, request.accept_encoding))


def _examine(request: Request) -> None:
    """Raise the Problem that a request is before anyone looks at what it asks for."""
    if len(request.path) + len(request.query) > URI_CHARACTERS_MAX:
        raise UriTooLong(f"Path and query may have {URI_CHARACTERS_MAX} characters.")
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        raise MethodNotAllowed("Read with GET or HEAD.")
    if "\ufffd" in request.path:
        raise NoSuchRoute("The path is not percent-encoded UTF-8.")


def _matches(if_none_match: str | None, etag: str) -> bool:
    if if_none_match is None or if_none_match == etag:
        return if_none_match is not None
    given = (each.strip().removeprefix("W/") for each in if_none_match.split(","))
    return any(each in (etag, "*") for each in given)


def create() -> Application:
    """The process's application, from the environment."""
    return Application(Settings.from_environment())
