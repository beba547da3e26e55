"""What a caller gets, from a real process on a real database that ingest filled."""

import pytest
import requests

from tests.support.sample import MOVIES, pages


def titles(answer: requests.Response) -> set[str]:
    assert answer.status_code == 200, answer.text
    return {movie["title"] for movie in answer.json()}


def having(year: int | None = None, **names: str) -> set[str]:
    """The oracle: titles of the sample with that year and those names in its lists."""
    return {
        movie["title"]
        for movie in MOVIES
        if year in (None, movie["year"]) and all(name in movie[field] for field, name in names.items())
    }


def test_the_old_routes_and_the_filters_agree_with_the_file(query):
    assert titles(query("/movies/year/2015")) == having(year=2015) == titles(query("/movies?year=2015"))
    assert titles(query("/movies/castmember/tom%20CRUISE")) == having(cast="Tom Cruise")
    assert (
        titles(query("/movies/genre/drama")) == having(genres="Drama") == titles(query("/movies?genre=Drama"))
    )
    assert titles(query("/movies/name/amelie")) == {"Amélie"}
    assert titles(query("/movies/name/Face%2FOff")) == {"Face/Off"}
    assert titles(query("/movies?cast=tom+cruise&genre=legal")) == {"A Few Good Men"}
    assert titles(query("/movies?cast=tom+cruise&cast=jack+nicholson")) == {"A Few Good Men"}
    assert titles(query("/movies?cast=maribel+verdu")) == {"Pan's Labyrinth"}
    assert titles(query("/movies?year_from=1990&year_to=1999")) == {"A Few Good Men", "Face/Off"}
    assert titles(query("/movies?year_to=1980")) == {"High Noon", "Casablanca", "Alien"}
    assert titles(query("/movies?genre=drama&year_from=1985&year_to=1990")) == {"Top Gun"}


def test_pages_follow_one_another_without_a_repeat_or_a_gap(query):
    seen = [movie["title"] for page in pages(query, "/movies?limit=5") for movie in page.json()]
    assert len(seen) == len(MOVIES)
    assert set(seen) == having()


def test_a_movie_is_found_by_its_id(query):
    (movie,) = query("/movies/name/alien").json()
    assert query(f"/movies/{movie['id']}").json() == movie
    assert query("/movies/00000000-0000-5000-8000-000000000000").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/movies/year/1870", 404),
        ("/movies/castmember/nobody", 404),
        ("/movies/year/abc", 400),
        ("/movies?yer=2015", 400),
        ("/movies?cursor=AAAA", 400),
        ("/movies/alien", 400),
        ("/nothing", 404),
    ],
)
def test_every_problem_is_told_in_one_form(query, path, status):
    answer = query(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_an_answer_that_the_caller_has_is_not_sent_again(query):
    first = query("/movies?genre=horror")
    again = query("/movies?genre=horror", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_status_counts_what_is_there(query):
    status = query("/status").json()
    assert (status["movies"], status["files"], status["stale"]) == (len(MOVIES), 1, False)
