"""Everything that can go wrong, and the one body it is told with (RFC 9457).

Problem
├── BadRequest           400  a parameter, named, with what is allowed
├── NoSuchRoute          404
├── NoMovies             404  the four routes that promise at least one movie
├── NoSuchMovie          404
├── MethodNotAllowed     405
├── NotAcceptable        406  the Accept header leaves nothing that the route gives
├── ContentTooLarge      413
├── UriTooLong           414
├── HeadTooLarge         431
└── Unavailable          503  with Retry-After
    ├── DatabaseAway          no connection, or it broke
    ├── DatabaseSlow          the statement ran into its time limit
    ├── DatabaseBehind        a standby has not yet seen what the caller has seen
    └── Overloaded            every connection is taken and enough requests wait
"""

from __future__ import annotations

import json


class Problem(Exception):
    """Something the caller is told; never holds SQL, a path, a DSN or a trace."""

    status = 500
    title = "Internal error"

    def __init__(self, detail: str, **members: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = members

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Headers beyond the content type."""
        return []

    def body(self) -> bytes:
        """The application/problem+json document, in UTF-8."""
        document = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }
        return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


class BadRequest(Problem):
    """400: a parameter that cannot be used; members: parameter, value, allowed."""

    status = 400
    title = "Bad request"


class InvalidParameter(BadRequest):
    """A value outside what the contract allows for a parameter."""

    def __init__(self, parameter: str, value: str, allowed: str) -> None:
        shown = value if len(value) <= 100 else value[:100] + "…"
        super().__init__(
            f"The parameter '{parameter}' must be {allowed}.",
            parameter=parameter,
            value=shown,
            allowed=allowed,
        )


class NoSuchRoute(Problem):
    """404: nothing is served here."""

    status = 404
    title = "Not found"


class NoMovies(Problem):
    """404: no movie has what the path asks for."""

    status = 404
    title = "No movies found"


class NoSuchMovie(Problem):
    """404: no movie has this id."""

    status = 404
    title = "No such movie"


class MethodNotAllowed(Problem):
    """405: this service is read with GET, HEAD and OPTIONS."""

    status = 405
    title = "Method not allowed"

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [("Allow", "GET, HEAD, OPTIONS")]


class NotAcceptable(Problem):
    """406: the route gives none of the media types that the Accept header allows."""

    status = 406
    title = "Not acceptable"

    def __init__(self, offered: tuple[str, ...]) -> None:
        super().__init__(
            "The Accept header allows none of the media types that there are here.",
            parameter="Accept",
            allowed=", ".join(offered),
        )


class ContentTooLarge(Problem):
    """413: a request of this API has no body, and no more than a little is read to be thrown away."""

    status = 413
    title = "Content too large"


class HeadTooLarge(Problem):
    """431: more header fields than any request of this API needs."""

    status = 431
    title = "Request header fields too large"


class UriTooLong(Problem):
    """414: more path and query than any request of this API needs."""

    status = 414
    title = "URI too long"


class Unavailable(Problem):
    """503: not now; the same request may be answered a moment later."""

    status = 503
    title = "Service unavailable"

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [("Retry-After", "1")]


class DatabaseAway(Unavailable):
    """No connection to the database can be used now."""

    def __init__(self) -> None:
        super().__init__("The database cannot be reached and this answer is not in memory; try again.")


class DatabaseSlow(Unavailable):
    """The database did not answer within the time limit."""

    def __init__(self) -> None:
        super().__init__("The database did not answer in time; try again, or ask for less at once.")


class AskedTogether(DatabaseSlow):
    """Several were asked for in one go, in vain; each can still be asked for alone."""


class DatabaseBehind(Unavailable):
    """The standby that was asked is older than an answer the caller has."""

    def __init__(self) -> None:
        super().__init__("This copy of the data is behind what you have seen already; try again.")


class Overloaded(Unavailable):
    """More requests wait for the database than may wait."""

    def __init__(self) -> None:
        super().__init__("More requests are waiting than can be answered in time; try again.")
