"""GET /movies: orders, ranges of years, fields, counts; through all pages."""

import pytest

from tests.support.sample import MOVIES, pages

ORDERS = {
    "title": lambda movie: (movie["title"].lower(), movie["year"]),
    "year": lambda movie: (movie["year"], movie["title"].lower()),
    "-year": lambda movie: (-movie["year"], movie["title"].lower()),
}


def listed(query, path: str) -> list[tuple[str, int]]:
    return [(movie["title"], movie["year"]) for page in pages(query, path) for movie in page.json()]


@pytest.mark.parametrize("sort", ORDERS)
def test_every_order_is_kept_through_all_pages_and_ranges(query, sort):
    ascii_only = [movie for movie in MOVIES if movie["title"].isascii()]
    for first, last in ((1870, 2100), (1986, 1986), (1985, 1999), (1940, 2100), (1870, 1990), (1999, 1985)):
        found = listed(query, f"/movies?sort={sort}&year_from={first}&year_to={last}&limit=2")
        wanted = sorted((m for m in ascii_only if first <= m["year"] <= last), key=ORDERS[sort])
        assert [each for each in found if each[0].isascii()] == [(m["title"], m["year"]) for m in wanted]


def test_a_year_and_a_range_must_both_match(query):
    assert {year for _, year in listed(query, "/movies?year=1986&year_from=1980")} == {1986}
    assert listed(query, "/movies?year=1986&year_from=1990") == []


def test_several_genres_must_all_match_in_every_order(query):
    wanted = {movie["title"] for movie in MOVIES if {"Drama", "Romance"} <= set(movie["genres"])}
    assert wanted
    for sort in ORDERS:
        found = listed(query, f"/movies?genre=romance&genre=Drama&sort={sort}&limit=1")
        assert {title for title, _ in found} == wanted
        assert listed(query, f"/movies?genre=romance&genre=nothing&sort={sort}") == []


def test_a_cursor_belongs_to_its_order(query):
    link = query("/movies?sort=year&limit=2").links["next"]["url"]
    refused = query(link.replace("sort=year", "sort=title"))
    assert (refused.status_code, refused.json()["parameter"]) == (400, "cursor")


def test_fields_leave_out_what_was_not_asked_for(query):
    whole = query("/movies?limit=3").json()
    some = query("/movies?limit=3&fields=year,title")
    assert some.json() == [{"title": movie["title"], "year": movie["year"]} for movie in whole]
    assert "fields=year,title" in some.links["next"]["url"]


def test_count_tells_how_many_match_on_every_page(query):
    for page in pages(query, "/movies?genre=drama&count=true&limit=3"):
        total = sum("Drama" in movie["genres"] for movie in MOVIES)
        assert (page.headers["X-Total-Count"], page.headers["X-Total-Count-Relation"]) == (
            str(total),
            "exact",
        )
    assert query("/movies?count=true&limit=1").headers["X-Total-Count"] == str(len(MOVIES))
    assert query("/movies?genre=drama&genre=romance&count=true").headers["X-Total-Count"] != "0"
    assert "X-Total-Count" not in query("/movies").headers


def test_a_page_is_never_older_than_the_page_before(own_query):
    """A standby that is behind is no reason to go back in time."""
    database, query = own_query
    database.rows("UPDATE data_version SET version = version + 7")
    following = query("/movies?limit=2").links["next"]["url"]
    database.rows("UPDATE data_version SET version = version - 7")
    assert query(following).status_code == 503
    database.rows("UPDATE data_version SET version = version + 8")
    assert query(following).status_code == 200
