"""Facets of few movies are counted by the function, of many by PostgreSQL: nobody can tell which."""

import asyncio

import pytest
from query import counting
from query.counting import Counting
from query.filters import Filters

from tests.bench.data import load_files
from tests.support.databases import fresh
from tests.support.random_movies import PEOPLE, as_file, movies
from tests.support.sessions import pool

FILTERS = [
    Filters(years=(1870, 2100)),
    Filters(years=(1994, 1994)),
    Filters(genre=("drama",)),
    Filters(genre=("drama", "comedy")),
    *(Filters(cast=(name,)) for name in PEOPLE),
    Filters(cast=("nobody",)),
    Filters(cast=("李連杰", "Meg Ryan")),
    Filters(name="Heat"),
    Filters(name="日本"),
    Filters(q="heat"),
]


@pytest.fixture(scope="module")
def counted(postgres, tmp_path_factory):
    """What each way of counting says of every filter."""
    folder = tmp_path_factory.mktemp("random")
    (folder / "movies.json").write_text(as_file(movies(11, 150)))
    with fresh(postgres, "counting") as database:
        load_files(database.owner, folder)
        with pytest.MonkeyPatch.context() as patch:

            async def ask(few_max):
                patch.setattr(counting, "FEW_MAX", few_max)
                async with pool(database.query) as sessions:
                    count = Counting(sessions)
                    return [await count.of(filters) for filters in FILTERS]

            return [asyncio.run(ask(few_max)) for few_max in (1, 1000)]


@pytest.mark.parametrize("place", range(len(FILTERS)), ids=map(str, FILTERS))
def test_both_ways_count_and_spell_alike(counted, place):
    by_database, here = (each[place] for each in counted)
    assert by_database.body() == here.body()


def test_there_was_something_to_count(counted):
    _, here = counted
    assert [each.movies for each in here[:2]] == [150, pytest.approx(150 / 8, rel=1)]
    assert {name for each in here for name, _ in each.cast} >= {"Zoë Kravitz", "李連杰"}


def test_a_name_is_found_in_whatever_letters(counted):
    """Also in those that the function leaves to the database."""
    _, here = counted
    assert [filters for filters, each in zip(FILTERS, here, strict=True) if not each.movies] == [
        Filters(cast=("nobody",))
    ]
