"""One connection to PostgreSQL in libpq's non-blocking mode, driven by the event loop.

The loop watches the connection's socket for as long as it lives: a result wakes
the statement that waits for it, and a server that closes the connection while
it is idle is noticed then, not by the next request.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import Any, NamedTuple

import psycopg2
from psycopg2 import errors as pg_errors
from psycopg2.extensions import BYTES, POLL_OK, POLL_READ, POLL_WRITE, register_type

from query import sql
from query.errors import DatabaseAway, DatabaseSlow

# Text as bytes in UTF-8, numbers as int.
Row = tuple[Any, ...]
# Plans of this many statements are kept in the server's process, some tens of KB each.
PREPARED_MAX = 200
# So many are answered by one statement: of eight, each takes PostgreSQL two thirds of what it takes alone.
TOGETHER_MAX = 8
# No more than should be answered in this time: the first waits for the last.
TOGETHER_SECONDS_MAX = 0.01
TOGETHER_ROWS_MAX = 50  # for each; what is larger gains nothing


class Statement(NamedTuple):
    """A statement to prepare: its name on the server, its text, the types of its parameters.

    is_short: many are asked, and each takes little; several may be answered together.
    """

    name: str
    text: str
    types: tuple[str, ...]
    is_short: bool = False

    @property
    def preparation(self) -> str:
        """The command that prepares it."""
        types = f"({', '.join(self.types)})" if self.types else ""
        return f"PREPARE {self.name}{types} AS {self.text}"

    @property
    def call(self) -> str:
        """The command that runs it, with psycopg2's places for the parameters."""
        # A list of texts is an array of texts to PostgreSQL, unless it is told otherwise.
        places = ", ".join(f"%s::{each}" if each.endswith("[]") else "%s" for each in self.types)
        return f"EXECUTE {self.name}({places})" if places else f"EXECUTE {self.name}"


@lru_cache(maxsize=4096)
def together(statement: Statement) -> Statement:
    """The statement that answers several: an array for each parameter, behind each row the place of who asked."""
    places = [f"${number}" for number in range(1, len(statement.types) + 1)]
    text = sql.text("together").format(
        places=", ".join(places),
        names=", ".join(place.replace("$", "p") for place in places),
        statement=re.sub(r"\$(\d+)", r"asked.p\1", statement.text),
    )
    return Statement(f"{statement.name}_s", text, tuple(f"{each}[]" for each in statement.types))


def arrays(asked: Sequence[tuple[object, ...]]) -> tuple[list[object], ...]:
    """The parameters of several who ask, as `together` takes them."""
    return tuple(map(list, zip(*asked, strict=True)))


def parted(rows: Sequence[Row], askers: int) -> list[list[Row]]:
    """The rows of `together`, to each who asked those that are its own."""
    parts: list[list[Row]] = [[] for _ in range(askers)]
    for row in rows:
        parts[row[-1] - 1].append(row[:-1])
    return parts


@dataclass
class Prepared:
    """How a statement is called; by its last answer, how many such are best sought together."""

    call: str
    at_once: int = 1


def _at_once(seconds: float, rows: float) -> int:
    """How many answers that take so long, and have so many rows each, are best sought together."""
    if rows > TOGETHER_ROWS_MAX:
        return 1
    return max(1, min(TOGETHER_MAX, int(TOGETHER_SECONDS_MAX / seconds)))


