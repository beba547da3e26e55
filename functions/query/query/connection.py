"""One caller's connection: HTTP/1.1 requests in, answers out in the same order.

llhttp (httptools) reads; everything else is here, because a kept answer is then
out after some 15 µs, and a stream goes no faster than the caller takes it. No
caller can make this wait or hold more than the limits below: `deadline` is when
the server cuts the connection if nothing has happened by then.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import aclosing
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_to_bytes

import httptools

from query.answers import Answer, ByteStream, encode_head
from query.application import Request, Response
from query.errors import BadRequest, ContentTooLarge, HeadTooLarge, Problem

if TYPE_CHECKING:
    from query.server import Server

REQUEST_SECONDS_MAX = 10  # from its first byte to its last
IDLE_SECONDS_MAX = 90  # longer than a proxy keeps a connection that it does not use
TAKE_SECONDS_MAX = 10  # the caller takes nothing of what waits for it
LINGER_SECONDS_MAX = 2  # a refused caller may still be sending: it has to hear why
REQUEST_BYTES_MAX = 32 * 1024
FIELDS_MAX = 100
PIPELINED_MAX = 32
# Answers are small pieces of memory that exist anyway: let them go out in one piece.
BUFFER_BYTES_MAX = 256 * 1024

CLOSE = b"connection: close\r\n"
CHUNKED = b"transfer-encoding: chunked\r\n"
# The fields that count, by the name that Request has for them.
WANTED = {
    b"accept": "accept",
    b"accept-encoding": "accept_encoding",
    b"if-none-match": "if_none_match",
    b"x-request-id": "request_id",
    b"traceparent": "trace_parent",
}


class Asked(NamedTuple):
    """A request, and how its answer goes out."""

    request: Request
    keep_alive: bool
    chunks: bool  # the caller knows HTTP/1.1


class Connection(asyncio.Protocol):
    """Made by the server for each connection that it accepts."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._application = server.application
        self._loop = server.loop
        self._queue: deque[Asked] = deque()
        self._task: asyncio.Task[None] | None = None
        self._resumed: asyncio.Future[None] | None = None  # set while the caller takes nothing
        self._refused = False
        self._has_ended = False  # the caller sends no more, and may still wait for an answer
        self._begin()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._transport.set_write_buffer_limits(BUFFER_BYTES_MAX)
        self._parser = httptools.HttpRequestParser(self)
        self.deadline: float | None = self._loop.time() + REQUEST_SECONDS_MAX
        self._server.connections.add(self)

    def connection_lost(self, _error: Exception | None) -> None:
        self._server.connections.discard(self)
        del self._parser  # each holds the other: garbage that only a collector finds
        self._queue.clear()
        if self._resumed is not None and not self._resumed.done():
            self._resumed.set_result(None)

    def eof_received(self) -> bool:
        self._has_ended = True
        return self._task is not None

    # Reading

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        if not self._size and self._task is None:
            self.deadline = self._loop.time() + REQUEST_SECONDS_MAX
        self._size += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            # Nothing is upgraded to: the request has its answer, and what follows is HTTP/1.1 again.
            self._parser = httptools.HttpRequestParser(self)
            self.data_received(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self._refuse(BadRequest("This is not an HTTP/1.1 request."))
        self._refuse_large()

    def _refuse_large(self) -> None:
        if self._size > REQUEST_BYTES_MAX:
            large = ContentTooLarge if self._body_has_begun else HeadTooLarge
            self._refuse(large(f"A request may have {REQUEST_BYTES_MAX} bytes in all."))

    def _begin(self) -> None:
        self._size = 0
        self._url = b""
        self._given: dict[str, str] = {}
        self._count = 0
        self._has_host = False
        self._body_has_begun = False

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count += 1
        lowered = name.lower()
        field = WANTED.get(lowered)
        if field is not None:
            text = value.decode("latin-1")
            before = self._given.get(field)
            self._given[field] = text if before is None else f"{before}, {text}"
        elif lowered == b"host":
            self._has_host = True
        elif lowered == b"expect":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, _body: bytes) -> None:
        self._body_has_begun = True

    def on_message_complete(self) -> None:
        version = self._parser.get_http_version()
        if self._count > FIELDS_MAX:
            self._refuse(HeadTooLarge(f"A request may have {FIELDS_MAX} header fields."))
        elif version == "1.1" and not self._has_host:
            self._refuse(BadRequest("A request names its host.", parameter="Host", allowed="one Host field"))
        self._refuse_large()
        if self._refused:
            return
        path, query = _target(self._url)
        request = Request(self._parser.get_method().decode("latin-1"), path, query, **self._given)
        keep_alive = version == "1.1" and self._parser.should_keep_alive()
        self._begin()
        self._take(Asked(request, keep_alive, version == "1.1"))

    # Answering

    def _take(self, asked: Asked) -> None:
        if self._task is not None or self._resumed is not None or self._queue:
            self._queue.append(asked)
            self._transport.pause_reading()
            if len(self._queue) > PIPELINED_MAX:
                self._transport.abort()
            return
        self._serve(asked)

    def _serve(self, asked: Asked) -> None:
        response = self._application.at_once(asked.request)
        if response is not None:
            self._write(asked, response)
        else:
            self.deadline = None  # the service has its own
            self._task = self._loop.create_task(self._respond(asked))

    async def _respond(self, asked: Asked) -> None:
        try:
            response = await self._application.answer(asked.request)
            if response.stream is None:
                self._write(asked, response)
            else:
                await self._write_stream(asked, response, response.stream)
        except BaseException:
            self._transport.abort()  # what is broken off must not look whole
            raise
        finally:
            self._task = None
        self._go_on()

    def _go_on(self) -> None:
        while self._queue and self._task is None and self._resumed is None:
            self._serve(self._queue.popleft())
        if not self._queue and not self._transport.is_closing():
            self._transport.resume_reading()

    def _write(self, asked: Asked, response: Response) -> None:
        transport = self._transport
        if transport.is_closing():
            return
        keep_alive = asked.keep_alive and self._goes_on
        head = response.head or encode_head(response.status, response.headers)
        body = b"" if asked.request.method == "HEAD" else response.body
        if keep_alive:
            transport.writelines((head, self._server.date, body))
            if self._resumed is None:
                self.deadline = self._loop.time() + IDLE_SECONDS_MAX
        else:
            transport.writelines((head, CLOSE, self._server.date, body))
            self._close()

    async def _write_stream(self, asked: Asked, response: Response, stream: ByteStream) -> None:
        transport, keep_alive = self._transport, asked.keep_alive and self._goes_on
        async with aclosing(stream):
            head = encode_head(response.status, response.headers)
            framing = (CHUNKED if asked.chunks else b"", b"" if keep_alive else CLOSE)
            transport.writelines((head, *framing, self._server.date))
            async for chunk in stream:
                if transport.is_closing():
                    return
                transport.write(b"%x\r\n%b\r\n" % (len(chunk), chunk) if asked.chunks else chunk)
                if self._resumed is not None:
                    await self._resumed
        if not transport.is_closing():
            transport.write(b"0\r\n\r\n" if asked.chunks else b"")
            self.deadline = self._loop.time() + IDLE_SECONDS_MAX
            if not keep_alive:
                self._close()

    @property
    def _goes_on(self) -> bool:
        return not (self._server.draining or self._has_ended)

    def _refuse(self, problem: Problem) -> None:
        """Tell what is wrong with a request that cannot be read on, and end the connection."""
        if self._refused or self._transport.is_closing():
            return
        self._refused = True
        answer = Answer.of_problem(problem)
        head = encode_head(answer.status, answer.headers_of_body())
        self._transport.writelines((head, CLOSE, self._server.date, answer.body))
        self._transport.write_eof()
        self.deadline = self._loop.time() + LINGER_SECONDS_MAX
        self._application.service.metrics.observe("", answer.status, "none", 0.0)

    def _close(self) -> None:
        self._transport.close()
        self.deadline = self._loop.time() + TAKE_SECONDS_MAX

    # What the transport and the server say

    def pause_writing(self) -> None:
        self._resumed = self._loop.create_future()
        self.deadline = self._loop.time() + TAKE_SECONDS_MAX

    def resume_writing(self) -> None:
        resumed, self._resumed = self._resumed, None
        self.deadline = None if self._task is not None else self._loop.time() + IDLE_SECONDS_MAX
        if resumed is not None and not resumed.done():
            resumed.set_result(None)
        if self._task is None:
            self._go_on()

    @property
    def is_idle(self) -> bool:
        """Nothing is under way, and nothing has come of a next request."""
        return self._task is None and not self._size and not self._queue and self._resumed is None

    def cut(self) -> None:
        """End it now, whatever is under way."""
        self._transport.abort()


@lru_cache(maxsize=1024)
def _target(url: bytes) -> tuple[str, str]:
    """Path, percent-decoded, and query string of a request's target; U+FFFD stands for what is not UTF-8."""
    if not url.startswith(b"/") and b"://" in url:
        url = b"/" + url.partition(b"://")[2].partition(b"/")[2]  # the absolute form, as for a proxy
    path, _, query = url.partition(b"?")
    if b"%" in path:
        path = unquote_to_bytes(path)
    # What is not UTF-8 in the query is refused where it is parsed, which names the parameter.
    return path.decode("utf-8", "replace"), query.decode("utf-8", "surrogateescape")
