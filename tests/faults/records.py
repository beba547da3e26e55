"""The movies that a run uploads, and the questions that are asked about them: both follow from numbers alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID, uuid5

from ingest.identity import NAMESPACE

Movie = dict[str, Any]
GENRES = ("Comedy", "Drama", "Noir", "Western")
BASE_FILE, BASE_MOVIES, ARRIVAL_MOVIES = "base.json", 300, 2
NUMBER_MAX = 99_999
_ARRIVAL = "arrival-"


def _movie(title: str, year: int, number: int) -> Movie:
    name = json.dumps([title, year, None], separators=(",", ":"))
    return {
        "id": str(uuid5(UUID(bytes=NAMESPACE), name)),
        "title": title,
        "year": year,
        "cast": [f"Person {number % 17}", f"Person {20 + number % 13}"],
        "genres": [GENRES[number % len(GENRES)]],
    }


def base() -> list[Movie]:
    """What is there before any fault."""
    return [_movie(f"Film {number:03}", 1990 + number % 10, number) for number in range(BASE_MOVIES)]


def arrival(number: int) -> list[Movie]:
    """The movies of a file that arrives in the course of the run; the newest stand first in the order of titles."""
    numbers = range(number * ARRIVAL_MOVIES, (number + 1) * ARRIVAL_MOVIES)
    return [_movie(f"Arrival {NUMBER_MAX - each:05}", 1990, each) for each in numbers]


def key_of(number: int) -> str:
    """Of the file with the movies of arrival(number)."""
    return f"{_ARRIVAL}{number:05}.json"


def is_arrival(key: str) -> bool:
    """Whether it is one of key_of."""
    return key.startswith(_ARRIVAL)


def vanished_key(number: int) -> str:
    """Of a file that nobody can read any more."""
    return f"vanished-{number:05}.json"


def number_of(key: str) -> int:
    """Of a key of key_of."""
    return int(key.removeprefix(_ARRIVAL).removesuffix(".json"))


def file_of(movies: list[Movie]) -> bytes:
    """As an uploader writes it: ids are the service's own."""
    return json.dumps([{name: movie[name] for name in movie if name != "id"} for movie in movies]).encode()


KEPT = (
    *(f"/movies/year/{year}" for year in range(1990, 1996)),
    *(f"/movies/{movie['id']}" for movie in base()[:6]),
    "/movies?genre=drama&limit=20",
    "/movies?cast=person%201&limit=20",
    "/movies?genre=noir&cast=Person%202",
    "/movies/castmember/Person%203",
    "/movies/name/film%20007",
    "/movies?year_from=1992&year_to=1995&limit=30",
)


def fresh(number: int) -> str:
    """A question that no other number asks, so that no memory can hold its answer."""
    limit, years = 1 + number % 50, number // 50
    return f"/movies?year_from={1870 + years % 120}&year_to={2100 - years // 120 % 100}&limit={limit}"


def expected(path: str, movies: list[Movie]) -> object:
    """The document that a path must give, where these movies are all there are."""
    parts = urlsplit(path)
    segments, asked = parts.path.split("/")[2:], dict[str, Any](parse_qsl(parts.query))
    if len(segments) == 1:
        return next((movie for movie in movies if movie["id"] == segments[0]), None)
    if segments:
        asked[{"castmember": "cast"}.get(segments[0], segments[0])] = unquote(segments[1])
    found = [movie for movie in movies if _matches(movie, asked)]
    found.sort(key=lambda movie: (movie["title"].lower(), movie["year"], movie["id"]))
    return found[: int(asked.get("limit", 1000 if segments else 100))]


def _matches(movie: Movie, asked: Mapping[str, Any]) -> bool:
    return (
        int(asked.get("year", movie["year"])) == movie["year"]
        and int(asked.get("year_from", 0)) <= movie["year"] <= int(asked.get("year_to", 9999))
        and asked.get("name", movie["title"]).lower() == movie["title"].lower()
        and ("cast" not in asked or asked["cast"].lower() in map(str.lower, movie["cast"]))
        and ("genre" not in asked or asked["genre"].lower() in map(str.lower, movie["genres"]))
    )