class Session:
    """A connection and what is prepared on it. One statement at a time; a failure other than a
    statement's own time limit breaks it for good.
    """

    @classmethod
    async def open(cls, parameters: dict[str, Any], seconds_max: float) -> Session:
        """Connect with libpq's parameters. Raises DatabaseAway, within seconds_max."""
        try:
            connection = psycopg2.connect(**parameters, async_=True)
        except psycopg2.Error:
            raise DatabaseAway from None  # libpq's message can name hosts and users
        try:
            await _connected(connection, seconds_max)
        except (psycopg2.Error, TimeoutError):
            connection.close()
            raise DatabaseAway from None
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._cursor = connection.cursor()
        register_type(BYTES, connection)  # text comes as the bytes that go out
        self._loop = asyncio.get_running_loop()
        self._file = connection.fileno()
        self._result: asyncio.Future[None] | None = None
        self._prepared: OrderedDict[str, Prepared] = OrderedDict()
        self.on_lost: Callable[[Session], None] | None = None
        self._loop.add_reader(self._file, self._readable)
        self.is_open = True

    async def run(
        self, statement: Statement, parameters: tuple[object, ...], seconds_max: float
    ) -> list[Row]:
        """The rows that a prepared statement gives, one at least. Raises DatabaseAway or DatabaseSlow."""
        prepared = self._prepared.get(statement.name)
        if prepared is None:
            prepared = await self._prepare(statement, seconds_max)
        else:
            self._prepared.move_to_end(statement.name)
        prepared.at_once = 1  # unless it ends well
        began = perf_counter()
        await self.execute(prepared.call, parameters, seconds_max)
        rows: list[Row] = self._cursor.fetchall()
        if not rows:
            raise DatabaseAway
        prepared.at_once = _at_once(perf_counter() - began, len(rows))
        return rows

    def at_once(self, statement: Statement) -> int:
        """How many the statement may be run for together."""
        prepared = self._prepared.get(statement.name)
        return prepared.at_once if statement.is_short and prepared is not None else 1

    async def run_together(
        self, statement: Statement, asked: Sequence[tuple[object, ...]], seconds_max: float
    ) -> list[list[Row]]:
        """What `run` gives for each of several tuples of parameters, all in one snapshot."""
        alone = self._prepared[statement.name]
        alone.at_once = 1  # unless it ends well
        began = perf_counter()
        found = await self.run(together(statement), arrays(asked), seconds_max)
        rows = parted(found, len(asked))
        if not all(rows):
            raise DatabaseAway
        alone.at_once = _at_once((perf_counter() - began) / len(asked), len(found) / len(asked))
        return rows

    async def execute(self, text: str, parameters: tuple[object, ...], seconds_max: float) -> None:
        """Send a statement and wait for its result. Raises DatabaseAway or DatabaseSlow."""
        result = self._result = self._loop.create_future()
        # The server's own limit ends a statement that is slow; this one, a server or a network that stopped.
        deadline = self._loop.call_later(seconds_max, self._expire, result)
        try:
            # What is sent is at most a URL long: the socket takes it at once.
            self._cursor.execute(text, parameters)
            await result
        except pg_errors.QueryCanceled:
            raise DatabaseSlow from None
        except psycopg2.Error:
            self.close()
            raise DatabaseAway from None
        except BaseException:
            self.close()  # in the middle of a statement: nobody else can use it
            raise
        finally:
            deadline.cancel()
            self._result = None
            del result  # as in Database._wait

    async def _prepare(self, statement: Statement, seconds_max: float) -> Prepared:
        if len(self._prepared) >= PREPARED_MAX:
            name, _ = self._prepared.popitem(last=False)
            await self.execute(f"DEALLOCATE {name}", (), seconds_max)
        await self.execute(statement.preparation, (), seconds_max)
        prepared = self._prepared[statement.name] = Prepared(statement.call)
        return prepared

    def _readable(self) -> None:
        result = self._result
        try:
            state = self._connection.poll()
        except psycopg2.Error as error:
            if self._connection.closed or result is None:
                # libpq may have closed the socket: the loop must not take the next one of that number for it.
                self.close()
            if result is not None and not result.done():
                # The traceback would hold this frame, and so the result.
                result.set_exception(error.with_traceback(None))
            elif self.on_lost is not None:
                self.on_lost(self)
            return
        if state == POLL_OK and result is not None and not result.done():
            result.set_result(None)

    def _expire(self, result: asyncio.Future[None]) -> None:
        if not result.done():
            result.set_exception(DatabaseSlow())

    def close(self) -> None:
        """Close the connection; a second time does nothing."""
        if self.is_open:
            self.is_open = False
            self._loop.remove_reader(self._file)
            self._connection.close()


async def _connected(connection: Any, seconds_max: float) -> None:
    """Return once the connection is made; libpq may change the socket on its way. Raises TimeoutError.

    asyncio.wait_for would leave each error in a circle with its frame, for as long as the database is away.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds_max
    while (state := connection.poll()) != POLL_OK:
        if loop.time() >= end:
            raise TimeoutError
        file, ready = connection.fileno(), loop.create_future()
        add, remove = {
            POLL_READ: (loop.add_reader, loop.remove_reader),
            POLL_WRITE: (loop.add_writer, loop.remove_writer),
        }[state]
        add(file, _wake, ready)
        deadline = loop.call_at(end, _wake, ready)
        try:
            await ready
        finally:
            remove(file)
            deadline.cancel()


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
