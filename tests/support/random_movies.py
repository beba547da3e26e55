"""Random movies that collide on purpose, and what the API must answer about them, in a few lines."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from ingest.identity import movie_id

Movie = dict[str, Any]

TITLES = [
    "Heat", "HEAT", "The Heat", "Amélie", "Amelie", "Łódź", "Straße 7", "Strasse 7", "Æon Flux", "Pan\u2019s Labyrinth",
    "Pan's  Labyrinth", "日本", "Ночь", "¿Qué?", "Up", "9½ Weeks", "a", "A", "zz", "ÿ", "Ω", "$9.99", "Face/Off", "100% Wolf",
]  # fmt: skip
PEOPLE = [
    "Tom Hanks",
    "tom hanks",
    "Zoë Kravitz",
    "Zoe Kravitz",
    "O\u2019Neal",
    "O'Neal",
    "李連杰",
    "Meg Ryan",
    "Đặng",
]
GENRES = ["Drama", "Comedy", "Film-Noir", "Sci\u2013Fi", "drama"]
WORDS = ["island", "crime", "Été", "train"]
YEARS = [1870, 1950, 1993, 1994, 1995, 1996, 2010, 2100]


def movies(seed: int, number: int) -> list[Movie]:
    """So many different movies; the same ones for a seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    made: dict[str, Movie] = {}
    while len(made) < number:
        title = chance.choice(TITLES) + chance.choice(["", "", " II", f" {chance.randrange(20)}"])
        year, href = chance.choice(YEARS), chance.choice([None, "a", "b"])
        made[movie_id(title, year, href)] = {
            "title": title,
            "year": year,
            "cast": chance.sample(PEOPLE, chance.randrange(4)),
            "genres": chance.sample(GENRES, chance.randrange(4)),
            "extract": " ".join(chance.sample(WORDS, 2)),
            **({"href": href} if href else {}),
        }
    return [{"id": identity, **movie} for identity, movie in made.items()]


def as_file(movies: list[Movie]) -> str:
    """The file that one would upload: without ids, which ingest gives."""
    return json.dumps([{name: value for name, value in movie.items() if name != "id"} for movie in movies])


def fold(text: str) -> str:
    """What two spellings have in common, by Unicode's own rules."""
    bare = "".join(
        each for each in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(each)
    )
    for letters, plain in (("łøđ", "lod"), ("\u2018\u2019", "''"), ("\u2013\u2014", "--")):
        bare = bare.translate(str.maketrans(letters, plain))
    return re.sub(r"\s+", " ", bare.replace("ß", "ss").replace("æ", "ae").replace("œ", "oe")).strip()


def words(text: str) -> set[str]:
    return set(re.split(r"[\s!-/:-@\[-`{-~¿]+", fold(text).replace("'", ""))) - {""}


ORDERS: Mapping[str, Callable[[Movie], tuple[Any, ...]]] = {
    "title": lambda movie: (fold(movie["title"]), movie["year"], movie["id"]),
    "year": lambda movie: (movie["year"], fold(movie["title"]), movie["id"]),
    "-year": lambda movie: (-movie["year"], fold(movie["title"]), movie["id"]),
}


def matching(movies: list[Movie], sort: str = "title", **filters: Any) -> list[str]:
    """The ids that the API must give, in order: the oracle."""

    def matches(movie: Movie) -> bool:
        names = {kind: {fold(name) for name in movie[kind]} for kind in ("cast", "genres")}
        return (
            filters.get("year", movie["year"]) == movie["year"]
            and filters.get("year_from", 0) <= movie["year"] <= filters.get("year_to", 9999)
            and fold(str(filters.get("name", movie["title"]))) == fold(movie["title"])
            and {fold(name) for name in filters.get("cast", ())} <= names["cast"]
            and {fold(name) for name in filters.get("genre", ())} <= names["genres"]
        )

    return [movie["id"] for movie in sorted(filter(matches, movies), key=ORDERS[sort])]
