"""Who waits for a session is answered together with others: the same rows, for less, and nobody pays for another."""

import asyncio
import random
from collections import defaultdict
from contextlib import asynccontextmanager, closing

import psycopg2
import pytest
from psycopg2.extensions import BYTES, register_type
from query import facets, statements
from query.connecting import SESSION_OPTIONS, as_options
from query.errors import DatabaseAway, DatabaseSlow
from query.filters import Filters
from query.session import (
    TOGETHER_MAX,
    TOGETHER_ROWS_MAX,
    TOGETHER_SECONDS_MAX,
    Statement,
    arrays,
    parted,
    together,
)

from tests.bench.data import load_files
from tests.support import databases
from tests.support.random_movies import GENRES, PEOPLE, TITLES, YEARS, as_file, movies
from tests.support.sessions import pool

HOLD = Statement("hold", "SELECT pg_sleep($1)::text", ("float8",))
# When a statement began says which of them were answered by the same one.
WHEN = Statement("when_", "SELECT statement_timestamp()::text, $1", ("int",), is_short=True)
NAP = Statement("nap", "SELECT pg_sleep($1)::text, $1", ("float8",), is_short=True)
WHEN_SLOW = Statement(
    "when_slow", "SELECT statement_timestamp()::text FROM pg_sleep($1)", ("float8",), is_short=True
)
INVERSE = Statement("inverse", "SELECT 1 / $1", ("int",), is_short=True)
SERIES = Statement("series", "SELECT each FROM generate_series(1, $1) AS each", ("int",), is_short=True)
SECONDS = 0.2


@asynccontextmanager
async def one_session(database, *known, **limits):
    """A pool of one session, which has run these already."""
    async with pool(database.query, waiters_max=64, **limits) as sessions:
        for statement, value in known:
            await sessions.run(statement, (value,))
        yield sessions


async def wait_for(sessions, *asked):
    """Tasks that wait for the session, which is busy for SECONDS."""
    busy = asyncio.create_task(sessions.run(HOLD, (SECONDS,)))
    await asyncio.sleep(SECONDS / 4)
    waiting = [asyncio.create_task(sessions.run(statement, (value,))) for statement, value in asked]
    await busy
    return waiting


def test_who_waits_for_the_same_statement_is_answered_by_one(database):
    async def scenario():
        async with one_session(database, (WHEN, 0)) as sessions:
            waiting = await wait_for(sessions, *((WHEN, number) for number in range(TOGETHER_MAX + 2)))
            found = await asyncio.gather(*waiting)
            assert [number for [(_, number)] in found] == list(range(TOGETHER_MAX + 2))
            begun = [when for [(when, _)] in found]
            assert len(set(begun[:TOGETHER_MAX])) == 1
            assert len({begun[0], *begun[TOGETHER_MAX:]}) == 2

    asyncio.run(scenario())


def test_no_more_are_taken_along_than_can_be_answered_in_time(database):
    two_in_time = TOGETHER_SECONDS_MAX / 2.5

    async def scenario():
        async with one_session(database, (WHEN_SLOW, two_in_time)) as sessions:
            waiting = await wait_for(sessions, *[(WHEN_SLOW, two_in_time)] * 4)
            begun = [when for [(when,)] in await asyncio.gather(*waiting)]
            assert len(set(begun)) >= 2

    asyncio.run(scenario())


def test_another_statement_has_its_own_answer(database):
    async def scenario():
        async with one_session(database, (WHEN, 0), (INVERSE, 1)) as sessions:
            first, inverse, last = await wait_for(sessions, (WHEN, 1), (INVERSE, 1), (WHEN, 2))
            [(begun, _)], [(also, _)] = await first, await last
            assert begun == also
            assert await inverse == [(1,)]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("statement", "known", "asked"),
    [
        pytest.param(WHEN._replace(name="long", is_short=False), 0, 1, id="not one of the short ones"),
        pytest.param(SERIES, TOGETHER_ROWS_MAX + 1, TOGETHER_ROWS_MAX + 1, id="large"),
        pytest.param(NAP, 2 * TOGETHER_SECONDS_MAX, 0, id="slow"),
    ],
)
def test_what_gains_nothing_together_is_answered_alone(database, statement, known, asked):
    async def scenario():
        async with one_session(database, (statement, known)) as sessions:
            waiting = await wait_for(sessions, (statement, asked), (statement, asked))
            await waiting[0]
            await asyncio.sleep(0)
            assert not waiting[1].done()
            await waiting[1]

    asyncio.run(scenario())


def test_who_asks_for_too_much_leaves_the_others_their_answers(database):
    async def scenario():
        async with one_session(database, (NAP, 0), statement_ms_max=400) as sessions:
            waiting = await wait_for(sessions, (NAP, 0), (NAP, 5), (NAP, 0.01))
            quick, slow, also_quick = await asyncio.gather(*waiting, return_exceptions=True)
            assert quick[0][1] == 0
            assert also_quick[0][1] == 0.01
            assert type(slow) is DatabaseSlow

    asyncio.run(scenario())


def test_what_the_database_cannot_do_leaves_the_others_their_answers(database):
    async def scenario():
        async with one_session(database, (INVERSE, 1)) as sessions:
            waiting = await wait_for(sessions, (INVERSE, 1), (INVERSE, 0), (INVERSE, -1))
            one, none, minus_one = await asyncio.gather(*waiting, return_exceptions=True)
            assert (one, minus_one) == ([(1,)], [(-1,)])
            assert isinstance(none, DatabaseAway)

    asyncio.run(scenario())


