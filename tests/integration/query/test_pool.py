"""The sessions that requests share: bounded, each wait with an end, whole again after a fault."""

import asyncio
import socket

import pytest
from query.errors import DatabaseAway, DatabaseSlow, Overloaded
from query.line import STANDING_SECONDS
from query.session import PREPARED_MAX, Statement

from tests.support.sessions import pool

SLEEP = Statement("sleep", "SELECT 1 FROM pg_sleep($1)", ("float8",))
PID = Statement("pid", "SELECT pg_backend_pid()", ())


def test_a_request_that_waits_gets_the_session_that_becomes_free(database):
    async def scenario():
        async with pool(database.query) as sessions:
            found = await asyncio.gather(*(sessions.run(PID) for _ in range(5)))
            assert len({pid for [(pid,)] in found}) == 1

    asyncio.run(scenario())


def test_a_line_that_is_full_is_told_at_once(database):
    async def scenario():
        async with pool(database.query, waiters_max=1) as sessions:
            await sessions.run(PID)
            busy = asyncio.create_task(sessions.run(SLEEP, (1,)))
            await asyncio.sleep(0.1)
            waiting = asyncio.create_task(sessions.run(PID))
            await asyncio.sleep(0)
            with pytest.raises(Overloaded):
                await sessions.run(PID)
            await asyncio.gather(busy, waiting)

    asyncio.run(scenario())


def test_who_waited_long_enough_is_told_and_the_line_goes_on(database):
    async def scenario():
        async with pool(database.query, wait_ms_max=100) as sessions:
            while sessions.sessions[0] == 0:  # to connect may take longer
                await asyncio.sleep(0.01)
            await sessions.run(PID)
            busy = asyncio.create_task(sessions.run(SLEEP, (0.5,)))
            await asyncio.sleep(0.05)
            with pytest.raises(Overloaded):
                await sessions.run(PID)
            await busy
            await sessions.run(PID)

    asyncio.run(scenario())


def test_nobody_is_let_in_where_each_session_has_had_one_waiting_for_long(database):
    async def scenario():
        async with pool(database.query) as sessions:
            await sessions.run(PID)
            busy = asyncio.create_task(sessions.run(SLEEP, (1,)))
            await asyncio.sleep(2 * STANDING_SECONDS)
            assert not sessions.turns_away()  # who comes now is the next
            waiting = asyncio.create_task(sessions.run(PID))
            await asyncio.sleep(0)
            assert sessions.turns_away()
            inside = asyncio.create_task(sessions.run(PID))  # was let in before, and has a statement more
            await asyncio.gather(busy, inside)
            assert not sessions.turns_away()
            assert isinstance(waiting.exception(), Overloaded)

    asyncio.run(scenario())


def test_who_comes_behind_others_is_let_in_where_sessions_are_ready_for_them(database):
    async def scenario():
        async with pool(database.query) as sessions:
            await sessions.run(PID)
            await sessions.run(SLEEP, (2 * STANDING_SECONDS,))
            assert not sessions.turns_away(1)  # that one has the session, and who comes now is the next
            assert sessions.turns_away(2)

    asyncio.run(scenario())


def test_a_slow_statement_is_ended_and_its_session_goes_on(database):
    async def scenario():
        async with pool(database.query, statement_ms_max=100) as sessions:
            before = await sessions.run(PID)
            with pytest.raises(DatabaseSlow):
                await sessions.run(SLEEP, (5,))
            assert await sessions.run(PID) == before

    asyncio.run(scenario())


def test_sessions_that_the_server_ends_are_replaced(database):
    async def scenario():
        async with pool(database.query, connections=3) as sessions:
            before = await sessions.run(PID)
            database.end_sessions()
            assert await sessions.run(PID) != before

    asyncio.run(scenario())


def test_who_is_cancelled_while_it_waits_takes_no_session_along(database):
    async def scenario():
        async with pool(database.query) as sessions:
            await sessions.run(PID)
            busy = asyncio.create_task(sessions.run(SLEEP, (0.2,)))
            await asyncio.sleep(0.05)
            waiting = [asyncio.create_task(sessions.run(PID)) for _ in range(3)]
            await asyncio.sleep(0)
            for each in waiting[:2]:
                each.cancel()
            await busy
            await waiting[2]
            assert sessions.sessions == (1, 0, 0)

    asyncio.run(scenario())


def test_a_server_that_takes_connections_and_says_nothing_is_the_same_as_none():
    async def scenario():
        with socket.create_server(("127.0.0.1", 0)) as silent:
            dsn = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/movie"
            async with pool(dsn, wait_ms_max=200) as sessions:
                with pytest.raises(DatabaseAway):
                    await sessions.run(PID)

    asyncio.run(scenario())


def test_the_next_host_is_asked_when_the_first_is_away(database):
    async def scenario():
        with socket.create_server(("127.0.0.1", 0)) as used:
            closed = used.getsockname()[1]
        place = database.query.rpartition("@")[2].partition("/")[0]
        host, port = place.split(":")
        dsn = database.query.replace(place, f"{host}:{closed},localhost:{port}")
        async with pool(dsn + "?target_session_attrs=prefer-standby") as sessions:
            assert await sessions.run(PID)

    asyncio.run(scenario())


def test_what_is_prepared_is_bounded(database):
    async def scenario():
        async with pool(database.query) as sessions:
            for number in range(PREPARED_MAX + 20):
                await sessions.run(Statement(f"s{number}", "SELECT 1", ()))
            count = Statement("count", "SELECT count(*) FROM pg_prepared_statements", ())
            [(prepared,)] = await sessions.run(count)
            assert prepared <= PREPARED_MAX

    asyncio.run(scenario())
