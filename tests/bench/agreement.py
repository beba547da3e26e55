"""Whether the servers give the same movies: a wrong answer has no speed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.bench import http
from tests.bench.running import Running
from tests.bench.workloads import Workload

SAMPLE = 12


class WrongAnswer(Exception):
    """A server gave other movies than the reference."""


def examine(running: Sequence[Running], workloads: Sequence[Workload]) -> None:
    """Note in each server what it can do; raises WrongAnswer. The first server that can is the reference."""
    for workload in workloads:
        expected: list[Any] | None = None
        for each in running:
            answers = _answers(each, workload)
            if answers is None:
                continue
            if expected is None:
                expected = answers
            _compare(each, workload, expected, answers)
            each.answers[workload.name] = [each.server.path(request) for request in workload.requests]


def _answers(each: Running, workload: Workload) -> list[Any] | None:
    """What a server says to the first requests; None, with the reason noted, where it cannot do the workload."""
    kinds = {request.kind for request in workload.requests[:SAMPLE]}
    if not kinds <= each.server.kinds or (each.server.name == "nginx" and not workload.fixed):
        each.skipped[workload.name] = "not its kind"
        return None
    found = []
    for request in workload.requests[:SAMPLE]:
        answer = http.get(each.port, each.server.path(request))
        if answer.status != 200:
            each.skipped[workload.name] = f"answers {answer.status}"
            return None
        if workload.conditional:
            each.etag = answer.headers.get("etag")
            again = each.etag and http.get(each.port, each.server.path(request), {"If-None-Match": each.etag})
            if not again or again.status != 304:
                each.skipped[workload.name] = "no ETag"
                return None
        found.append(json.loads(answer.body))
    return found


def _compare(each: Running, workload: Workload, expected: list[Any], given: list[Any]) -> None:
    for request, one, other in zip(workload.requests, expected, given, strict=False):
        if request.kind == "search":
            # Ranking is a matter of taste; that the movie is found is not.
            same = any(movie["title"] == request["q"] for movie in _movies(other))
        elif request.kind == "facets":
            same = _pairs(one) == _pairs(other)
        else:
            left, right = _movies(one), _movies(other)
            same = _titles(left) == _titles(right) and _ids(left, right) and bool(left)
        if not same:
            raise WrongAnswer(
                f"{each.server.title} gives other movies for {request.path}: {str(other)[:300]}"
            )


def _movies(answer: Any) -> list[Any]:
    return answer if isinstance(answer, list) else [answer]


def _titles(movies: list[Any]) -> Counter[tuple[str, int]]:
    return Counter((movie["title"], movie["year"]) for movie in movies)


def _ids(left: list[Any], right: list[Any]) -> bool:
    """The same ids, in any order, where both have them."""
    sides = [sorted(str(movie["id"]) for movie in side if "id" in movie) for side in (left, right)]
    return not all(sides) or sides[0] == sides[1]


def _pairs(answer: Any) -> set[tuple[str, int]]:
    """Genres and their counts, in whatever shape an answer has them."""
    if isinstance(answer, list):
        return {(str(row["value"]), row["count"]) for row in answer if row.get("kind") == "genres"}
    genres = answer.get("genres", answer.get("genre", ()))
    if isinstance(genres, dict):
        return set(genres.items())
    found = set()
    for row in genres:
        names = [value for value in row.values() if isinstance(value, str)]
        counts = [value for value in row.values() if isinstance(value, int)]
        found.add((names[0], counts[0]))
    return found