def test_a_session_that_ends_in_the_middle_costs_nobody_the_answer(database):
    async def scenario():
        async with one_session(database, (NAP, 0)) as sessions:
            waiting = await wait_for(sessions, (NAP, 0.2), (NAP, 0.1), (NAP, 0))
            await asyncio.sleep(0.1)
            assert sessions.sessions == (0, 1, 0)  # all of them are being answered
            await asyncio.to_thread(database.end_sessions)
            assert [row[1] for [row] in await asyncio.gather(*waiting)] == [0.2, 0.1, 0]

    asyncio.run(scenario())


@pytest.mark.parametrize("gone", [0, 1], ids=["whose turn it is", "who is taken along"])
def test_who_goes_away_takes_nobody_along(database, gone):
    async def scenario():
        async with one_session(database, (NAP, 0)) as sessions:
            waiting = await wait_for(sessions, (NAP, 0.1), (NAP, 0.1), (NAP, 0.1))
            await asyncio.sleep(0.05)
            waiting.pop(gone).cancel()
            assert [row[1] for [row] in await asyncio.gather(*waiting)] == [0.1, 0.1]

    asyncio.run(scenario())


def test_who_goes_away_when_its_turn_has_come_takes_nobody_along(database):
    async def scenario():
        async with one_session(database, (WHEN, 0)) as sessions:
            busy = asyncio.create_task(sessions.run(HOLD, (SECONDS,)))
            await asyncio.sleep(SECONDS / 4)
            first, last = (asyncio.create_task(sessions.run(WHEN, (number,))) for number in (1, 2))
            busy.add_done_callback(lambda _: first.cancel())  # before it wakes
            await busy
            [(_, number)] = await last
            assert number == 2
            assert first.cancelled()
            assert sessions.sessions == (1, 0, 0)

    asyncio.run(scenario())


# Every statement

LIMIT = 5


def _filters(chance):
    """Random filters of a random shape."""
    given = {
        "name": chance.choice([*TITLES, "nothing"]),
        "cast": chance.sample([*PEOPLE, "nobody"], chance.randint(1, 2)),
        "genre": chance.sample([*GENRES, "nothing"], chance.randint(1, 2)),
        "q": chance.choice([*TITLES, *PEOPLE])[: chance.randint(3, 30)],
        **chance.choice(
            [
                {"year": chance.choice(YEARS)},
                {"year_from": chance.choice(YEARS)},
                {"year_from": 1990, "year_to": 1990 + chance.randint(1, 14)},
            ]
        ),
    }
    kept = {name: value for name, value in given.items() if chance.random() < 0.35}
    orders = ["title", "year", "-year", *(["relevance"] if "q" in kept else [])]
    return Filters.of({**kept, "sort": chance.choice(orders)})


@pytest.fixture(scope="module")
def cursor(postgres, run_folder):
    """A session as query has it, on random movies."""
    folder = run_folder / "together"
    folder.mkdir()
    (folder / "movies.json").write_text(as_file(movies(7, 300)))
    with databases.fresh(postgres, "together") as database:
        load_files(database.owner, folder)
        options = as_options(SESSION_OPTIONS)
        with closing(psycopg2.connect(database.query, options=options)) as connection:
            connection.autocommit = True
            register_type(BYTES, connection)
            yield connection.cursor()


def _rows(cursor, statement, parameters):
    cursor.execute(statement.call, parameters)
    return cursor.fetchall()


def _blocks(cursor, statement, parameters):
    """How many blocks a run reads, the second time: the first one also reads what the plan needs."""
    for _ in range(2):
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement.call}", parameters)
    [(explained,)] = cursor.fetchall()
    return explained[0]["Plan"]["Shared Hit Blocks"] + explained[0]["Plan"]["Shared Read Blocks"]


def _pages(cursor, chance):
    """What pages of random filters are asked by: statements and their parameters, first pages and further ones."""
    for _ in range(1500):
        filters, count = _filters(chance), chance.random() < 0.3
        statement, parameters = statements.page(filters, None, LIMIT, count=count)
        yield statement, parameters
        cursor.execute("DEALLOCATE ALL")
        cursor.execute(statement.preparation)
        last = statements.found(_rows(cursor, statement, parameters), LIMIT).last
        if last is not None:
            yield statements.page(filters, last, LIMIT)


def test_together_each_gets_what_it_gets_alone_and_reads_no_more(cursor):
    chance = random.Random(11)  # noqa: S311 - the same at each run
    asked = defaultdict(list)
    for statement, parameters in _pages(cursor, chance):
        asked[statement].append(parameters)
    cursor.execute("SELECT id, left(title_key, 3) FROM movies")
    for id_, begun in cursor.fetchall():
        asked[statements.MOVIE].append((id_,))
        asked[facets.SUGGEST].append((begun.decode(),))
    several = {statement: of[:TOGETHER_MAX] for statement, of in asked.items() if len(of) > 1}
    assert len(several) > 150
    for statement, parameters in several.items():
        all_ = together(statement)
        for each in (statement, all_):
            cursor.execute(each.preparation)
        of_all = arrays(parameters)
        found = parted(_rows(cursor, all_, of_all), len(parameters))
        assert found == [_rows(cursor, statement, each) for each in parameters], statement.name
        alone = sum(_blocks(cursor, statement, each) for each in parameters)
        assert _blocks(cursor, all_, of_all) <= alone, statement.name
        cursor.execute("DEALLOCATE ALL")
