"""Every route and combination of filters and orders, as paths to ask for: the same ones at every size."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from tests.bench.data import Stack

REQUESTS = 200
Values = dict[str, Sequence[object]]
SORTS = ("title", "year", "-year")

_PEOPLE = """
SELECT key FROM people JOIN person_counts ON person_id = id
WHERE movies BETWEEN 5 AND 100 AND key !~ '[0-9]' ORDER BY md5(key) LIMIT 300"""
_PAIRS = """
SELECT DISTINCT ON (md5(one.key)) one.key, other.key
FROM person_counts JOIN people AS one ON one.id = person_id
JOIN movies ON person_ids @> ARRAY[one.id] JOIN people AS other ON other.id = ANY (person_ids) AND other.id <> one.id
WHERE person_counts.movies BETWEEN 20 AND 100 AND one.key !~ '[0-9]' AND other.key !~ '[0-9]'
ORDER BY md5(one.key), other.key LIMIT 100"""
_TITLES = (
    "SELECT title_key FROM movies WHERE title_key ~ '^[a-z]{3,} [a-z]{3,}$' ORDER BY md5(title_key) LIMIT 300"
)


def values(stack: Stack) -> Values:
    """What there is to ask for, from the smallest database: copies of it have the same and more."""
    return {
        "year": [
            row[0] for row in stack.rows("SELECT year FROM year_counts WHERE movies > 20 ORDER BY year")
        ],
        "genre": [row[0] for row in stack.rows("SELECT key FROM genres ORDER BY key")],
        "person": [row[0] for row in stack.rows(_PEOPLE)],
        "pair": stack.rows(_PAIRS),
        "title": [row[0] for row in stack.rows(_TITLES)],
    }


def _filters(known: Values, chance: random.Random) -> dict[str, dict[str, object]]:
    """One example of each combination of filters."""
    year, genre, person = (chance.choice(known[name]) for name in ("year", "genre", "person"))
    first = chance.randrange(1910, 1990)
    near: dict[str, object] = {"year_from": first, "year_to": first + 9}
    far: dict[str, object] = {"year_from": first, "year_to": first + chance.randrange(20, 60)}
    return {
        "no filter": {},
        "year": {"year": year},
        "10 years": near,
        "20 to 60 years": far,
        "name": {"name": chance.choice(known["title"])},
        "genre": {"genre": genre},
        "genre, year": {"genre": genre, "year": year},
        "genre, 10 years": {"genre": genre, **near},
        "genre, 20 to 60 years": {"genre": genre, **far},
        "2 genres": {"genre": chance.sample(list(known["genre"]), 2)},
        "2 genres, year": {"genre": chance.sample(list(known["genre"]), 2), "year": year},
        "2 genres, 20 to 60 years": {"genre": chance.sample(list(known["genre"]), 2), **far},
        "cast": {"cast": person},
        "2 in the cast": {"cast": chance.choice(known["pair"])},
        "cast, genre": {"cast": person, "genre": genre},
        "cast, 20 to 60 years": {"cast": person, **far},
        "search, a title": {"q": chance.choice(known["title"])},
        "search, a person": {"q": person},
        "search, a letter wrong": {"q": _mistyped(str(chance.choice(known["title"])), chance)},
        "search, a word": {"q": str(chance.choice(known["title"])).split()[-1]},
        "search, genre, year": {
            "q": str(chance.choice(known["title"])).split()[-1],
            "genre": genre,
            "year": year,
        },
    }


def _mistyped(text: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(text))
    return text[:place] + chance.choice("aeiou") + text[place + 1 :]


def paths(known: Values) -> dict[str, list[str]]:
    """REQUESTS paths for each combination, by its name."""
    chance = random.Random(2015)  # noqa: S311 - the same at each run
    made: dict[str, list[str]] = {}

    def add(name: str, route: str, parameters: dict[str, object]) -> None:
        made.setdefault(name, []).append(route + "?" + urlencode(parameters, doseq=True))

    for _ in range(REQUESTS):
        for name, filters in _filters(known, chance).items():
            for sort in ("relevance", "title") if "q" in filters else SORTS:
                add(f"/movies: {name}; by {sort}", "/movies", {**filters, "sort": sort, "limit": 20})
            add(f"/movies: {name}; counted", "/movies", {**filters, "count": "true", "limit": 1})
            add(f"/facets: {name}", "/facets", filters)
        title, person = str(chance.choice(known["title"])), str(chance.choice(known["person"]))
        add("/suggest: two letters", "/suggest", {"q": title[:2]})
        add("/suggest: a name begun", "/suggest", {"q": person[: chance.randrange(3, len(person))]})
        add("/suggest: a last name", "/suggest", {"q": person.rsplit(maxsplit=1)[-1]})
        add("/suggest: a letter wrong", "/suggest", {"q": _mistyped(title, chance)})
    return made


Ask = Callable[[str], float]
