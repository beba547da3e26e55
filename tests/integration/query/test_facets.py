"""GET /facets: counts by genre, year and cast, for all movies and for every filter."""

from collections import Counter

import pytest

from tests.support.sample import MOVIES


def oracle(movies: list[dict]) -> dict:
    def counts(field: str) -> Counter:
        return Counter(name for movie in movies for name in movie[field])

    def most(counter: Counter) -> list[dict]:
        ranked = sorted(counter.items(), key=lambda each: (-each[1], each[0].lower()))
        return [{"value": value, "count": count} for value, count in ranked]

    years = sorted(Counter(movie["year"] for movie in movies).items())
    return {
        "movies": len(movies),
        "exact": True,
        "genres": most(counts("genres")),
        "years": [{"value": year, "count": count} for year, count in years],
        "cast": most(counts("cast"))[:20],
    }


@pytest.mark.parametrize(
    ("path", "matches"),
    [
        ("/facets", bool),
        ("/facets?year=2015", lambda movie: movie["year"] == 2015),
        ("/facets?year_from=1980", lambda movie: movie["year"] >= 1980),
        ("/facets?genre=drama", lambda movie: "Drama" in movie["genres"]),
        ("/facets?genre=drama&genre=romance", lambda movie: {"Drama", "Romance"} <= set(movie["genres"])),
        ("/facets?cast=tom cruise", lambda movie: "Tom Cruise" in movie["cast"]),
        ("/facets?name=alien", lambda movie: movie["title"] == "Alien"),
        ("/facets?q=tom", lambda movie: any(name.startswith("Tom ") for name in movie["cast"])),
        ("/facets?genre=nothing", lambda movie: not movie),
    ],
)
def test_counts_agree_with_the_file(query, path, matches):
    assert query(path).json() == oracle([movie for movie in MOVIES if matches(movie)])


def test_a_filter_that_is_none_is_refused(query):
    assert query("/facets?sort=year").status_code == 400
