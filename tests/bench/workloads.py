"""What is asked: each workload is a list of requests, the same ones for every server."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from tests.bench.data import Stack

Kind = Literal["year", "listing", "cast", "name", "id", "search", "facets"]
PAGE_BYTES, YEAR_BYTES = 2048, 173_000
SEARCH_LIMIT = 20


@dataclass(frozen=True)
class Request:
    """One question, apart from how a server spells it."""

    kind: Kind
    values: tuple[tuple[str, str], ...]

    def __getitem__(self, name: str) -> str:
        return dict(self.values)[name]

    @property
    def path(self) -> str:
        """The path in this project's API, which most peers share."""
        of = {name: quote(value, safe="") for name, value in self.values}
        if self.kind == "id":
            return f"/movies/{of['id']}"
        if self.kind in ("listing", "search", "facets"):
            head = "/facets" if self.kind == "facets" else "/movies"
            return head + "?" + "&".join(f"{name}={value}" for name, value in of.items())
        segment = {"year": "year", "cast": "castmember", "name": "name"}[self.kind]
        return f"/movies/{segment}/{of[self.kind]}" + (f"?limit={of['limit']}" if "limit" in of else "")


def ask(kind: Kind, **values: object) -> Request:
    """A request with its values as text."""
    return Request(kind, tuple((name, str(value)) for name, value in values.items()))


@dataclass(frozen=True)
class Workload:
    """name: for BENCH_WORKLOADS. title: its column. One request is repeated, of several no two are alike."""

    name: str
    title: str
    requests: tuple[Request, ...]
    conditional: bool = False  # with the ETag of the answer before

    @property
    def fixed(self) -> bool:
        return len(self.requests) == 1


# A spelling that stands alone, so that it makes no difference how a server folds case and accents.
_ALONE = """
SELECT min(name) FROM (
    SELECT DISTINCT {name} AS name, fold({name}) AS key FROM {source}
) AS spellings
WHERE name !~ '[/%\\\\"]' GROUP BY key HAVING count(*) = 1"""
_ANSWER_BYTES = """
SELECT {key}, sum(octet_length(doc) + 1) + 1 AS bytes, count(*)
FROM {source} GROUP BY 1 ORDER BY abs(sum(octet_length(doc) + 1) + 1 - {wanted}), 1"""


def workloads(stack: Stack) -> list[Workload]:
    """All workloads on the data that there is; the same ones at each run."""
    casts = _column(stack, _ALONE.format(name="name", source='peer.films, unnest("cast") AS name'))
    names = _column(stack, _ALONE.format(name="title", source="peer.films"))
    ids = _column(stack, "SELECT id::text FROM movies")
    pairs = stack.rows(
        "SELECT DISTINCT year, genre FROM peer.films, unnest(genres) AS genre WHERE genre !~ '[/%]'"
    )
    mixed = [
        *(ask("cast", cast=cast) for cast in casts),
        *(ask("name", name=name) for name in names),
        *(ask("listing", year=year, genre=genre, limit=3) for year, genre in pairs),
    ]
    words = [
        name for name in names if 8 <= len(name) <= 40 and name.replace(" ", "").isalpha() and " " in name
    ]
    facets = [
        *(ask("facets", year=year, genre=genre) for year, genre in pairs),
        *(ask("facets", cast=cast) for cast in casts),
    ]
    return [
        Workload("cached", "2 KB, the same again", (ask("cast", cast=_page(stack, casts)),)),
        Workload("304", "304", (ask("cast", cast=_page(stack, casts)),), conditional=True),
        Workload("year", "a year (173 KB), the same again", (ask("year", year=_year(stack)),)),
        Workload("uncached", "page, never the same", _mixed(mixed)),
        Workload("years", "a year, never the same", _mixed(_whole_years(stack))),
        Workload("id", "one id", _mixed(ask("id", id=each) for each in ids)),
        Workload("cast", "one cast member", _mixed(ask("cast", cast=cast) for cast in casts)),
        Workload("search", "search", _mixed(ask("search", q=each, limit=SEARCH_LIMIT) for each in words)),
        Workload("facets", "facets", _mixed(facets)),
    ]


def _mixed(requests: Iterable[Request]) -> tuple[Request, ...]:
    found = sorted(requests, key=lambda request: request.path)
    random.Random(2015).shuffle(found)  # noqa: S311 - an order that is the same at each run
    return tuple(found)


def _column(stack: Stack, statement: str) -> list[str]:
    return sorted(str(row[0]) for row in stack.rows(statement))


def _page(stack: Stack, casts: list[str]) -> str:
    """The cast member whose movies make about 2 KB."""
    source = 'peer.films JOIN movies USING (id), unnest("cast") AS name'
    known = set(casts)
    rows = stack.rows(_ANSWER_BYTES.format(key="name", source=source, wanted=PAGE_BYTES))
    return next(str(name) for name, _, _ in rows if name in known and str(name).isascii())


def _years(stack: Stack) -> list[tuple[object, ...]]:
    return stack.rows(_ANSWER_BYTES.format(key="year", source="movies", wanted=YEAR_BYTES))


def _year(stack: Stack) -> object:
    years = _years(stack)
    return 2015 if any(year == 2015 for year, *_ in years) else years[0][0]


def _whole_years(stack: Stack) -> Iterator[Request]:
    """Years of about that size, each under many limits that it does not reach: the same work, never the same key."""
    for year, size, count in _years(stack):
        if 0.75 < float(str(size)) / YEAR_BYTES < 1.25:
            for limit in range(int(str(count)), 1001, 2):
                yield ask("year", year=year, limit=limit)
