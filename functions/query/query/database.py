"""The sessions that requests share: bounded, kept ready, each wait with an end.

A request never connects. The keeper holds `connections` sessions open and
replaces those that break; a request takes a ready one, or waits in a short line
(line.py), or is told at once that the line is full.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

from query.connecting import Connector
from query.errors import AskedTogether, DatabaseAway, DatabaseSlow, Overloaded
from query.line import Line, Waiter
from query.session import Row, Session, Statement

log = logging.getLogger(__name__)

RECONNECT_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0)
# Beyond the server's own limit, so that a server that lives reports it itself.
GRACE_SECONDS = 0.05


Waiting = Waiter[Statement, tuple[object, ...], "Turn | list[Row]"]


class Turn(NamedTuple):
    """A session for who is next in the line, and who else gets what it asks by that."""

    session: Session
    others: Sequence[Waiting]


@dataclass(frozen=True)
class Limits:
    """What a pool may use and how long it may take; streams have sessions of their own beyond `connections`."""

    connections: int
    waiters_max: int
    wait_ms_max: int
    statement_ms_max: int
    streams_max: int = 0


class Database:
    """A pool of sessions. Everything happens on the event loop that `start` ran on."""

    def __init__(self, connector: Connector, limits: Limits) -> None:
        self._connector = connector
        self._limits = limits
        self._statement_seconds_max = limits.statement_ms_max / 1000 + GRACE_SECONDS
        self._sessions: set[Session] = set()
        self._ready: deque[Session] = deque()
        self._line: Line[Statement, tuple[object, ...], Turn | list[Row]] = Line(limits.waiters_max)
        self._streams = 0

    def start(self) -> None:
        """Begin to connect; the sessions come by and by."""
        self._lost = asyncio.Event()
        self._keeper = asyncio.create_task(self._keep())

    @property
    def sessions(self) -> tuple[int, int, int]:
        """How many sessions are ready, how many busy, how many requests wait for one."""
        return len(self._ready), len(self._sessions) - len(self._ready), len(self._line)

    def turns_away(self, coming: int = 0) -> bool:
        """Whether who came now, behind `coming` others, would wait too long: to be told before any work is done."""
        return self._line.turns_away(max(coming - len(self._ready), 0))  # some of them find a session ready

    async def run(self, statement: Statement, parameters: tuple[object, ...] = ()) -> list[Row]:
        """The statement's rows. Raises DatabaseAway, DatabaseSlow or Overloaded, within bounds.

        Whoever waits for a session is answered together with others who wait for the same statement.
        A session that turns out broken (the server restarted or failed over since
        its last use) is replaced and the statement, which only reads, run once more; where
        there is none at all, it is waited for once more. The second time it is run alone, so
        that nobody goes without an answer because of what others asked.
        """
        try:
            return await self._run_once(statement, parameters, statement)
        except (DatabaseAway, AskedTogether):
            return await self._run_once(statement, parameters, None)

    async def _run_once(
        self, statement: Statement, parameters: tuple[object, ...], kind: Statement | None
    ) -> list[Row]:
        if self._ready:
            self._line.begin_anew()
            return await self._ask(Turn(self._ready.pop(), []), statement, parameters)
        turn = await self._wait(parameters, kind)
        return await self._ask(turn, statement, parameters) if isinstance(turn, Turn) else turn

    async def _ask(self, turn: Turn, statement: Statement, parameters: tuple[object, ...]) -> list[Row]:
        """The rows of whose turn it is; the others get theirs."""
        session, others = turn
        try:
            if not others:
                return await session.run(statement, parameters, self._statement_seconds_max)
            asked = [parameters, *(each.asked for each in others)]
            rows, *theirs = await session.run_together(statement, asked, self._statement_seconds_max)
        except DatabaseSlow:
            if others:
                raise AskedTogether from None
            raise
        else:
            for each, given in zip(others, theirs, strict=True):
                if not each.turn.done():
                    each.turn.set_result(given)
            return rows
        finally:
            self._end(turn)

    def _end(self, turn: Turn) -> None:
        """The session goes to who is next; who was to be answered, and was not, asks alone."""
        session, others = turn
        for each in others:
            if not each.turn.done():
                each.turn.set_exception(AskedTogether())
        if session.is_open:
            self._give(session)
        else:
            self._forget(session, *self._ready)  # what broke this one broke the idle ones

    async def _wait(self, parameters: tuple[object, ...], kind: Statement | None) -> Turn | list[Row]:
        """A turn, or the rows that somebody else's gave. Raises AskedTogether, DatabaseAway or Overloaded."""
        waiter = self._line.join(parameters, kind)
        # asyncio.wait_for would do, at a price that every waiting request pays.
        deadline = asyncio.get_running_loop().call_later(
            self._limits.wait_ms_max / 1000, self._give_up, waiter
        )
        try:
            return await waiter.turn
        except asyncio.CancelledError:
            self._line.leave(waiter)
            if not waiter.turn.cancelled() and waiter.turn.exception() is None:
                turn = waiter.turn.result()
                if isinstance(turn, Turn):
                    self._end(turn)
            raise
        finally:
            deadline.cancel()
            # It may hold an error, whose traceback holds this frame: garbage that only a collector finds.
            del waiter

    def _give_up(self, waiter: Waiting) -> None:
        if self._line.leave(waiter) and not waiter.turn.done():
            waiter.turn.set_exception((Overloaded if self._sessions else DatabaseAway)())

    def _give(self, session: Session) -> None:
        turn = self._line.serve(session.at_once)
        if turn:
            first, *others = turn
            first.turn.set_result(Turn(session, others))
        else:
            self._ready.append(session)

    def _forget(self, *lost: Session) -> None:
        for session in lost:
            session.close()
            self._sessions.discard(session)
            if session in self._ready:
                self._ready.remove(session)
        log.warning("database sessions lost: %d", len(lost))
        self._lost.set()

    async def _keep(self) -> None:
        failures = 0
        while True:
            self._lost.clear()
            if len(self._sessions) >= self._limits.connections:
                await self._lost.wait()
                continue
            try:
                session = await self._connector.connect()
            except DatabaseAway:
                log.warning("cannot connect to the database")
                await asyncio.sleep(RECONNECT_SECONDS[min(failures, len(RECONNECT_SECONDS) - 1)])
                failures += 1
            else:
                failures = 0
                session.on_lost = self._forget
                self._sessions.add(session)
                self._line.begin_anew()
                self._give(session)

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[Session]:
        """A session of its own for a long read, at most `streams_max` at once. Raises Overloaded, DatabaseAway."""
        if self._streams >= self._limits.streams_max:
            raise Overloaded
        self._streams += 1
        try:
            session = await self._connector.connect()
            try:
                yield session
            finally:
                session.close()
        finally:
            self._streams -= 1

    async def close(self) -> None:
        """Stop the keeper and close what is idle."""
        self._keeper.cancel()
        await asyncio.wait([self._keeper])
        for session in self._ready:
            session.close()
