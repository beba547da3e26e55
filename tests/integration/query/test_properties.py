"""Random movies, random filters: through all pages, in every order, the API equals the oracle.

PROPERTY_EXAMPLES says how many filters are tried on each set of movies (`make prove-properties`: 1000).
"""

from __future__ import annotations

import os
from urllib.parse import urlencode

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bench.data import load_files
from tests.support import databases, functions
from tests.support.random_movies import (
    GENRES,
    ORDERS,
    PEOPLE,
    TITLES,
    WORDS,
    YEARS,
    as_file,
    matching,
    movies,
    words,
)
from tests.support.sample import pages

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "40"))
MOVIES = 150
property_test = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES <= 40, suppress_health_check=list(HealthCheck)
)

years = st.sampled_from([*YEARS, 1900, 1992, 2000])
filters = st.fixed_dictionaries(
    {},
    optional={
        "year": years,
        "year_from": years,
        "year_to": years,
        "name": st.sampled_from([*TITLES, "heat ii", "nothing"]),
        "cast": st.lists(st.sampled_from([*PEOPLE, "nobody"]), max_size=3),
        "genre": st.lists(st.sampled_from([*GENRES, "nothing"]), max_size=3),
    },
)


@pytest.fixture(scope="module", params=[1, 2, 3])
def served(request, postgres, run_folder):
    """Random movies, and a function that asks the API about them."""
    folder = run_folder / f"properties-{request.param}"
    folder.mkdir()
    made = movies(request.param, MOVIES)
    (folder / "movies.json").write_text(as_file(made))
    with databases.fresh(postgres, f"properties_{request.param}") as database:
        load_files(database.owner, folder)
        started = functions.start_function("query", {"DATABASE_URL": database.query}, folder)
        session = requests.Session()
        try:
            yield made, lambda path: session.get(started.url + path, timeout=10)
        finally:
            session.close()
            started.stop()


def found(query, **parameters) -> list[str]:
    """The ids on all pages; fails where a page is longer than its limit."""
    ids: list[str] = []
    for page in pages(query, "/movies?" + urlencode(parameters, doseq=True)):
        ids += [movie["id"] for movie in page.json()]
        assert len(page.json()) <= parameters["limit"]
    return ids


@given(filters, st.sampled_from(list(ORDERS)), st.sampled_from([1, 2, 3, 7, 50, 1000]))
@property_test
def test_pages_equal_the_oracle_in_every_order(served, filters, sort, limit):
    made, query = served
    assert found(query, **filters, sort=sort, limit=limit) == matching(made, sort, **filters)


@given(filters)
@property_test
def test_counts_and_facets_equal_the_oracle(served, filters):
    made, query = served
    wanted = set(matching(made, **filters))
    answer = query("/movies?" + urlencode({**filters, "count": "true", "limit": 1}, doseq=True))
    assert answer.headers["X-Total-Count"] == str(len(wanted))
    facets = query("/facets?" + urlencode(filters, doseq=True)).json()
    assert (facets["movies"], facets["exact"]) == (len(wanted), True)
    by_year = {each["value"]: each["count"] for each in facets["years"]}
    in_years = [movie["year"] for movie in made if movie["id"] in wanted]
    assert by_year == {year: in_years.count(year) for year in set(in_years)}


@given(
    st.lists(st.sampled_from([*TITLES, *PEOPLE, *WORDS]), min_size=1, max_size=2).map(" ".join),
    filters,
    st.sampled_from(["relevance", *ORDERS]),
    st.sampled_from([1, 5, 50]),
)
@property_test
def test_a_search_finds_all_that_has_its_words_and_the_best_first(served, q, filters, sort, limit):
    made, query = served
    ids = found(query, q=q, sort=sort, limit=limit, **filters)
    assert len(ids) == len(set(ids))
    left = matching(made, **filters)
    assert set(ids) <= set(left)
    if not words(q):
        return
    terms = {movie["id"]: words(" ".join([movie["title"], *movie["cast"]])) for movie in made}
    extracts = {movie["id"]: words(movie["extract"]) for movie in made}
    named = {each for each in left if words(q) <= terms[each]}
    assert {each for each in left if words(q) <= terms[each] | extracts[each]} <= set(ids)
    if sort == "relevance":
        assert set(ids[: len(named)]) == named
    else:
        assert ids == [each for each in matching(made, sort) if each in set(ids)]
