"""What one page may examine at most: where a scan ends first, the page is short and the next one goes on from there."""

from contextlib import closing

import psycopg2
import pytest
from query import facets, statements, walks
from query.connecting import SESSION_OPTIONS, as_options
from query.cursors import Position
from query.filters import Filters

from tests.bench.data import load_files
from tests.support.random_movies import as_file, matching, movies

EXAMINED_MAX = 5


@pytest.fixture
def run(database, tmp_path, monkeypatch):
    """Runs a statement on random movies as the function does, with a low bound."""
    made = movies(7, 120)
    (tmp_path / "movies.json").write_text(as_file(made))
    load_files(database.owner, tmp_path)
    monkeypatch.setattr(walks, "SCAN_ENTRIES_MAX", EXAMINED_MAX)
    statements._page.cache_clear()
    facets._of.cache_clear()
    options = as_options(SESSION_OPTIONS)
    with (
        closing(psycopg2.connect(database.query, options=options)) as connection,
        connection.cursor() as cursor,
    ):

        def execute(statement, parameters):
            cursor.execute(f"PREPARE {statement.name} ({', '.join(statement.types)}) AS {statement.text}")
            cursor.execute(f"EXECUTE {statement.name} ({', '.join(['%s'] * len(parameters))})", parameters)
            rows = cursor.fetchall()
            cursor.execute(f"DEALLOCATE {statement.name}")
            return rows

        yield made, execute
    statements._page.cache_clear()
    facets._of.cache_clear()


@pytest.mark.parametrize("sort", ["title", "year", "-year"])
@pytest.mark.parametrize("years", [None, (1950, 1996), (1870, 2100), (1994, 1994)])
def test_short_pages_lead_to_all_that_matches(run, sort, years):
    made, execute = run
    filters = Filters(genre=("drama", "comedy"), sort=sort, years=years)
    found, sizes, after, more = [], [], None, True
    while more:
        head, *rows = execute(*statements.page(filters, after, 3))
        page = rows[:3]
        found += [movie_id for *_, movie_id, _ in page]
        sizes.append(len(page))
        title_key, year, movie_id, _ = (page[-1] if len(rows) > 3 else head)[3:]
        more = title_key is not None
        after = Position(title_key, year, movie_id) if more else None
    first, last = years or (0, 9999)
    assert found == matching(made, sort, genre=["Drama", "Comedy"], year_from=first, year_to=last)
    assert min(sizes[:-1], default=0) < 3


def test_a_count_or_a_facet_that_ends_says_so(run):
    _, execute = run
    filters = Filters(genre=("drama", "comedy"))
    (_, _, _, exact), *_ = execute(*facets.of(filters))
    assert exact is False
