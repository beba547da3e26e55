"""An answer as it goes out: status, headers, body; ready bytes, nothing left to encode."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Protocol

from query.errors import Problem

Headers = list[tuple[str, str]]
EVERY_ANSWER: Headers = [
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "ETag, Link, X-Total-Count, X-Total-Count-Relation, Server-Timing, Age, Warning, Retry-After",
    ),
    ("X-Content-Type-Options", "nosniff"),
]
_STATUS_LINES = {int(each): f"HTTP/1.1 {int(each)} {each.phrase}\r\n" for each in HTTPStatus}


class ByteStream(Protocol):
    """Chunks of a body; whoever has it closes it, at its end or before."""

    def __aiter__(self) -> ByteStream: ...

    async def __anext__(self) -> bytes: ...

    async def aclose(self) -> None: ...


@dataclass
class Answer:
    """One answer. version: the data version of its rows, None where it has none; etag: quoted, or None.

    stream: in place of `body`, for an answer that is not kept. route: the
    contract's operation, for metrics. timing: the Server-Timing field. read:
    when the database was asked and had answered (time.perf_counter). uses: how
    often it was sent from memory. goes_on: more matches than the body holds, and
    all of it was asked for: a stream has to take its place.
    """

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Headers = field(default_factory=list)
    version: str | None = None
    etag: str | None = None
    stream: ByteStream | None = None
    route: str = ""
    timing: str = ""
    read: tuple[float, float] = (0.0, 0.0)
    uses: int = 0
    goes_on: bool = False

    def vary(self, coding: str) -> None:
        """Say what the answer depends on, and the coding that its body is in: other bytes, another ETag."""
        self.headers.append(("Vary", "Accept, Accept-Encoding"))
        if coding:
            self.headers.append(("Content-Encoding", coding))
            self.etag = f'{self.etag[:-1]}-{coding}"' if self.etag else None

    # What is made once here is made when the answer is complete: an answer is sent many times.

    @cached_property
    def headers_of_304(self) -> Headers:
        """What goes out without the body."""
        return [*self.headers, *EVERY_ANSWER, *([("ETag", self.etag)] if self.etag else [])]

    @cached_property
    def head_of_304(self) -> bytes:
        """headers_of_304 as bytes."""
        return encode_head(304, self.headers_of_304)

    def headers_of_body(self) -> Headers:
        """What goes out with the body the first time."""
        made = [*self.headers_of_304, ("Content-Type", self.content_type)]
        if self.stream is None:
            made.append(("Content-Length", str(len(self.body))))
        if self.timing:
            made.append(("Server-Timing", self.timing))
        return made

    @cached_property
    def headers_kept(self) -> Headers:
        """What goes out with the body from memory."""
        self.timing = "cache;desc=hit"
        return self.headers_of_body()

    @cached_property
    def head_kept(self) -> bytes:
        """headers_kept as bytes."""
        return encode_head(self.status, self.headers_kept)

    @classmethod
    def of_problem(cls, problem: Problem, route: str = "") -> Answer:
        headers = [*problem.headers, ("Cache-Control", "no-store")]
        return cls(problem.status, problem.body(), "application/problem+json", headers, route=route)


def encode_head(status: int, headers: Headers) -> bytes:
    """The status line and the header fields; the empty line that ends them is left to the server."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
    return f"{_STATUS_LINES[status]}{lines}".encode("latin-1")
