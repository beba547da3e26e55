"""The WSGI application: ready bytes first, then the reads, then the framework for the rest."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from query.answers import REASONS, Answer
from query.errors import NoSuchRoute, Problem
from query.service import Service

log = logging.getLogger(__name__)
Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class ReadPath:
    """Answers GET and HEAD itself; every other request goes to `framework`."""

    def __init__(
        self, service: Service, framework: Callable[[Environ, StartResponse], Iterable[bytes]]
    ) -> None:
        self._service = service
        self._framework = framework

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            return self._framework(environ, start_response)
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        answer = self._service.kept(path, query)
        if answer is None:
            try:
                answer = respond(self._service, path, query)
            except NoSuchRoute:
                return self._framework(environ, start_response)
        return self._send(answer, environ, start_response)

    def _send(self, answer: Answer, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        status, headers, body = wire(self._service, answer, environ.get("HTTP_IF_NONE_MATCH"))
        start_response(REASONS[status], headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def respond(service: Service, path: str, query: str) -> Answer:
    """The service's answer to a path as WSGI has it; problems become answers, surprises a plain 500."""
    try:
        try:
            return service.answer(path.encode("latin-1").decode("utf-8"), query)
        except UnicodeError:
            raise NoSuchRoute("The path is not percent-encoded UTF-8.") from None
    except NoSuchRoute:
        raise
    except Problem as problem:
        return Answer.of_problem(problem)
    except Exception:  # the last line of defence: the caller gets no detail, the log gets all
        log.exception("a request failed")
        return Answer.of_problem(Problem("Something went wrong here; the request was not at fault."))


def wire(
    service: Service, answer: Answer, if_none_match: str | None
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body as they go out: 304 where the caller has it, marked where it may be old."""
    if answer.etag is not None and if_none_match is not None and _matches(if_none_match, answer.etag):
        status, headers, body = 304, answer.not_modified_headers, b""
    else:
        status, headers, body = answer.status, answer.full_headers, answer.body
    if answer.version is not None and service.versions.is_stale:
        age = str(int(service.versions.age_seconds or 0))
        headers = [*headers, ("Age", age), ("Warning", '110 - "Response is Stale"')]
    return status, headers, body


def _matches(if_none_match: str, etag: str) -> bool:
    if if_none_match == etag:
        return True
    given = (each.strip().removeprefix("W/") for each in if_none_match.split(","))
    return any(each in (etag, "*") for each in given)
