"""An answer as it goes out: status, headers, body; ready bytes, nothing left to encode."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from query.errors import Problem

REASONS = {
    200: "200 OK",
    304: "304 Not Modified",
    400: "400 Bad Request",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
}


@dataclass
class Answer:
    """One answer. version: the data version of its rows, None where it has none; etag: quoted, or None."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: list[tuple[str, str]] = field(default_factory=list)
    version: str | None = None
    etag: str | None = None

    @cached_property
    def not_modified_headers(self) -> list[tuple[str, str]]:
        """What a 304 carries. Made once: a kept answer is sent many times."""
        every = [("Access-Control-Allow-Origin", "*"), ("X-Content-Type-Options", "nosniff")]
        return [*self.headers, *every, *([("ETag", self.etag)] if self.etag else [])]

    @cached_property
    def full_headers(self) -> list[tuple[str, str]]:
        """What goes out with the body; add to `headers` before this is first asked for."""
        of_body = [("Content-Type", self.content_type), ("Content-Length", str(len(self.body)))]
        return [*self.not_modified_headers, *of_body]

    @classmethod
    def of_problem(cls, problem: Problem) -> Answer:
        return cls(
            problem.status,
            problem.body(),
            "application/problem+json",
            [*problem.headers, ("Cache-Control", "no-store")],
        )
