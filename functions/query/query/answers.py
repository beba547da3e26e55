"""An answer as it goes out: status, headers, body; ready bytes, nothing left to encode."""

from __future__ import annotations

from dataclasses import dataclass, field

from query.errors import Problem

REASONS = {
    200: "200 OK",
    204: "204 No Content",
    304: "304 Not Modified",
    400: "400 Bad Request",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    406: "406 Not Acceptable",
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

    @classmethod
    def of_problem(cls, problem: Problem) -> Answer:
        return cls(
            problem.status,
            problem.body(),
            "application/problem+json",
            [*problem.headers, ("Cache-Control", "no-store")],
        )
