"""GET /suggest?q=: what completes or nearly matches."""

import pytest


@pytest.mark.parametrize(
    ("q", "kind", "value"),
    [
        ("tom c", "person", "Tom Cruise"),
        ("TOM C", "person", "Tom Cruise"),
        ("cru", "person", "Tom Cruise"),
        ("tom cruize", "person", "Tom Cruise"),
        ("maribel verdu", "person", "Maribel Verdú"),
        ("amel", "title", "Amélie"),
        ("labyr", "title", "Pan's Labyrinth"),
        ("casablnca", "title", "Casablanca"),
        ("horr", "genre", "Horror"),
        ("alien", "title", "Alien"),
    ],
)
def test_the_best_suggestion_comes_first(query, q, kind, value):
    assert query(f"/suggest?q={q}").json()[0] == {"kind": kind, "value": value}


def test_there_are_ten_at_most_and_none_twice(query):
    for q in ("a", "m", "t", "to", "s"):
        found = query(f"/suggest?q={q}").json()
        assert 0 < len(found) <= 10
        assert len({(each["kind"], each["value"]) for each in found}) == len(found)


def test_what_nothing_matches_suggests_nothing(query):
    assert query("/suggest?q=xyzzy").json() == []
    assert query("/suggest?q=!!!").json() == []


@pytest.mark.parametrize("path", ["/suggest", "/suggest?q=", "/suggest?q=%20", "/suggest?limit=3&q=a"])
def test_a_suggestion_needs_a_beginning(query, path):
    assert query(path).status_code == 400
